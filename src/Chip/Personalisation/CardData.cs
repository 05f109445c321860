using System.Collections.Immutable;
using Musubi.Chip.Applications.Emrtd;
using Musubi.Chip.Applications.Face;
using Musubi.Chip.Applications.Jpki;

namespace Musubi.Chip.Personalisation;

/// <summary>Serial numbers of a new card's certificates, upper-case hexadecimal.</summary>
/// <param name="Authentication">Of the authentication certificate.</param>
/// <param name="Signing">Of the signing certificate; null when the card has none.</param>
public sealed record MadeCertificates(string Authentication, string? Signing);

/// <summary>What a My Number card is made from. Plain values: the caller's register knows what they mean.</summary>
public sealed record MyNumberCardData
{
    /// <summary>The serial of the plastic: one to sixteen ASCII characters.</summary>
    public required string Serial { get; init; }

    /// <summary>Twelve digits.</summary>
    public required string MyNumber { get; init; }

    /// <summary>Name, address, birth date, sex; in the text application and in the signing certificate.</summary>
    public required JpkiHolder Holder { get; init; }

    /// <summary>Last day of the card; its year is part of number B.</summary>
    public required DateOnly CardExpiry { get; init; }

    /// <summary>The four digits printed on the card.</summary>
    public required string SecurityCode { get; init; }

    /// <summary>First moment of both certificates.</summary>
    public required DateTimeOffset CertificatesFrom { get; init; }

    /// <summary>Last moment of both certificates.</summary>
    public required DateTimeOffset CertificatesUntil { get; init; }

    /// <summary>Authentication certificate: 16 hexadecimal digits, the first 4 to 7; null draws them.</summary>
    public string? AuthenticationSerial { get; init; }

    /// <summary>Signing certificate: 16 hexadecimal digits, the first 4 to 7; null draws them.</summary>
    public string? SigningSerial { get; init; }

    /// <summary>Five digits of the municipality that issues the card, for the face application.</summary>
    public string Municipality { get; init; } = "00000";

    /// <summary>What is drawn on the card, for the face application.</summary>
    public FacePictures Pictures { get; init; } = FacePictures.None;

    /// <summary>False for holders under fifteen, who get none.</summary>
    public bool WithSigningCertificate { get; init; } = true;
}

/// <summary>The PINs of a new card, as the holder chose them.</summary>
/// <param name="Authentication">Four digits.</param>
/// <param name="Signing">Six to sixteen upper-case letters and digits.</param>
/// <param name="Text">Four digits.</param>
public sealed record MyNumberPins(string Authentication, string Signing, string Text)
{
    /// <summary>Lengths only.</summary>
    public override string ToString() => "MyNumberPins";
}

/// <summary>What a merged card is made from.</summary>
public sealed record MergedCardData
{
    /// <summary>Digits of the card access number.</summary>
    public const int CanLength = 6;

    /// <summary>The My Number functions; its serial is the plastic's.</summary>
    public required MyNumberCardData Number { get; init; }

    /// <summary>What the face shows: zone and portrait.</summary>
    public required EmrtdData Travel { get; init; }

    /// <summary>The eID groups by number, 1 to 21; each content is TLV, see <c>EidGroup.Text</c>.</summary>
    public required ImmutableSortedDictionary<int, ReadOnlyMemory<byte>> Groups { get; init; }

    /// <summary>The six digits printed on the card.</summary>
    public required string Can { get; init; }
}

/// <summary>The secrets of a new merged card, as its holder chose them or got them sealed.</summary>
/// <param name="Pin">Six digits; giving it is the holder's consent to a reading.</param>
/// <param name="Puk">Ten digits.</param>
/// <param name="Number">Of JPKI and text application.</param>
public sealed record MergedPins(string Pin, string Puk, MyNumberPins Number)
{
    /// <summary>Digits of the PIN.</summary>
    public const int PinLength = 6;

    /// <summary>Digits of the PUK.</summary>
    public const int PukLength = 10;

    /// <summary>Nothing of them.</summary>
    public override string ToString() => "MergedPins";
}
