using System.Security.Cryptography;

namespace Musubi.Chip.Crypto;

/// <summary>AES-CBC without padding; one key, many short messages, each with its own IV. Not for use by two
/// threads.</summary>
/// <remarks>
/// .NET's one-shot calls set a cipher up each time, which takes five times as long as enciphering a command. A
/// transform is set up once and goes on chaining from message to message: the block that it will chain in is known, so
/// it is taken out again by XOR where the IV is put in.
/// </remarks>
internal sealed class AesCbc : IDisposable
{
    /// <summary>Bytes of a block and of an IV.</summary>
    public const int Block = 16;

    private readonly Aes aes = Aes.Create();
    private readonly ICryptoTransform encryptor;
    private readonly byte[] chainedByEncryptor = new byte[Block];
    private readonly byte[] chainedByDecryptor = new byte[Block];
    private ICryptoTransform? decryptor;

    /// <summary>Copies the key; the caller still owns and clears its own bytes.</summary>
    public AesCbc(ReadOnlySpan<byte> key)
    {
        aes.SetKey(key);
        aes.IV = new byte[Block];
        aes.Padding = PaddingMode.None;
        encryptor = aes.CreateEncryptor();
    }

    /// <summary>Enciphers whole blocks where they stand.</summary>
    public void Encrypt(ReadOnlySpan<byte> iv, byte[] buffer, int offset, int length)
    {
        var first = buffer.AsSpan(offset, Block);
        Xor(first, iv);
        Xor(first, chainedByEncryptor);
        encryptor.TransformBlock(buffer, offset, length, buffer, offset);
        buffer.AsSpan(offset + length - Block, Block).CopyTo(chainedByEncryptor);
    }

    /// <summary>Deciphers whole blocks where they stand.</summary>
    public void Decrypt(ReadOnlySpan<byte> iv, byte[] buffer, int offset, int length)
    {
        decryptor ??= aes.CreateDecryptor();
        Span<byte> next = stackalloc byte[Block];
        buffer.AsSpan(offset + length - Block, Block).CopyTo(next);
        decryptor.TransformBlock(buffer, offset, length, buffer, offset);
        var first = buffer.AsSpan(offset, Block);
        Xor(first, iv);
        Xor(first, chainedByDecryptor);
        next.CopyTo(chainedByDecryptor);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        encryptor.Dispose();
        decryptor?.Dispose();
        aes.Dispose();
        CryptographicOperations.ZeroMemory(chainedByEncryptor);
    }

    private static void Xor(Span<byte> block, ReadOnlySpan<byte> other)
    {
        for (var i = 0; i < Block; i++) block[i] ^= other[i];
    }
}
