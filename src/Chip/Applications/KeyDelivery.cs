using System.Collections.Immutable;
using System.Security.Cryptography;
using Musubi.Chip.Apdu;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications;

/// <summary>SET SESSION KEY, 80 AE 00 00: A0 { 80: 32 bytes [, 81: 32 bytes] } under RSA-OAEP with SHA-256.</summary>
/// <remarks>
/// 80 is the seed of the encryption key, 81 that of the checksum key. Source: soltia48/myna-card, src/sm.rs, measured
/// on the text application, which takes 80 alone; the residence application of 07 and 08 takes both here, which is our
/// reading (see <c>SpecifiedResidenceApplet</c>).
/// </remarks>
internal static class KeyDelivery
{
    private const uint DeliveryTag = 0xA0;
    private const uint EncryptionKeyTag = 0x80;
    private const uint ChecksumKeyTag = 0x81;

    /// <summary>What a reader sends.</summary>
    /// <param name="key">The card's or its issuer's public key.</param>
    /// <param name="seed">Seed of the encryption key.</param>
    /// <param name="checksumSeed">Seed of the checksum key; empty where there is none.</param>
    public static byte[] Wrap(RSA key, ReadOnlySpan<byte> seed, ReadOnlySpan<byte> checksumSeed = default)
    {
        var keys = new TlvWriter().Write(EncryptionKeyTag, seed);
        if (!checksumSeed.IsEmpty) keys.Write(ChecksumKeyTag, checksumSeed);
        var inner = keys.ToArray();
        var message = TlvWriter.Encode(DeliveryTag, inner);
        var delivered = key.Encrypt(message, RSAEncryptionPadding.OaepSHA256);
        CryptographicOperations.ZeroMemory(message);
        CryptographicOperations.ZeroMemory(inner);
        return delivered;
    }

    /// <summary>The delivered seed, or the card's status word for what was delivered instead.</summary>
    /// <returns>6F00 for a number that the modulus does not exceed, 6A80 for another template.</returns>
    public static (StatusWord Status, byte[] Seed) Unwrap(RSA key, ReadOnlyMemory<byte> delivered) =>
        Unwrap(key, delivered, SeedIn);

    /// <summary>The same where a checksum key belongs to it: both seeds, one behind the other.</summary>
    public static (StatusWord Status, byte[] Seeds) UnwrapBoth(RSA key, ReadOnlyMemory<byte> delivered) =>
        Unwrap(key, delivered, SeedsIn);

    private static (StatusWord Status, byte[] Seeds) Unwrap(
        RSA key, ReadOnlyMemory<byte> delivered, Func<byte[], byte[]?> read)
    {
        var modulus = key.ExportParameters(includePrivateParameters: false).Modulus!;
        if (delivered.Length != modulus.Length) return (StatusWord.WrongLength, []);
        if (delivered.Span.SequenceCompareTo(modulus) >= 0) return (StatusWord.NoDiagnosis, []);
        try
        {
            var message = key.Decrypt(delivered.Span, RSAEncryptionPadding.OaepSHA256);
            var seeds = read(message);
            CryptographicOperations.ZeroMemory(message);
            return seeds is null ? (StatusWord.WrongData, []) : (StatusWord.Success, seeds);
        }
        catch (CryptographicException)
        {
            return (StatusWord.WrongData, []);
        }
    }

    /// <summary>One encryption key and nothing else: with a checksum key it is another session.</summary>
    private static byte[]? SeedIn(byte[] message) =>
        KeysIn(message) is [{ Tag: EncryptionKeyTag, Value.Length: DeliveredKeySession.SeedLength } only]
            ? only.Value.ToArray()
            : null;

    private static byte[]? SeedsIn(byte[] message) =>
        KeysIn(message) is
            [
            { Tag: EncryptionKeyTag, Value.Length: DeliveredKeySession.SeedLength } encryption,
            { Tag: ChecksumKeyTag, Value.Length: DeliveredKeySession.SeedLength } checksum,
            ]
            ? [.. encryption.Value.Span, .. checksum.Value.Span]
            : null;

    private static ImmutableArray<TlvObject> KeysIn(byte[] message) =>
        BerTlv.TryRead(message, out var template) && template.Value.Tag == DeliveryTag
        && template.Value.TryChildren(out var keys) ? keys : [];
}
