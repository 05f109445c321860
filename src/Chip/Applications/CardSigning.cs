using System.Security.Cryptography;
using Musubi.Chip.Apdu;
using Org.BouncyCastle.Crypto.Encodings;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Security;

namespace Musubi.Chip.Applications;

/// <summary>RSA on the card: its keys, and the schemes of its own signing command, P1 00 to 05.</summary>
/// <remarks>PKCS#1 v1.5 over bytes that are no DigestInfo is outside .NET's RSA: Bouncy Castle pads it.</remarks>
internal static class CardSigning
{
    private const int HashLength = 32;

    /// <summary>What PKCS#1 v1.5 leaves of a 2048-bit block.</summary>
    private const int MaximumVerbatimLength = 245;

    /// <summary>Signs; 6A86 for another P1, 6700 for data that the scheme does not take.</summary>
    public static ResponseApdu Sign(byte scheme, byte[] key, byte[] data)
    {
        var taken = scheme switch
        {
            0x00 => data.Length is >= 1 and <= MaximumVerbatimLength,
            0x02 or 0x04 => data.Length == HashLength,
            _ => data.Length >= 1,
        };
        if (scheme > 0x05) return new(StatusWord.WrongParameters);
        if (!taken) return new(StatusWord.WrongLength);
        return ResponseApdu.Success(scheme switch
        {
            0x00 => Pad1(key, data),
            0x01 => Pad1(key, SHA256.HashData(data)),
            0x02 => WithDotNet(key, data, RSASignaturePadding.Pkcs1),
            0x03 => WithDotNet(key, SHA256.HashData(data), RSASignaturePadding.Pkcs1),
            0x04 => WithDotNet(key, data, RSASignaturePadding.Pss),
            _ => WithDotNet(key, SHA256.HashData(data), RSASignaturePadding.Pss),
        });
    }

    /// <summary>A fresh 2048-bit key, PKCS#8.</summary>
    public static byte[] GenerateKey()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportPkcs8PrivateKey();
    }

    /// <summary>SubjectPublicKeyInfo of a key in PKCS#8.</summary>
    public static byte[] PublicKeyOf(byte[] key)
    {
        using var rsa = Import(key);
        return rsa.ExportSubjectPublicKeyInfo();
    }

    /// <summary>PKCS#1 v1.5 over bytes as they are.</summary>
    public static byte[] Pad1(byte[] key, byte[] data)
    {
        var padded = new Pkcs1Encoding(new RsaBlindedEngine());
        padded.Init(forEncryption: true, PrivateKeyFactory.CreateKey(key));
        return padded.ProcessBlock(data, 0, data.Length);
    }

    private static byte[] WithDotNet(byte[] key, byte[] hash, RSASignaturePadding padding)
    {
        using var rsa = Import(key);
        return rsa.SignHash(hash, HashAlgorithmName.SHA256, padding);
    }

    /// <summary>A key in PKCS#8; the caller disposes it.</summary>
    public static RSA Import(byte[] key)
    {
        var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(key, out _);
        return rsa;
    }
}
