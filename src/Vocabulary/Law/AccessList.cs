using System.Collections.Immutable;

namespace Musubi.Vocabulary;

/// <summary>One line of the published list: who may read what, for which purpose, under which law.</summary>
/// <param name="Id">Its key.</param>
/// <param name="LegalName">Who.</param>
/// <param name="Identifier">The reader's public identifier.</param>
/// <param name="Purpose">What for.</param>
/// <param name="LegalBasis">Under which provision.</param>
/// <param name="Fields">What may be read, optional fields included.</param>
/// <param name="OptionalFields">What the holder may strike before the reading.</param>
/// <param name="Writes">What may be rewritten on the card.</param>
/// <param name="CanAllowed">Whether the number printed on the card opens it, without the holder's PIN.</param>
/// <param name="ValidFrom">The first day in force.</param>
/// <param name="ValidUntil">The last day in force.</param>
/// <param name="ReviewDate">When somebody asks again whether it is needed.</param>
/// <param name="Contact">How to reach the reader.</param>
/// <param name="ComplaintAddress">Where to complain about the reader.</param>
public sealed record AccessEntry(
    EntryId Id,
    LocalText LegalName,
    string Identifier,
    LocalText Purpose,
    LocalText LegalBasis,
    ImmutableArray<FieldId> Fields,
    ImmutableArray<FieldId> OptionalFields,
    ImmutableArray<FieldId> Writes,
    bool CanAllowed,
    DateOnly ValidFrom,
    DateOnly ValidUntil,
    DateOnly ReviewDate,
    string Contact,
    string ComplaintAddress)
{
    public bool IsInForce(DateOnly day) => day >= ValidFrom && day <= ValidUntil;

    internal static AccessEntry Read(DataNode node)
    {
        var entry = new AccessEntry(node.Id<EntryId>("id"), node.Local("legalName"), node.String("identifier", 64),
            node.Local("purpose"), node.Local("legalBasis"), node.Ids<FieldId>("fields"),
            node.Ids<FieldId>("optionalFields"), node.Ids<FieldId>("writes"), node.Flag("canAllowed"),
            node.Date("validFrom"), node.Date("validUntil"), node.Date("reviewDate"),
            node.String("contact"), node.String("complaintAddress"));
        if (entry.Fields.IsEmpty) node.Problem("the entry reads nothing", "\"fields\" with at least one field");
        if (entry.OptionalFields.Except(entry.Fields).Any())
            node.Problem("an optional field is not among the fields", "\"optionalFields\" taken from \"fields\"");
        if (entry.ValidUntil < entry.ValidFrom) node.Problem("\"validUntil\" is before \"validFrom\"", "a later day");
        if (entry.ReviewDate > entry.ValidUntil)
            node.Problem("the review comes too late", "on or before \"validUntil\"");
        return entry;
    }
}

/// <summary>The published access list: what is not in it may not be read.</summary>
public sealed record AccessList(int Version, DateOnly PublishedOn, ImmutableArray<AccessEntry> Entries)
{
    /// <summary>TR-03110 part 4: write rights exist for data groups 17 to 21 only.</summary>
    private const int FirstWritable = 17, LastWritable = 21;

    public AccessEntry? Find(EntryId id) => Entries.FirstOrDefault(entry => entry.Id == id);

    internal static AccessList Read(DataNode root, CardLayout card)
    {
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
            if (card.Find(field)?.Merged.Groups.Any(group => group is < FirstWritable or > LastWritable) is true)
                node.Problem($"\"{field}\" cannot be rewritten",
                    $"a field of data groups {FirstWritable} to {LastWritable}");
    }
}
