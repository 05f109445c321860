using System.Security.Cryptography;

namespace Musubi.Chip.Crypto;

/// <summary>CMAC with AES (NIST SP 800-38B); one key, many messages.</summary>
/// <remarks>
/// CMAC is the last block of CBC over the message with its own last block masked. Not for use by two threads.
/// </remarks>
internal sealed class AesCmac : IDisposable
{
    /// <summary>Bytes of the full MAC; card protocols send the first eight.</summary>
    public const int Length = 16;

    private static readonly byte[] ZeroBlock = new byte[Length];

    private readonly AesCbc cbc;
    private readonly byte[] maskOfFullBlock = new byte[Length];
    private readonly byte[] maskOfPaddedBlock = new byte[Length];

    /// <summary>Copies the key; the caller still owns and clears its own bytes.</summary>
    public AesCmac(ReadOnlySpan<byte> key)
    {
        cbc = new AesCbc(key);
        cbc.Encrypt(ZeroBlock, maskOfFullBlock, 0, Length);
        Double(maskOfFullBlock);
        maskOfFullBlock.CopyTo(maskOfPaddedBlock, 0);
        Double(maskOfPaddedBlock);
    }

    /// <summary>Writes the first <c>mac.Length</c> bytes of the MAC.</summary>
    public void Compute(ReadOnlySpan<byte> message, Span<byte> mac)
    {
        var blocks = Math.Max(1, (message.Length + Length - 1) / Length);
        var padded = blocks * Length;
        var work = new byte[padded];
        message.CopyTo(work);
        var last = work.AsSpan(padded - Length);
        var whole = message.Length == padded;
        if (!whole) work[message.Length] = 0x80;
        var mask = whole ? maskOfFullBlock : maskOfPaddedBlock;
        for (var i = 0; i < Length; i++) last[i] ^= mask[i];
        cbc.Encrypt(ZeroBlock, work, 0, padded);
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
        cbc.Dispose();
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
