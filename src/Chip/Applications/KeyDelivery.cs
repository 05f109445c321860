using System.Security.Cryptography;
using Musubi.Chip.Apdu;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications;

/// <summary>SET SESSION KEY, 80 AE 00 00: A0 { 80: 32 bytes } under RSA-OAEP with SHA-256.</summary>
/// <remarks>Source: soltia48/myna-card, src/sm.rs, measured on the text application.</remarks>
internal static class KeyDelivery
{
    private const uint DeliveryTag = 0xA0;
    private const uint EncryptionKeyTag = 0x80;

    /// <summary>What a reader sends.</summary>
    public static byte[] Wrap(RSA key, ReadOnlySpan<byte> seed)
    {
        var encoded = seed.ToArray();
        var message = TlvWriter.Encode(DeliveryTag, inner => inner.Write(EncryptionKeyTag, encoded));
        var delivered = key.Encrypt(message, RSAEncryptionPadding.OaepSHA256);
        CryptographicOperations.ZeroMemory(message);
        CryptographicOperations.ZeroMemory(encoded);
        return delivered;
    }

    /// <summary>The delivered seed, or the card's status word for what was delivered instead.</summary>
    /// <returns>6F00 for a number that the modulus does not exceed, 6A80 for another template.</returns>
    public static (StatusWord Status, byte[] Seed) Unwrap(RSA key, ReadOnlyMemory<byte> delivered)
    {
        var modulus = key.ExportParameters(includePrivateParameters: false).Modulus!;
        if (delivered.Length != modulus.Length) return (StatusWord.WrongLength, []);
        if (delivered.Span.SequenceCompareTo(modulus) >= 0) return (StatusWord.NoDiagnosis, []);
        try
        {
            var message = key.Decrypt(delivered.Span, RSAEncryptionPadding.OaepSHA256);
            var seed = SeedIn(message);
            CryptographicOperations.ZeroMemory(message);
            return seed is null ? (StatusWord.WrongData, []) : (StatusWord.Success, seed);
        }
        catch (CryptographicException)
        {
            return (StatusWord.WrongData, []);
        }
    }

    /// <summary>One encryption key and nothing else: with a checksum key it is another session.</summary>
    private static byte[]? SeedIn(byte[] message) =>
        BerTlv.TryRead(message, out var template) && template.Value.Tag == DeliveryTag
        && template.Value.TryChildren(out var keys)
        && keys is [{ Tag: EncryptionKeyTag, Value.Length: DeliveredKeySession.SeedLength } only]
            ? only.Value.ToArray()
            : null;
}
