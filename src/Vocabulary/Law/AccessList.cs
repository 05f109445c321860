using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Musubi.Vocabulary;

/// <summary>One line of the published list: who may read what, for which purpose, under which law.</summary>
/// <param name="Id">Its key.</param>
/// <param name="LegalName">Who.</param>
/// <param name="Identifier">The reader's public identifier.</param>
/// <param name="PublicBody">Whether the reader is a public-sector body.</param>
/// <param name="Purpose">What for.</param>
/// <param name="LegalBasis">Under which provision.</param>
/// <param name="Fields">What may be read, optional fields included.</param>
/// <param name="OptionalFields">What the holder may strike before the reading.</param>
/// <param name="Writes">What may be rewritten on the card.</param>
/// <param name="Place">Where cards are read.</param>
/// <param name="CanAllowed">Whether the number printed on the card opens it, without the holder's PIN.</param>
/// <param name="ValidFrom">The first day in force.</param>
/// <param name="ValidUntil">The last day in force.</param>
/// <param name="ReviewDate">When somebody asks again whether it is needed.</param>
/// <param name="Contact">How to reach the reader.</param>
/// <param name="ComplaintAddress">Where to complain about the reader.</param>
/// <param name="RevokedOn">The day on which it was withdrawn before its end; from that day it is not in force.</param>
public sealed record AccessEntry(
    EntryId Id,
    LocalText LegalName,
    string Identifier,
    bool PublicBody,
    LocalText Purpose,
    LocalText LegalBasis,
    ImmutableArray<FieldId> Fields,
    ImmutableArray<FieldId> OptionalFields,
    ImmutableArray<FieldId> Writes,
    LocalText Place,
    bool CanAllowed,
    DateOnly ValidFrom,
    DateOnly ValidUntil,
    DateOnly ReviewDate,
    string Contact,
    string ComplaintAddress,
    DateOnly? RevokedOn)
{
    public bool IsInForce(DateOnly day) => StateOn(day) is EntryState.InForce;

    public EntryState StateOn(DateOnly day) =>
        RevokedOn <= day ? EntryState.Revoked
        : day < ValidFrom ? EntryState.NotYetInForce
        : day > ValidUntil ? EntryState.Expired
        : EntryState.InForce;

    /// <summary>RFC 5321 §4.5.3.1.3: a mail path has at most 256 octets.</summary>
    private const int LongestAddress = 256;

    internal static AccessEntry Read(DataNode node)
    {
        var entry = new AccessEntry(node.Id<EntryId>("id"), node.Local("legalName"), node.String("identifier", 64),
            node.Flag("publicBody"), node.Local("purpose"), node.Local("legalBasis"), node.Ids<FieldId>("fields"),
            node.Ids<FieldId>("optionalFields"), node.Ids<FieldId>("writes"), node.Local("place"),
            node.Flag("canAllowed"), node.Date("validFrom"), node.Date("validUntil"), node.Date("reviewDate"),
            node.String("contact", LongestAddress), node.String("complaintAddress", LongestAddress),
            node.OptionalDate("revokedOn"));
        foreach (var (key, ids) in new[] { ("fields", entry.Fields), ("optionalFields", entry.OptionalFields),
            ("writes", entry.Writes) })
            if (ids.Distinct().Count() < ids.Length) node.At(key).Problem("a field stands here twice", "each once");
        if (entry.Fields.IsEmpty) node.Problem("the entry reads nothing", "\"fields\" with at least one field");
        if (entry.OptionalFields.Except(entry.Fields).Any())
            node.Problem("an optional field is not among the fields", "\"optionalFields\" taken from \"fields\"");
        if (entry.ValidUntil < entry.ValidFrom) node.Problem("\"validUntil\" is before \"validFrom\"", "a later day");
        if (entry.ReviewDate > entry.ValidUntil)
            node.Problem("the review comes too late", "on or before \"validUntil\"");
        return entry;
    }
}

/// <summary>What an entry is worth on a day.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EntryState>))]
public enum EntryState
{
    NotYetInForce,
    InForce,
    Expired,

    /// <summary>Withdrawn before its end. It stays readable.</summary>
    Revoked,
}

/// <summary>The published access list: what is not in it may not be read.</summary>
public sealed record AccessList(int Version, DateOnly PublishedOn, ImmutableArray<AccessEntry> Entries)
{
    /// <summary>TR-03110 part 4: write rights exist for data groups 17 to 21 only.</summary>
    private const int FirstWritable = 17, LastWritable = 21;

    /// <summary>A country has some thousand kinds of reader at most; a list that nobody can read is no list.</summary>
    public const int MostEntries = 1_000;

    /// <summary>Whether a terminal may ever be given the right to rewrite that data group.</summary>
    public static bool IsWritable(int group) => group is >= FirstWritable and <= LastWritable;

    public AccessEntry? Find(EntryId id) => Entries.FirstOrDefault(entry => entry.Id == id);

    /// <summary>Reads a list that came by itself, against the card whose fields it names. Every mistake is found at
    /// once, each as "path: what is wrong; what would be right".</summary>
    public static bool TryRead(ReadOnlyMemory<byte> json, CardLayout card, [NotNullWhen(true)] out AccessList? list,
        out ImmutableArray<string> problems)
    {
        var found = new List<string>();
        var root = DataFile.Parse(json, found);
        var read = Read(root, card);
        root.ReportUnknownKeys();
        (problems, list) = ([.. found], found.Count == 0 ? read : null);
        return list is not null;
    }

    internal static AccessList Read(DataNode root, CardLayout card)
    {
        if (root.List("entries").Count > MostEntries)
            root.At("entries").Problem("there are too many entries", $"at most {MostEntries}");
        var entries = root.Table("entries", AccessEntry.Read, entry => entry.Id);
        foreach (var node in root.List("entries"))
            if (EntryId.TryParse(node.Members.GetValueOrDefault("id")?.Text, out var id))
                Check(node, entries[id], card);
        return new(root.Number("version", 1, int.MaxValue), root.Date("publishedOn"),
            [.. entries.Values.OrderBy(entry => entry.Id.Stored, StringComparer.Ordinal)]);
    }

    private static void Check(DataNode node, AccessEntry entry, CardLayout card)
    {
        foreach (var field in entry.Fields.Concat(entry.Writes).Distinct())
            if (card.Find(field) is null) node.Problem($"the card has no field \"{field}\"", "a field of card.json");
        foreach (var field in entry.Fields)
            if (card.Find(field)?.Merged.Place is Place.RegisterOnly or Place.HolderPin)
                node.Problem($"no terminal can read \"{field}\"", "a printed, open or protected field");
        foreach (var field in entry.Writes)
            if (card.Find(field)?.Merged.Groups.All(IsWritable) is false)
                node.Problem($"\"{field}\" cannot be rewritten",
                    $"a field of data groups {FirstWritable} to {LastWritable}");
    }
}
