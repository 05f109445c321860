using System.Security.Cryptography;
using System.Text;
using Musubi.Chip.Crypto;

namespace Musubi.Chip.Pace;

/// <summary>Which password opens the card; the values are those of tag 83 (TR-03110-3 §B.1).</summary>
public enum PacePasswordKind
{
    /// <summary>Document number, birth date and expiry of the machine-readable zone.</summary>
    Mrz = 1,

    /// <summary>The six digits printed on the card.</summary>
    Can = 2,

    /// <summary>The holder's secret: giving it is the holder's consent.</summary>
    Pin = 3,

    /// <summary>The holder's spare secret, which unblocks the PIN.</summary>
    Puk = 4,
}

/// <summary>A password as PACE uses it. Owns the bytes and clears them.</summary>
public sealed class PacePassword : IDisposable
{
    /// <summary>PIN, CAN and PUK are digits; longer ones are typing errors.</summary>
    public const int MaximumLength = 16;

    private readonly byte[] secret;

    private PacePassword(PacePasswordKind kind, byte[] secret) => (Kind, this.secret) = (kind, secret);

    /// <summary>Which password.</summary>
    public PacePasswordKind Kind { get; }

    /// <summary>The holder's PIN.</summary>
    public static PacePassword Pin(string digits) => new(PacePasswordKind.Pin, Digits(digits));

    /// <summary>The number printed on the card.</summary>
    public static PacePassword Can(string digits) => new(PacePasswordKind.Can, Digits(digits));

    /// <summary>The holder's PUK.</summary>
    public static PacePassword Puk(string digits) => new(PacePasswordKind.Puk, Digits(digits));

    /// <summary>Document number, birth date and expiry date, each with its check digit.</summary>
    public static PacePassword Mrz(string information) => new(PacePasswordKind.Mrz, HashOfMrz(information));

    /// <summary>Kπ of TR-03110-3 §A.3.3; the caller owns and clears it.</summary>
    internal byte[] DeriveKey(AesStrength strength) =>
        KeyDerivation.Derive(secret, [], KeyPurpose.Password, strength.KeyLength());

    /// <summary>From what a card stores: digits, or the SHA-1 of the MRZ. Copies.</summary>
    internal static PacePassword FromStored(PacePasswordKind kind, ReadOnlySpan<byte> stored) =>
        new(kind, stored.ToArray());

    /// <summary>What a card keeps of its zone: ICAO 9303-11 §4.4 prescribes SHA-1.</summary>
    internal static byte[] HashOfMrz(string information) => SHA1.HashData(Encoding.ASCII.GetBytes(information));

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(secret);

    /// <summary>Names the kind only.</summary>
    public override string ToString() => Kind.ToString();

    private static byte[] Digits(string digits) =>
        digits.Length is > 0 and <= MaximumLength && digits.All(char.IsAsciiDigit)
            ? Encoding.ASCII.GetBytes(digits)
            : throw new ArgumentException("PIN, CAN and PUK are 1 to 16 digits.", nameof(digits));
}
