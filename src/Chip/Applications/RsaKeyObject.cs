using System.Security.Cryptography;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications;

/// <summary>An RSA public key as the My Number card writes it: exponent 90, modulus 91, together 265 bytes.</summary>
internal static class RsaKeyObject
{
    private const uint Exponent = 0x90;
    private const uint Modulus = 0x91;
    private const int ModulusLength = 256;
    private const int MaximumExponentLength = 8;

    /// <summary>Both objects, one after the other.</summary>
    public static byte[] Encode(RSA key)
    {
        var numbers = key.ExportParameters(includePrivateParameters: false);
        return new TlvWriter().Write(Exponent, numbers.Exponent).Write(Modulus, numbers.Modulus).ToArray();
    }

    /// <summary>The public part of a key in PKCS#8.</summary>
    public static byte[] EncodePublicOf(byte[] key)
    {
        using var own = CardSigning.Import(key);
        return Encode(own);
    }

    /// <summary>The key, which the caller disposes; null when the bytes are no RSA-2048 key.</summary>
    public static RSA? TryRead(ReadOnlyMemory<byte> encoded)
    {
        if (!BerTlv.TryReadAll(encoded, out var numbers)) return null;
        if (numbers.FindValue(Exponent) is not { Length: > 0 and <= MaximumExponentLength } exponent) return null;
        if (numbers.FindValue(Modulus) is not { Length: ModulusLength } modulus) return null;
        try
        {
            return RSA.Create(new RSAParameters { Exponent = exponent.ToArray(), Modulus = modulus.ToArray() });
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
