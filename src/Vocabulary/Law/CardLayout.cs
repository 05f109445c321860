using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Musubi.Vocabulary;

/// <summary>How a field can be learned from a card.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Place>))]
public enum Place
{
    /// <summary>Printed. Whoever sees the card sees it.</summary>
    Face,

    /// <summary>On the chip, and open to whoever holds what is printed on the card.</summary>
    OpenOnChip,

    /// <summary>On the chip, and only for a terminal whose entry names the field.</summary>
    Protected,

    /// <summary>On the chip, and only with the holder's PIN.</summary>
    HolderPin,

    /// <summary>Not on the card.</summary>
    RegisterOnly,
}

/// <summary>Where one profile of the card keeps a field.</summary>
/// <param name="Place">How it can be learned.</param>
/// <param name="Groups">The eID data groups that hold it: always for a protected field, and also for a printed one
/// that terminals may read in text form.</param>
/// <param name="TravelDocumentGroup">The data group of the travel-document application that holds it, if any.</param>
public sealed record FieldPlace(Place Place, ImmutableArray<int> Groups, int? TravelDocumentGroup)
{
    /// <summary>TR-03110 part 4: the eID application has data groups 1 to 22.</summary>
    private const int LastGroup = 22;

    internal static FieldPlace Read(DataNode node)
    {
        var place = new FieldPlace(node.Enum<Place>("place"),
            [.. node.OptionalList("groups").Select(Group)],
            node.Has("travelDocumentGroup") ? node.Number("travelDocumentGroup", 1, 16) : null);
        if (place.Place is Place.Protected == place.Groups.IsEmpty && place.Place is not Place.Face)
            node.Problem("\"groups\" does not fit the place",
                "a data group for a protected field, none for one that is not");
        return place;
    }

    private static int Group(DataNode node)
    {
        if (int.TryParse(node.Text, System.Globalization.CultureInfo.InvariantCulture, out var group) && group is >= 1
            and <= LastGroup)
            return group;
        node.Problem("this is no data group", $"a number from 1 to {LastGroup}");
        return 1;
    }
}

/// <summary>One field of the cards.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Merged">Where the merged card keeps it.</param>
/// <param name="Separate">Where the separate cards keep it.</param>
/// <param name="Reveals">What a reader learns about the holder by it.</param>
/// <param name="Weight">How much that is, from 1 to 10: what the access list's narrowness is counted in.</param>
public sealed record CardField(
    FieldId Id, LocalText Label, FieldPlace Merged, FieldPlace Separate, LocalText Reveals, int Weight)
{
    private const int Heaviest = 10;

    public FieldPlace On(CardKind kind) => kind switch
    {
        CardKind.Merged => Merged,
        CardKind.Separate => Separate,
    };

    internal static CardField Read(DataNode node) => new(node.Id<FieldId>("id"), node.Local("label"),
        FieldPlace.Read(node.At("merged")), FieldPlace.Read(node.At("separate")), node.Local("reveals"),
        node.Number("weight", 1, Heaviest));
}

/// <summary>What stands where. The order of the file is the order in which pages show the fields.</summary>
public sealed record CardLayout(ImmutableArray<CardField> Fields, CardLife Life)
{
    public CardField this[FieldId id] =>
        Find(id) ?? throw new ArgumentException($"The card has no field {id}.", nameof(id));

    public CardField? Find(FieldId id) => Fields.FirstOrDefault(field => field.Id == id);

    public IEnumerable<CardField> InGroup(int group) => Fields.Where(field => field.Merged.Groups.Contains(group));

    internal static CardLayout Read(DataNode root)
    {
        var byId = root.Table("fields", CardField.Read, field => field.Id);
        var inOrder = root.List("fields").Select(node => node.Members.GetValueOrDefault("id")?.Text);
        return new(
            [.. inOrder.Where(id => FieldId.TryParse(id,
            out _)).Distinct(StringComparer.Ordinal).Select(id => byId[FieldId.Parse(id!)])],
            CardLife.Read(root.At("life")));
    }
}
