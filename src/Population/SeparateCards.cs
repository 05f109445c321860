using System.Collections.Immutable;
using System.Globalization;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Personalisation;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Population;

/// <summary>The two virtual cards that a resident holds before any merge.</summary>
/// <param name="Residence">File of the residence card; null where the status brings none.</param>
/// <param name="Number">File of the My Number card; null where the resident has none.</param>
public sealed record MadeCards(string? Residence, string? Number);

/// <summary>Makes separate virtual cards from what the registers hold. Keys are in the files: for demonstration
/// only.</summary>
public sealed class SeparateCards(Jurisdiction jurisdiction, IssuerKeys keys, RsaKeyPool? pool = null)
{
    /// <summary>Under one year of age a card has no photograph.</summary>
    private const int PhotographAge = 1;

    /// <summary>The My Number chip separates family and given name by an ideographic space.</summary>
    private const char NameSeparator = '\u3000';

    /// <summary>Makes both cards as PERSON-residence.card and PERSON-number.card in a folder.</summary>
    /// <param name="person">The person in both registers.</param>
    /// <param name="folder">Made when it is missing; existing cards are not overwritten.</param>
    /// <param name="pins">What the holder would have chosen.</param>
    /// <param name="securityCode">The four digits printed on the My Number card.</param>
    /// <param name="portrait">Seed of the face.</param>
    /// <exception cref="Musubi.Chip.VirtualCards.CardFileException">A card file exists there already, or the disk
    /// refuses.</exception>
    public MadeCards Make(
        SyntheticResident person, string folder, MyNumberPins pins, string securityCode, long portrait)
    {
        ArgumentNullException.ThrowIfNull(person);
        Directory.CreateDirectory(folder);
        string? residence = null, number = null;
        if (person.Residence.Cards.LastOrDefault(
            card => card is { State: CardState.Valid, Kind: CardKind.Separate }) is { } card)
        {
            residence = Path.Combine(folder, $"{person.Residence.Id}-residence.card");
            CardFiles.MakeResidence(residence, ResidenceData(person.Residence, card, portrait), keys);
        }
        if (person.Number.Cards.LastOrDefault(
            own => own is { State: CardState.Valid, Kind: CardKind.Separate }) is { } plastic)
        {
            number = Path.Combine(folder, $"{person.Residence.Id}-number.card");
            CardFiles.MakeMyNumber(number, NumberData(person.Number, plastic, securityCode, portrait), keys,
                pins, pool);
        }
        return new(residence, number);
    }

    /// <summary>Both cards of a persona, with the PINs of personas.json.</summary>
    public MadeCards Make(PersonaResident persona, DateOnly asOf, string folder)
    {
        ArgumentNullException.ThrowIfNull(persona);
        return Make(persona.ToResident(jurisdiction, asOf), folder, persona.Pins, persona.SecurityCode,
            persona.Portrait);
    }

    /// <summary>Makes the merged card as Japan issues it (07, 08) in place of both, as far as it is public.</summary>
    /// <param name="path">The new file.</param>
    /// <param name="person">Somebody who holds both separate cards.</param>
    /// <param name="pins">What the holder would have chosen.</param>
    /// <param name="securityCode">The four digits printed on it.</param>
    /// <param name="portrait">Seed of the face.</param>
    /// <exception cref="Musubi.Chip.VirtualCards.CardFileException">A file exists there, or the disk
    /// refuses.</exception>
    public void MakeSpecified(
        string path, SyntheticResident person, MyNumberPins pins, string securityCode, long portrait)
    {
        ArgumentNullException.ThrowIfNull(person);
        var residence = ResidenceData(person.Residence, person.Residence.Cards[^1], portrait);
        var type = residence.Type.HasStay()
            ? ResidenceCardType.SpecifiedResidenceCard
            : ResidenceCardType.SpecifiedSpecialPermanentResident;
        CardFiles.MakeSpecified(path, residence with { Type = type },
            NumberData(person.Number, person.Number.Cards[^1], securityCode, portrait), keys, pins, pool);
    }

    /// <summary>What a residence card says of this person.</summary>
    public ResidenceCardData ResidenceData(ResidenceRecord person, ResidenceCardRecord card, long portrait)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(card);
        var status = jurisdiction.Statuses[person.Status];
        var special = status.CardType is "06";
        var address = PrintedPictures.ResidenceAddress(FullAddress(person.Address));
        return new()
        {
            Type = special ? ResidenceCardType.SpecialPermanentResident : ResidenceCardType.ResidenceCard,
            CardNumber = card.Number.Stored,
            CardExpiry = card.ExpiresOn,
            BirthDate = person.BirthDate.Compact,
            Sex = person.Sex.ToResidenceChip().ToString(CultureInfo.InvariantCulture),
            Nationality = person.Nationality.Stored,
            Status = status.ChipCode,
            Period = person.Period.Chip,
            PermissionType = special ? "" : jurisdiction.PermissionTypes[person.PermissionType].ChipCode,
            PermissionDate = special ? null : person.PermissionDate,
            Work = special ? "" : status.ChipWorkCode,
            StayUntil = special ? null : person.StayUntil,
            Face = FaceOn(person.BirthDate, card.IssuedOn, portrait),
            NameImage = PrintedPictures.ResidenceName(person.Name.Display),
            Changing = special ? new() { AddressImage = address } : new()
            {
                AddressImage = address,
                Permission = new(ComprehensiveCode(person.Permit), null, person.Permit is "individual"),
                ApplicationPending = person.Pending is not null,
            },
        };
    }

    /// <summary>What a My Number card says of this person.</summary>
    public MyNumberCardData NumberData(
        NumberRecord person, NumberCardRecord card, string securityCode, long portrait)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(card);
        var name = person.Name.Roman;
        var holder = new JpkiHolder(name.Given is "" ? name.Family : name.Family + NameSeparator + name.Given,
            FullAddress(person.Address), person.BirthDate.Compact,
            person.Sex.ToNumberChip().ToString(CultureInfo.InvariantCulture));
        // Written to the holder's own chip, as the law's card has it.
        var myNumber = person.Number.Reveal();
        return new()
        {
            Serial = card.Serial.Stored,
            MyNumber = myNumber,
            Holder = holder,
            Municipality = person.Address.Municipality.Five,
            Pictures = PrintedPictures.NumberCard(holder.Name, holder.Address, securityCode, myNumber,
                FaceOn(person.BirthDate, card.IssuedOn, portrait)),
            CardExpiry = card.ExpiresOn,
            SecurityCode = securityCode,
            CertificatesFrom = Midnight(card.IssuedOn),
            CertificatesUntil = Midnight(card.CertificatesUntil.AddDays(1)).AddSeconds(-1),
            AuthenticationSerial = card.AuthenticationCertificateSerial,
            SigningSerial = card.SignatureCertificateSerial,
            WithSigningCertificate = card.SignatureCertificateSerial is not null,
        };
    }

    private static ImmutableArray<byte> FaceOn(PartialDate born, DateOnly issued, long portrait) =>
        born.Latest.AddYears(PhotographAge) <= issued ? [.. Portrait.Photograph(portrait)] : [];

    /// <summary>As it is printed: prefecture and municipality before the rest.</summary>
    private string FullAddress(Address address) =>
        jurisdiction.Municipalities.TryGetValue(address.Municipality, out var place)
            ? place.Prefecture.PlainIn(Language.Japanese) + place.Name.PlainIn(Language.Japanese) + address.Text
            : address.Text;

    /// <summary>Tag D5: 1 is the permission of up to 28 hours a week.</summary>
    private static string ComprehensiveCode(string? permit) => permit is "comprehensive" ? "1" : "0";

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
