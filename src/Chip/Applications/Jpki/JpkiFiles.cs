namespace Musubi.Chip.Applications.Jpki;

/// <summary>Identifiers of the JPKI application (公的個人認証AP) of the My Number card.</summary>
public static class JpkiFiles
{
    /// <summary>The application's name, 10 bytes.</summary>
    public static ReadOnlyMemory<byte> Aid { get; } =
        (byte[])[0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];

    /// <summary>Signing certificate; opens with the signing password.</summary>
    public const ushort SigningCertificate = 0x0001;

    /// <summary>The authority above the signing certificate.</summary>
    public const ushort SigningAuthority = 0x0002;

    /// <summary>PKCS#11 token information, 160 bytes.</summary>
    public const ushort TokenInformation = 0x0006;

    /// <summary>Which certificates there are, three bytes.</summary>
    public const ushort Availability = 0x0008;

    /// <summary>Authentication certificate; free.</summary>
    public const ushort AuthenticationCertificate = 0x000A;

    /// <summary>The authority above the authentication certificate.</summary>
    public const ushort AuthenticationAuthority = 0x000B;

    /// <summary>The authority of terminals' certificates: a key reference, which is selected and never read.</summary>
    public const ushort TerminalAuthority = 0x0016;

    /// <summary>Authentication key.</summary>
    public const ushort AuthenticationKey = 0x0017;

    /// <summary>Authentication PIN, four digits.</summary>
    public const ushort AuthenticationPin = 0x0018;

    /// <summary>Signing key.</summary>
    public const ushort SigningKey = 0x001A;

    /// <summary>Signing password, six to sixteen upper-case letters and digits.</summary>
    public const ushort SigningPin = 0x001B;

    /// <summary>Tries for the authentication PIN.</summary>
    public const int AuthenticationPinTries = 3;

    /// <summary>Tries for the signing password.</summary>
    public const int SigningPinTries = 5;
}
