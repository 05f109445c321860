using System.Collections.Immutable;

namespace Musubi.Chip.Applications.Residence;

/// <summary>What a residence card says. Text as on the card, without the 00 that fills its fields.</summary>
/// <remarks>
/// Genuine means that the authority made these entries and images; it never means that the card is still valid.
/// Number, address, permission, pending flag and note are not signed by anybody. A chip with another card's signed part
/// under a number of its own is genuine to every reader: only the register knows which entries belong to a number.
/// </remarks>
public sealed record ResidenceCardReading
{
    /// <summary>The twelve characters in the chip.</summary>
    public required string CardNumber { get; init; }

    /// <summary>05 to 08.</summary>
    public required ResidenceCardType CardType { get; init; }

    /// <summary>Last day of the card.</summary>
    public required DateOnly? CardExpiry { get; init; }

    /// <summary>YYYYMMDD; 00 for an unknown month or day.</summary>
    public required string BirthDate { get; init; }

    /// <summary>"1" male, "2" female, "3" unspecified.</summary>
    public required string Sex { get; init; }

    /// <summary>Three letters.</summary>
    public required string Nationality { get; init; }

    /// <summary>The issuer's code.</summary>
    public required string Status { get; init; }

    /// <summary>YYMM, DDD or 0000.</summary>
    public required string Period { get; init; }

    /// <summary>The issuer's code; empty on types 06 and 08.</summary>
    public string PermissionType { get; init; } = "";

    /// <summary>Day of the permission; null on types 06 and 08.</summary>
    public DateOnly? PermissionDate { get; init; }

    /// <summary>"1", "2", "4" or "9"; empty on types 06 and 08.</summary>
    public string Work { get; init; } = "";

    /// <summary>Last day of the period of stay; null when indefinite and on types 06 and 08.</summary>
    public DateOnly? StayUntil { get; init; }

    /// <summary>JPEG 2000.</summary>
    public required ImmutableArray<byte> Face { get; init; }

    /// <summary>TIFF.</summary>
    public required ImmutableArray<byte> NameImage { get; init; }

    /// <summary>TIFF.</summary>
    public required ImmutableArray<byte> AddressImage { get; init; }

    /// <summary>Permission for activity outside the status; null on types 06 and 08.</summary>
    public ResidenceActivityPermission? Permission { get; init; }

    /// <summary>An application is pending.</summary>
    public bool ApplicationPending { get; init; }

    /// <summary>The note file.</summary>
    public required ResidenceNote Note { get; init; }

    /// <summary>Whether the authority made the signed part.</summary>
    public required SignatureVerdict Signature { get; init; }
}

/// <summary>The result of checking what an issuer signed on a card.</summary>
public enum SignatureVerdict
{
    /// <summary>The trusted issuer signed exactly this.</summary>
    Genuine,

    /// <summary>The signature does not fit the content: forged or changed.</summary>
    NotSignedByIssuer,

    /// <summary>The signer's certificate comes from somebody else.</summary>
    ForeignIssuer,

    /// <summary>The signer's certificate is not valid on this day.</summary>
    SignerNotValidToday,

    /// <summary>Signature or certificate cannot be read.</summary>
    Unreadable,
}

/// <summary>A reading, or why there is none.</summary>
public abstract record ResidenceReadOutcome
{
    private ResidenceReadOutcome() { }

    /// <summary>The card was read in full.</summary>
    public sealed record Complete(ResidenceCardReading Reading) : ResidenceReadOutcome;

    /// <summary>The card was not read.</summary>
    public sealed record Failed(ResidenceReadFailure Reason) : ResidenceReadOutcome;
}

/// <summary>Why a residence card was not read.</summary>
public enum ResidenceReadFailure
{
    /// <summary>The typed number does not have the form AA99999999AA; the card was not asked.</summary>
    NotACardNumber,

    /// <summary>The number is not the one of this card. Nothing locks.</summary>
    WrongNumber,

    /// <summary>No card of type 05 to 08 lies here.</summary>
    NotThisKindOfCard,

    /// <summary>A specified card (07, 08), and the reader was not given its issuer's delivery key.</summary>
    DeliveryKeyNeeded,

    /// <summary>A specified card of another issuer than the one whose delivery key was given.</summary>
    DeliveryKeyNotThisIssuers,

    /// <summary>The card does not know its own number, or states another: it is not what it looks like.</summary>
    CardProofWrong,

    /// <summary>The card refused a step that a genuine one allows.</summary>
    Refused,

    /// <summary>A file is not in the form of the specification.</summary>
    Malformed,
}

/// <summary>How far a reading has come: completed steps out of all.</summary>
public readonly record struct ReadingProgress(int Done, int Total);
