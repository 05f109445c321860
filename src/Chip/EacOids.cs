namespace Musubi.Chip;

/// <summary>Object identifiers of TR-03110 as the value bytes of their DER form (arc 0.4.0.127.0.7).</summary>
internal static class EacOids
{
    /// <summary>standardizedDomainParameters: the parameter is an id of table 4.</summary>
    public static ReadOnlySpan<byte> StandardizedDomainParameters => [0x04, 0, 0x7F, 0, 7, 1, 2];

    /// <summary>id-PACE-ECDH-GM; AES ciphers append 02, 03, 04.</summary>
    public static ReadOnlySpan<byte> PaceEcdhGenericMapping => [0x04, 0, 0x7F, 0, 7, 2, 2, 4, 2];

    /// <summary>id-CA-ECDH; AES ciphers append 02, 03, 04.</summary>
    public static ReadOnlySpan<byte> ChipAuthenticationEcdh => [0x04, 0, 0x7F, 0, 7, 2, 2, 3, 2];

    /// <summary>id-PK-ECDH: a chip authentication public key.</summary>
    public static ReadOnlySpan<byte> PublicKeyEcdh => [0x04, 0, 0x7F, 0, 7, 2, 2, 1, 2];

    /// <summary>id-TA.</summary>
    public static ReadOnlySpan<byte> TerminalAuthentication => [0x04, 0, 0x7F, 0, 7, 2, 2, 2];

    /// <summary>id-TA-ECDSA; 01 SHA-1, 02 SHA-224, 03 SHA-256, 04 SHA-384, 05 SHA-512 follow.</summary>
    public static ReadOnlySpan<byte> TerminalAuthenticationEcdsa => [0x04, 0, 0x7F, 0, 7, 2, 2, 2, 2];

    /// <summary>id-PT: what is for privileged terminals only.</summary>
    public static ReadOnlySpan<byte> PrivilegedTerminal => [0x04, 0, 0x7F, 0, 7, 2, 2, 8];

    /// <summary>id-roles: 01 inspection system, 02 authentication terminal, 03 signature terminal follow.</summary>
    public static ReadOnlySpan<byte> Roles => [0x04, 0, 0x7F, 0, 7, 3, 1, 2];

    /// <summary>id-description: the extension with the hash of the certificate description.</summary>
    public static ReadOnlySpan<byte> Description => [0x04, 0, 0x7F, 0, 7, 3, 1, 3, 1];

    /// <summary>id-sector: the extension with the hashes of the terminal's sector keys.</summary>
    public static ReadOnlySpan<byte> Sector => [0x04, 0, 0x7F, 0, 7, 3, 1, 3, 2];

    /// <summary>id-SecurityObject, dotted: the content type of EF.CardSecurity.</summary>
    public const string SecurityObject = "0.4.0.127.0.7.3.2.1";
}

/// <summary>The AES key of a PACE or chip authentication cipher; all end with CBC and CMAC.</summary>
public enum AesStrength
{
    /// <summary>AES-128, keys derived with SHA-1.</summary>
    Aes128,

    /// <summary>AES-192, keys derived with SHA-256.</summary>
    Aes192,

    /// <summary>AES-256, keys derived with SHA-256.</summary>
    Aes256,
}

internal static class AesStrengths
{
    public static int KeyLength(this AesStrength strength) => strength switch
    {
        AesStrength.Aes128 => 16,
        AesStrength.Aes192 => 24,
        AesStrength.Aes256 => 32,
    };

    /// <summary>The protocol's identifier with the cipher's last byte.</summary>
    public static byte[] Oid(this AesStrength strength, ReadOnlySpan<byte> protocol) => strength switch
    {
        AesStrength.Aes128 => [.. protocol, 2],
        AesStrength.Aes192 => [.. protocol, 3],
        AesStrength.Aes256 => [.. protocol, 4],
    };

    /// <summary>Reads the cipher out of a protocol's identifier; false for 3DES, other mappings and unknown
    /// ones.</summary>
    public static bool TryRead(ReadOnlySpan<byte> oid, ReadOnlySpan<byte> protocol, out AesStrength strength)
    {
        strength = default;
        if (oid.Length != protocol.Length + 1 || !oid.StartsWith(protocol)) return false;
        if (oid[^1] is < 2 or > 4) return false;
        strength = (AesStrength)(oid[^1] - 2);
        return true;
    }
}
