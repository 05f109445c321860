using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Musubi.TransparencyLog.Notes;

/// <summary>Ed25519 (RFC 8032 §5.1). Trust: we trust BouncyCastle for the arithmetic; .NET 10 has none of its own.
/// </summary>
internal static class Ed25519Signature
{
    public const int Length = 64;
    public const int PublicKeyLength = 32;

    public static byte[] PublicKey(byte[] seed)
    {
        var key = new byte[PublicKeyLength];
        Ed25519.GeneratePublicKey(seed, 0, key, 0);
        return key;
    }

    public static byte[] Sign(byte[] seed, byte[] publicKey, byte[] message)
    {
        var signature = new byte[Length];
        Ed25519.Sign(seed, 0, publicKey, 0, message, 0, message.Length, signature, 0);
        return signature;
    }

    public static bool Verify(byte[] publicKey, byte[] message, byte[] signature) =>
        signature.Length == Length && publicKey.Length == PublicKeyLength
        && Ed25519.Verify(signature, 0, publicKey, 0, message, 0, message.Length);

    /// <summary>Whether 32 bytes are a point that can be a key: not of small order, for which anybody can sign.
    /// </summary>
    public static bool IsKey(byte[] publicKey) => Ed25519.ValidatePublicKeyFull(publicKey, 0);
}
