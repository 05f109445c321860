using System.Security.Cryptography;

namespace Musubi.Chip.SecureMessaging;

/// <summary>The two AES keys of a secure channel (TR-03110-3 §F). Owns the bytes and clears them.</summary>
public sealed class SessionKeys : IDisposable
{
    private readonly byte[] encryption;
    private readonly byte[] mac;

    /// <summary>Takes over both arrays, each of 16, 24 or 32 bytes.</summary>
    public SessionKeys(byte[] encryption, byte[] mac)
    {
        if (encryption.Length is not (16 or 24 or 32) || mac.Length != encryption.Length)
            throw new ArgumentException("Session keys are two AES keys of one size.", nameof(encryption));
        (this.encryption, this.mac) = (encryption, mac);
    }

    /// <summary>KSenc.</summary>
    public ReadOnlySpan<byte> Encryption => encryption;

    /// <summary>KSmac.</summary>
    public ReadOnlySpan<byte> Mac => mac;

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(encryption);
        CryptographicOperations.ZeroMemory(mac);
    }
}
