using System.Security.Cryptography;

namespace Musubi.Chip.Crypto;

/// <summary>CMAC with AES (NIST SP 800-38B); one key, many messages.</summary>
/// <remarks>
/// CMAC is CBC over the message with its last block masked, so one CBC call on a reused key computes it.
/// </remarks>
internal sealed class AesCmac : IDisposable
{
    /// <summary>Bytes of the full MAC; card protocols send the first eight.</summary>
    public const int Length = 16;

    private const int StackLimit = 1024;
    private static readonly byte[] ZeroBlock = new byte[Length];

    private readonly Aes aes = Aes.Create();
    private readonly byte[] maskOfFullBlock = new byte[Length];
    private readonly byte[] maskOfPaddedBlock = new byte[Length];

    /// <summary>Copies the key; the caller still owns and clears its own bytes.</summary>
    public AesCmac(ReadOnlySpan<byte> key)
    {
        aes.SetKey(key);
        aes.EncryptCbc(ZeroBlock, ZeroBlock, maskOfFullBlock, PaddingMode.None);
        Double(maskOfFullBlock);
        maskOfFullBlock.CopyTo(maskOfPaddedBlock, 0);
        Double(maskOfPaddedBlock);
    }

    /// <summary>Writes the first <c>mac.Length</c> bytes of the MAC.</summary>
    public void Compute(ReadOnlySpan<byte> message, Span<byte> mac)
    {
        var blocks = Math.Max(1, (message.Length + Length - 1) / Length);
        var padded = blocks * Length;
        var work = padded <= StackLimit ? stackalloc byte[padded] : new byte[padded];
        message.CopyTo(work);
        var last = work[^Length..];
        var whole = message.Length == padded;
        if (!whole) work[message.Length] = 0x80;
        var mask = whole ? maskOfFullBlock : maskOfPaddedBlock;
        for (var i = 0; i < Length; i++) last[i] ^= mask[i];
        aes.EncryptCbc(work, ZeroBlock, work, PaddingMode.None);
        last[..mac.Length].CopyTo(mac);
        CryptographicOperations.ZeroMemory(work);
    }

    /// <summary>Compares in fixed time.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> mac)
    {
        Span<byte> expected = stackalloc byte[Length];
        expected = expected[..Math.Min(mac.Length, Length)];
        Compute(message, expected);
        return CryptographicOperations.FixedTimeEquals(expected, mac);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        aes.Dispose();
        CryptographicOperations.ZeroMemory(maskOfFullBlock);
        CryptographicOperations.ZeroMemory(maskOfPaddedBlock);
    }

    /// <summary>Multiplies by x in GF(2^128), without a branch on the secret.</summary>
    private static void Double(byte[] block)
    {
        var carry = (byte)(block[0] >> 7);
        for (var i = 0; i < Length - 1; i++) block[i] = (byte)(((block[i] << 1) | (block[i + 1] >> 7)) & 0xFF);
        block[^1] = (byte)(((block[^1] << 1) & 0xFF) ^ (0x87 * carry));
    }
}
