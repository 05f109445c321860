using System.Collections.Immutable;
using System.Globalization;
using Musubi.Chip.Personalisation;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Population;

/// <summary>The hand-made people of the demonstration: a jurisdiction's personas.json. All are invented; their PINs are
/// public on purpose.</summary>
public sealed record Personas
{
    public const string FileName = "personas.json";

    public required ImmutableArray<PersonaResident> Residents { get; init; }
    public required ImmutableArray<PersonaStaff> Staff { get; init; }
    public required ImmutableArray<PersonaVerifier> Verifiers { get; init; }
    public required ImmutableArray<PersonaEditor> Editors { get; init; }

    /// <exception cref="JurisdictionException">The file is missing, or is no such file.</exception>
    public static Personas Load(string folder) => Shape.ReadFile<Personas>(folder, FileName);
}

/// <summary>A member of staff to sign in as. Role is "clerk" or "reviewer".</summary>
public sealed record PersonaStaff(StaffId Id, string Role, OfficeId Office, ImmutableDictionary<Language, string> Name);

/// <summary>Somebody who checks cards under one entry of the access list.</summary>
public sealed record PersonaVerifier(string Id, EntryId Entry, ImmutableDictionary<Language, string> Name);

/// <summary>Somebody who writes or approves the access list.</summary>
public sealed record PersonaEditor(string Id, StaffId Staff, ImmutableDictionary<Language, string> Name);

/// <summary>A resident with a story. Dates count from the day of the population, so the story is always
/// possible.</summary>
public sealed record PersonaResident
{
    /// <summary>Cards of personas were issued so long before the end of stay as the period says, the number card this
    /// much later.</summary>
    private const int NumberCardDaysLater = 14;

    public required string Id { get; init; }
    public required PersonId Residence { get; init; }
    public required PersonId Number { get; init; }
    public required ImmutableDictionary<Language, string> Story { get; init; }
    public required ImmutableArray<NameForm> Name { get; init; }
    public required ImmutableArray<NameForm> NumberName { get; init; }
    public required PartialDate BirthDate { get; init; }
    public required Sex Sex { get; init; }
    public required Nationality Nationality { get; init; }
    public required MunicipalityCode Municipality { get; init; }
    public required string Address { get; init; }
    public required string NumberAddress { get; init; }
    public required StatusCode Status { get; init; }
    public required PeriodOfStay Period { get; init; }
    public required int StayEndsInDays { get; init; }
    public required string PermissionType { get; init; }
    public string? Permit { get; init; }
    public required ResidenceCardNumber ResidenceCard { get; init; }
    public required MyNumber MyNumber { get; init; }
    public required CardSerial CardSerial { get; init; }

    /// <summary>The four digits printed on the My Number card.</summary>
    public required string SecurityCode { get; init; }

    /// <summary>Authentication and text PIN of the My Number card; also the PIN of a merged card, repeated, in
    /// demo.</summary>
    public required string Pin { get; init; }

    public required string SigningPassword { get; init; }

    /// <summary>Seed of the portrait.</summary>
    public required int Portrait { get; init; }

    public MyNumberPins Pins => new(Pin, SigningPassword, Pin);

    public SyntheticResident ToResident(Jurisdiction jurisdiction, DateOnly asOf)
    {
        ArgumentNullException.ThrowIfNull(jurisdiction);
        var until = asOf.AddDays(StayEndsInDays);
        var granted = Period.Days > 0 ? until.AddDays(-Period.Days)
            : until.AddMonths(-((Period.Years * 12) + Period.Months));
        var life = jurisdiction.CardLife;
        var numberIssued = granted.AddDays(NumberCardDaysLater);
        var numberExpires = life.CardExpiry(CardKind.Separate, numberIssued, BirthDate, until);
        return new(
            new(Residence, new(Name), BirthDate, Sex, Nationality, new(Municipality, Address), Status, Period, until,
                PermissionType, granted, Permit, null,
                [new(ResidenceCard, CardKind.Separate, granted,
                    life.CardExpiry(CardKind.Separate, granted, BirthDate, until), CardState.Valid, null)]),
            new(Number, MyNumber, new(NumberName), BirthDate, Sex, Nationality, new(Municipality, NumberAddress),
                ResidenceCard,
                [new(CardSerial, CardKind.Separate, numberIssued, numberExpires, CardState.Valid, Serial(1), Serial(2),
                    life.CertificateExpiry(numberIssued, BirthDate, until, numberExpires))]),
            PlantedError.None);
    }

    /// <summary>Fixed certificate serials, so that the register knows them before the card is made.</summary>
    private string Serial(int kind) =>
        string.Create(CultureInfo.InvariantCulture, $"4D55535542490{kind:X1}{Portrait % 256:X2}");
}
