using System.Collections.Immutable;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>What changed between two lists: who gained or lost which field, and what else a reader of both would have
/// to compare by hand. <see cref="DiffWords"/> says it in a language.</summary>
public sealed record AccessListDiff(ImmutableArray<AccessChange> Changes)
{
    /// <summary>The entries under which more may be read or written than before.</summary>
    public ImmutableArray<AccessEntry> Wider => Of(Width.Wider);

    public ImmutableArray<AccessEntry> Narrower => Of(Width.Narrower);

    /// <summary>Changes that only a person can weigh: another name, purpose, basis or place.</summary>
    public ImmutableArray<AccessEntry> ToWeigh => Of(Width.ToWeigh);

    public static AccessListDiff Between(AccessList before, AccessList after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var changes = ImmutableArray.CreateBuilder<AccessChange>();
        foreach (var entry in after.Entries)
        {
            if (before.Find(entry.Id) is { } old) changes.AddRange(Between(old, entry));
            else changes.Add(new AccessChange(AccessChangeKind.EntryAdded, entry, entry.Fields));
        }
        foreach (var gone in before.Entries.Where(entry => after.Find(entry.Id) is null))
            changes.Add(new AccessChange(AccessChangeKind.EntryMissing, gone, gone.Fields));
        return new(changes.ToImmutable());
    }

    private static IEnumerable<AccessChange> Between(AccessEntry old, AccessEntry now)
    {
        if (old.RevokedOn is null && now.RevokedOn is not null)
            yield return new(AccessChangeKind.EntryRevoked, now, now.Fields);
        if (old.RevokedOn is not null && (now.RevokedOn is null || now.RevokedOn > old.RevokedOn))
            yield return new(AccessChangeKind.EntryRestored, now, now.Fields);
        foreach (var (kind, fields) in Fields(old, now))
            if (!fields.IsEmpty) yield return new(kind, now, fields);
        if (now.CanAllowed && !old.CanAllowed) yield return new(AccessChangeKind.PinDropped, now, []);
        if (old.CanAllowed && !now.CanAllowed) yield return new(AccessChangeKind.PinNeeded, now, []);
        if (now.ValidFrom < old.ValidFrom || now.ValidUntil > old.ValidUntil)
            yield return new(AccessChangeKind.PeriodLonger, now, []);
        else if (now.ValidFrom > old.ValidFrom || now.ValidUntil < old.ValidUntil)
            yield return new(AccessChangeKind.PeriodShorter, now, []);
        if (now.ReviewDate != old.ReviewDate) yield return new(AccessChangeKind.ReviewMoved, now, []);
        if (Differ(old.LegalName, now.LegalName) || now.PublicBody != old.PublicBody
            || !string.Equals(old.Identifier, now.Identifier, StringComparison.Ordinal))
            yield return new(AccessChangeKind.NameChanged, now, []);
        if (Differ(old.Purpose, now.Purpose)) yield return new(AccessChangeKind.PurposeChanged, now, []);
        if (Differ(old.LegalBasis, now.LegalBasis)) yield return new(AccessChangeKind.BasisChanged, now, []);
        if (Differ(old.Place, now.Place)) yield return new(AccessChangeKind.PlaceChanged, now, []);
        if (!string.Equals(old.Contact, now.Contact, StringComparison.Ordinal)
            || !string.Equals(old.ComplaintAddress, now.ComplaintAddress, StringComparison.Ordinal))
            yield return new(AccessChangeKind.ContactChanged, now, []);
    }

    private static (AccessChangeKind, ImmutableArray<FieldId>)[] Fields(AccessEntry old, AccessEntry now)
    {
        var both = now.Fields.Intersect(old.Fields).ToImmutableArray();
        return
        [
            (AccessChangeKind.FieldGained, [.. now.Fields.Except(old.Fields)]),
            (AccessChangeKind.FieldLost, [.. old.Fields.Except(now.Fields)]),
            (AccessChangeKind.FieldMadeRequired,
                [.. both.Where(field => old.OptionalFields.Contains(field) && !now.OptionalFields.Contains(field))]),
            (AccessChangeKind.FieldMadeOptional,
                [.. both.Where(field => now.OptionalFields.Contains(field) && !old.OptionalFields.Contains(field))]),
            (AccessChangeKind.WriteGained, [.. now.Writes.Except(old.Writes)]),
            (AccessChangeKind.WriteLost, [.. old.Writes.Except(now.Writes)]),
        ];
    }

    private static bool Differ(LocalText old, LocalText now) =>
        Language.All.Any(language => !string.Equals(old.In(language), now.In(language), StringComparison.Ordinal));

    private ImmutableArray<AccessEntry> Of(Width width) =>
        [.. Changes.Where(change => change.Width == width).Select(change => change.Entry)
            .DistinctBy(entry => entry.Id)];
}

/// <summary>One change of one entry.</summary>
/// <param name="Entry">As it is now; as it was, where it is missing.</param>
/// <param name="Fields">The fields that the change is about.</param>
public sealed record AccessChange(AccessChangeKind Kind, AccessEntry Entry, ImmutableArray<FieldId> Fields)
{
    public Width Width => Kind switch
    {
        AccessChangeKind.EntryAdded or AccessChangeKind.EntryRestored or AccessChangeKind.FieldGained
            or AccessChangeKind.FieldMadeRequired or AccessChangeKind.WriteGained or AccessChangeKind.PinDropped
            or AccessChangeKind.PeriodLonger => Width.Wider,
        AccessChangeKind.EntryMissing or AccessChangeKind.EntryRevoked or AccessChangeKind.FieldLost
            or AccessChangeKind.FieldMadeOptional or AccessChangeKind.WriteLost or AccessChangeKind.PinNeeded
            or AccessChangeKind.PeriodShorter => Width.Narrower,
        AccessChangeKind.NameChanged or AccessChangeKind.PurposeChanged or AccessChangeKind.BasisChanged
            or AccessChangeKind.PlaceChanged => Width.ToWeigh,
        AccessChangeKind.ReviewMoved or AccessChangeKind.ContactChanged => Width.Same,
    };
}

public enum AccessChangeKind
{
    EntryAdded,
    EntryRestored,
    FieldGained,
    FieldMadeRequired,
    WriteGained,
    PinDropped,
    PeriodLonger,
    EntryMissing,
    EntryRevoked,
    FieldLost,
    FieldMadeOptional,
    WriteLost,
    PinNeeded,
    PeriodShorter,
    NameChanged,
    PurposeChanged,
    BasisChanged,
    PlaceChanged,
    ReviewMoved,
    ContactChanged,
}

/// <summary>What a change does to the list as a whole.</summary>
public enum Width
{
    Wider,
    Narrower,

    /// <summary>No machine can tell: the words have to be read.</summary>
    ToWeigh,
    Same,
}
