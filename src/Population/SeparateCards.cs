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
            CardFiles.MakeMyNumber(number, NumberData(person.Number, plastic, securityCode), keys, pins, pool);
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

    /// <summary>What a residence card says of this person.</summary>
    public ResidenceCardData ResidenceData(ResidenceRecord person, ResidenceCardRecord card, long portrait)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(card);
        var status = jurisdiction.Statuses[person.Status];
        var special = status.CardType is "06";
        var hasFace = person.BirthDate.Latest.AddYears(PhotographAge) <= card.IssuedOn;
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
            Face = hasFace ? ImmutableArray.Create(Portrait.Jpeg(portrait)) : [],
            Changing = special ? new() : new()
            {
                Permission = new(ComprehensiveCode(person.Permit), null, person.Permit is "individual"),
                ApplicationPending = person.Pending is not null,
            },
        };
    }

    /// <summary>What a My Number card says of this person.</summary>
    public static MyNumberCardData NumberData(NumberRecord person, NumberCardRecord card, string securityCode)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(card);
        var name = person.Name.Roman;
        return new()
        {
            Serial = card.Serial.Stored,
            // Written to the holder's own chip, as the law's card has it.
            MyNumber = person.Number.Reveal(),
            Holder = new JpkiHolder(name.Given is "" ? name.Family : name.Family + NameSeparator + name.Given,
                person.Address.Text, person.BirthDate.Compact,
                person.Sex.ToNumberChip().ToString(CultureInfo.InvariantCulture)),
            CardExpiry = card.ExpiresOn,
            SecurityCode = securityCode,
            CertificatesFrom = Midnight(card.IssuedOn),
            CertificatesUntil = Midnight(card.CertificatesUntil.AddDays(1)).AddSeconds(-1),
            AuthenticationSerial = card.AuthenticationCertificateSerial,
            SigningSerial = card.SignatureCertificateSerial,
            WithSigningCertificate = card.SignatureCertificateSerial is not null,
        };
    }

    /// <summary>Tag D5: 1 is the permission of up to 28 hours a week.</summary>
    private static string ComprehensiveCode(string? permit) => permit is "comprehensive" ? "1" : "0";

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
