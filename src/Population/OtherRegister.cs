using System.Globalization;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Population;

/// <summary>What the number register made of the same person: mostly the same, often spelt otherwise, seldom
/// wrong.</summary>
internal sealed class OtherRegister(Shape shape, Jurisdiction jurisdiction, DateOnly asOf, Homes homes)
{
    /// <summary>Under this age a card carries no signing certificate.</summary>
    private const int SigningAge = 15;

    private const int OldestCardDays = 3 * 365;

    public (NumberRecord, PlantedError) Mirror(ref Draw draw, ResidenceRecord person, PersonName name, Numbers numbers)
    {
        var planted = Plant(ref draw, person);
        var record = new NumberRecord(numbers.Number, numbers.MyNumber,
            planted switch
            {
                PlantedError.DroppedMiddleName => WithRoman(name, name.Roman.Family, name.Roman.Given.Split(' ')[^1]),
                PlantedError.NameSlip => WithRoman(name, Slip(ref draw, name.Roman.Family), name.Roman.Given),
                _ when name.Roman.Given is not "" && draw.Chance(shape.OtherNameOrder)
                    => WithRoman(name, name.Roman.Given, name.Roman.Family),
                _ => name,
            },
            planted is PlantedError.BirthDateLessKnown ? PartialDate.Of(person.BirthDate.Year) : person.BirthDate,
            planted is PlantedError.SexNotRecorded ? Sex.Unspecified : person.Sex,
            person.Nationality,
            planted is PlantedError.OldAddress ? homes.DrawAddress(ref draw)
                : draw.Chance(shape.LongAddress) ? Long(person.Address) : person.Address,
            person.Cards is [var card, ..] ? card.Number : null,
            draw.Chance(shape.HoldsNumberCard) && person.Cards is [var own, ..]
                ? [Card(ref draw, person, own, numbers.Serial)] : []);
        return (record, planted);
    }

    private PlantedError Plant(ref Draw draw, ResidenceRecord person)
    {
        var (shares, drawn) = (shape.Planted, draw.Unit());
        if ((drawn -= shares.NameSlip) < 0)
            return HasSlip(person.Name.Roman.Family) ? PlantedError.NameSlip : PlantedError.None;
        if ((drawn -= shares.OldAddress) < 0) return PlantedError.OldAddress;
        if ((drawn -= shares.BirthDateLessKnown) < 0)
            return person.BirthDate.IsComplete ? PlantedError.BirthDateLessKnown : PlantedError.None;
        if ((drawn -= shares.SexNotRecorded) < 0)
            return person.Sex is Sex.Unspecified ? PlantedError.None : PlantedError.SexNotRecorded;
        return drawn - shares.DroppedMiddleName < 0 && person.Name.Roman.Given.Contains(' ', StringComparison.Ordinal)
            ? PlantedError.DroppedMiddleName
            : PlantedError.None;
    }

    private NumberCardRecord Card(
        ref Draw draw, ResidenceRecord person, ResidenceCardRecord residenceCard, CardSerial serial)
    {
        var since = residenceCard.IssuedOn.DayNumber;
        var issued = asOf.AddDays(-draw.Below(Math.Clamp(asOf.DayNumber - since, 1, OldestCardDays)));
        // A card made while a renewal is pending is made on the last day of the stay at the latest.
        if (person.StayUntil is { } until && issued > until) issued = until;
        var life = jurisdiction.CardLife;
        var expires = life.CardExpiry(CardKind.Separate, issued, person.BirthDate, person.StayUntil);
        return new(serial, CardKind.Separate, issued, expires, CardState.Valid, CertificateSerial(ref draw),
            person.BirthDate.Latest.AddYears(SigningAge) <= issued ? CertificateSerial(ref draw) : null,
            life.CertificateExpiry(issued, person.BirthDate, person.StayUntil, expires));
    }

    /// <summary>A positive number of eight bytes without leading zeros, as certificates have them.</summary>
    private static string CertificateSerial(ref Draw draw) =>
        ((draw.Next() & 0x3FFF_FFFF_FFFF_FFFF) | 0x4000_0000_0000_0000).ToString("X16", CultureInfo.InvariantCulture);

    private static PersonName WithRoman(PersonName name, string family, string given) =>
        new(name.Forms.SetItem(0, new(NameScript.Roman, family, given)));

    private static bool HasSlip(string family) => family.Length > 1 && IsSlip(family, 0);

    private static bool IsSlip(string family, int at) =>
        char.IsAsciiLetter(family[at]) && char.IsAsciiLetter(family[at + 1]) && family[at] != family[at + 1];

    /// <summary>The first two letters change places; which two does not matter, only that the name is
    /// another.</summary>
    private static string Slip(ref Draw draw, string family)
    {
        var at = draw.Below(family.Length - 1);
        if (!IsSlip(family, at)) at = 0;
        return string.Concat(
            family.AsSpan(0, at), family.AsSpan(at + 1, 1), family.AsSpan(at, 1), family.AsSpan(at + 2));
    }

    /// <summary>本町1-2-3-401 as 本町1丁目2番3号401: another spelling of the same address.</summary>
    private static Address Long(Address address)
    {
        var parts = address.Text.Split('-');
        return parts.Length < 3 ? address : new(address.Municipality,
            $"{parts[0]}丁目{parts[1]}番{parts[2]}号{string.Concat(parts.Skip(3))}");
    }
}
