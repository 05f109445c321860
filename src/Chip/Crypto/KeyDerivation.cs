using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Musubi.Chip.Crypto;

/// <summary>What a derived key is for: the counter of the key derivation function (TR-03110-3 §A.2.3).</summary>
internal enum KeyPurpose
{
    Encryption = 1,
    Mac = 2,
    Password = 3,
}

/// <summary>KDF(K, r, c) = H(K ‖ r ‖ c): SHA-1 for 16-byte keys, SHA-256 for longer ones (TR-03110-3 §A.2.3).</summary>
internal static class KeyDerivation
{
    /// <summary>The key; the caller owns and clears it.</summary>
    /// <param name="secret">The shared secret or password.</param>
    /// <param name="nonce">The chip's nonce of chip authentication version 2; empty in PACE.</param>
    /// <param name="purpose">Which of the keys.</param>
    /// <param name="keyLength">16, 24 or 32 bytes.</param>
    public static byte[] Derive(
        ReadOnlySpan<byte> secret, ReadOnlySpan<byte> nonce, KeyPurpose purpose, int keyLength)
    {
        var input = new byte[secret.Length + nonce.Length + sizeof(int)];
        secret.CopyTo(input);
        nonce.CopyTo(input.AsSpan(secret.Length));
        BinaryPrimitives.WriteInt32BigEndian(input.AsSpan(^sizeof(int)..), (int)purpose);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        // SHA-1 here is what the standard prescribes for 128-bit keys; the KDF does not rest on collisions.
        var length = keyLength == 16 ? SHA1.HashData(input, hash) : SHA256.HashData(input, hash);
        var key = hash[..Math.Min(length, keyLength)].ToArray();
        CryptographicOperations.ZeroMemory(input);
        CryptographicOperations.ZeroMemory(hash);
        return key;
    }
}
