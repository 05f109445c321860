using System.Collections.Immutable;
using Musubi.Office.Drawing;
using Musubi.Office.Texts;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Office.Front;

/// <summary>The invented holder of the card on the front page. Nobody in any register.</summary>
public sealed class Specimen(
    Jurisdiction law, CardDrawings drawings, Words words, FieldValues values, PageTexts texts)
{
    /// <summary>The country of specimens in ICAO 9303.</summary>
    private static readonly Nationality Utopia = Nationality.Parse("UTO");

    /// <summary>Seed of a face that no persona has.</summary>
    private const long Portrait = 7;

    public CardPicture Draw()
    {
        var status = law.Statuses.Values.Where(status => status.CardType is not null && !status.Periods.IsEmpty)
            .MinBy(status => status.Code.Stored, StringComparer.Ordinal)!;
        var birth = new DateOnly(1994, 5, 17);
        var issued = values.Today;
        var card = new ResidenceCardRecord(ResidenceCardNumber.Parse("ZZ00000000ZZ"), CardKind.Merged, issued,
            law.CardLife.CardExpiry(CardKind.Merged, issued, PartialDate.Of(birth), null), CardState.Valid, null);
        var place = law.Municipalities.Values.MinBy(place => place.Code.Stored, StringComparer.Ordinal)!;
        var person = new ResidenceRecord(
            PersonId.Parse("SPECIMEN"), PersonName.OfRoman("MUSUBI", "HANAKO"), PartialDate.Of(birth), Sex.Female,
            Utopia,
            new Address(place.Code,
            $"{place.Prefecture.PlainIn(Language.Japanese)}{place.Name.PlainIn(Language.Japanese)}1-2-3"),
            status.Code, status.Periods[0], null,
            law.PermissionTypes.Keys.Order(StringComparer.Ordinal).First(), issued, null, null, [card]);
        return drawings.Draw(CardKind.Merged, texts.Local("card.merged"), person, card, false, Portrait);
    }

    /// <summary>The back: what only the holder may show, and room for endorsements.</summary>
    public ImmutableArray<FaceLine> Back() =>
        [new(texts.Local("card.endorsements"), words.Plain("card.endorsements-none"))];
}
