using System.Collections.Immutable;
using System.Globalization;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>What is wrong with a list that can be read: mistakes that stop its publication, and what somebody should
/// look at. Every finding names its place and says what to do.</summary>
public static class AccessListLint
{
    /// <summary>Whoever needs longer can say so again.</summary>
    public const int LongestYears = 3;

    /// <summary>An entry that reads more than this share of what the card could tell is broad for anybody who is not a
    /// public body, in percent of the weights.</summary>
    public const int BroadPercent = 50;

    /// <summary>From this weight on a protected field should not open with what is printed on the card.</summary>
    private const int HeavyWeight = 3;

    /// <param name="before">The version that this one would follow, or null.</param>
    public static ImmutableArray<AccessFinding> Check(
        AccessList list, CardLayout card, DateOnly today, AccessList? before = null)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(card);
        var findings = ImmutableArray.CreateBuilder<AccessFinding>();
        if (before is not null) findings.AddRange(Against(before, list));
        foreach (var entry in list.Entries)
        {
            findings.AddRange(Fields(entry, card));
            findings.AddRange(Dates(entry, today));
            findings.AddRange(Words(entry));
            if (list.Entries.Any(other => string.Equals(other.Identifier, entry.Identifier, StringComparison.Ordinal)
                && !string.Equals(other.LegalName.In(Language.Japanese), entry.LegalName.In(Language.Japanese),
                    StringComparison.Ordinal)))
                findings.Add(new(FindingCode.IdentifierShared, entry, "identifier"));
        }
        return [.. findings.OrderBy(finding => finding.Level)];
    }

    private static IEnumerable<AccessFinding> Against(AccessList before, AccessList list)
    {
        foreach (var old in before.Entries)
        {
            if (list.Find(old.Id) is not { } now) yield return new(FindingCode.EntryMissing, old, "");
            else if (old.RevokedOn is { } revoked && now.RevokedOn != revoked)
                yield return new(FindingCode.RevocationUndone, now, "revokedOn");
        }
    }

    private static IEnumerable<AccessFinding> Fields(AccessEntry entry, CardLayout card)
    {
        if (EntryRights.Unreadable(card, entry) is { IsEmpty: false } alone)
            yield return new(FindingCode.GroupNotWhole, entry, "fields", alone);
        var readable = card.Fields.Where(field => field.Merged.Place is not (Place.RegisterOnly or Place.HolderPin));
        var all = readable.Sum(field => field.Weight);
        if (!entry.PublicBody && entry.Fields.Sum(field => card[field].Weight) * 100 > all * BroadPercent)
            yield return new(FindingCode.OverBroad, entry, "fields", entry.Fields);
        ImmutableArray<FieldId> open = entry.CanAllowed
            ? [.. entry.Fields.Where(field =>
                card[field] is { Merged.Place: Place.Protected, Weight: >= HeavyWeight })]
            : [];
        if (!open.IsEmpty) yield return new(FindingCode.WithoutPin, entry, "canAllowed", open);
    }

    private static IEnumerable<AccessFinding> Dates(AccessEntry entry, DateOnly today)
    {
        var state = entry.StateOn(today);
        if (state is EntryState.Expired) yield return new(FindingCode.EntryExpired, entry, "validUntil");
        if (state is EntryState.InForce && entry.ReviewDate < today)
            yield return new(FindingCode.ReviewOverdue, entry, "reviewDate");
        if (entry.ValidUntil >= entry.ValidFrom.AddYears(LongestYears))
            yield return new(FindingCode.TooLong, entry, "validUntil");
    }

    private static IEnumerable<AccessFinding> Words(AccessEntry entry)
    {
        foreach (var (key, text) in new[]
            { ("legalName", entry.LegalName), ("purpose", entry.Purpose), ("legalBasis", entry.LegalBasis),
                ("place", entry.Place) })
        {
            if (text.In(Language.English).Any(IsJapanese))
                yield return new(FindingCode.NotTranslated, entry, $"{key}.{Language.English}");
            if (Ruby.Segments(text.In(Language.EasyJapanese))
                .Any(segment => segment.Reading is null && segment.Text.Any(Ruby.IsKanji)))
                yield return new(FindingCode.KanjiWithoutReading, entry, $"{key}.{Language.EasyJapanese}");
        }
        foreach (var (key, address) in new[]
            { ("contact", entry.Contact), ("complaintAddress", entry.ComplaintAddress) })
            if (!IsReachable(address)) yield return new(FindingCode.NotAnAddress, entry, key);
    }

    private static bool IsReachable(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "mailto" or "tel"
        || (address.Split('@') is [{ Length: > 0 }, { Length: > 0 } host]
            && host.Contains('.', StringComparison.Ordinal));


    private static bool IsJapanese(char c) => Ruby.IsKanji(c) || c is >= '\u3041' and <= '\u30FF';
}

/// <summary>One thing that is wrong, or that somebody should look at.</summary>
/// <param name="Member">The entry's member that it is about; empty for the entry itself.</param>
public sealed record AccessFinding(
    FindingCode Code, AccessEntry Entry, string Member, ImmutableArray<FieldId> Fields = default)
{
    public FindingLevel Level => Code switch
    {
        FindingCode.EntryMissing or FindingCode.RevocationUndone or FindingCode.GroupNotWhole
            or FindingCode.IdentifierShared => FindingLevel.Mistake,
        FindingCode.OverBroad or FindingCode.WithoutPin or FindingCode.EntryExpired or FindingCode.ReviewOverdue
            or FindingCode.TooLong or FindingCode.NotTranslated or FindingCode.KanjiWithoutReading
            or FindingCode.NotAnAddress => FindingLevel.Warning,
    };

    /// <summary>A JSONPath (RFC 9535) to what it is about, whatever the order of the entries.</summary>
    public string Path => $"$.entries[?@.id=='{Entry.Id}']" + (Member.Length > 0 ? "." + Member : "");

    /// <summary>What is wrong, and what to do.</summary>
    public string In(Language language, CardLayout card) => AccessTexts.Fill(
        AccessTexts.Of("lint." + AccessTexts.Key(Code)).In(language),
        ("reader", Entry.LegalName.In(language)),
        ("fields", new DiffWords(card, language).Fields(Fields.IsDefault ? [] : Fields)),
        ("until", Day(Entry.ValidUntil)), ("review", Day(Entry.ReviewDate)), ("member", Member),
        ("years", AccessListLint.LongestYears.ToString(CultureInfo.InvariantCulture)),
        ("percent", AccessListLint.BroadPercent.ToString(CultureInfo.InvariantCulture)));

    private static string Day(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);
}

public enum FindingLevel
{
    /// <summary>The list cannot be published like this.</summary>
    Mistake,
    Warning,
}

public enum FindingCode
{
    /// <summary>An entry that was published stands no more: it may end, it may not vanish.</summary>
    EntryMissing,
    RevocationUndone,
    GroupNotWhole,
    IdentifierShared,
    OverBroad,
    WithoutPin,
    EntryExpired,
    ReviewOverdue,
    TooLong,
    NotTranslated,
    KanjiWithoutReading,
    NotAnAddress,
}
