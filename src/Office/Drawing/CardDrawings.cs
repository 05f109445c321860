using System.Collections.Immutable;
using Musubi.Office.Hosting;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Office.Drawing;

/// <summary>Draws a person's card from the jurisdiction's layout and the register's record.</summary>
public sealed class CardDrawings(Jurisdiction law, House house, FieldValues values)
{
    private static readonly FieldId photo = FieldId.Parse("photo");
    private static readonly FieldId number = FieldId.Parse("card-number");
    private static readonly FieldId otherCard = FieldId.Parse("my-number");

    /// <param name="kind">Which profile is drawn.</param>
    /// <param name="title">What the card is called.</param>
    /// <param name="person">The record.</param>
    /// <param name="card">The card's own row, or null where none is valid.</param>
    /// <param name="withValues">The holder sees what the chip holds; everybody else sees locks.</param>
    /// <param name="portrait">Seed of the holder's invented face.</param>
    public CardPicture Draw(
        CardKind kind, LocalText title, ResidenceRecord person, ResidenceCardRecord? card, bool withValues,
        long portrait)
    {
        var face =
            from field in law.Card.Fields
            where field.On(kind).Place is Place.Face && field.Id != photo && field.Id != number && field.Id != otherCard
            let value = values.Of(field.Id, person, card)
            where value is not null
            select new FaceLine(field.Label, Ruby.Plain(value));
        var chip =
            from field in law.Card.Fields
            where field.On(kind).Place is Place.Protected or Place.HolderPin or Place.OpenOnChip
            let value = values.Of(field.Id, person, card)
            where value is not null || !withValues
            select new ChipLine(field.Label, withValues ? value : null, field.On(kind).Place, Readers(field.Id));
        return new(title, card?.Number.Stored ?? "", [.. face], [.. chip], portrait);
    }

    /// <summary>Who may open a field today, by the published list.</summary>
    public ImmutableArray<LocalText> Readers(FieldId field) =>
    [
        .. from entry in (house.List ?? law.AccessList).Entries
           where entry.IsInForce(values.Today) && entry.Fields.Contains(field)
           select entry.LegalName,
    ];
}
