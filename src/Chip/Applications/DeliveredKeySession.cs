using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Musubi.Chip.Applications;

/// <summary>
/// A session under a key that the reader made and delivered (SET SESSION KEY): AES-128-CBC whose IV is the encrypted
/// number of the command. Both ends hold one.
/// </summary>
/// <remarks>
/// Command N and its answer use IV = AES(key, N as sixteen bytes, big-endian); N begins at 1 and counts every
/// protected command, also one that the application then refuses. There is no MAC: who stands in between cannot read,
/// but can change. Source: behaviour of real My Number cards as published in soltia48/myna-card, src/sm.rs.
/// </remarks>
internal sealed class DeliveredKeySession : IDisposable
{
    /// <summary>Bytes that a reader delivers; the first sixteen are the key.</summary>
    public const int SeedLength = 32;

    /// <summary>Cryptogram in a command or an answer, after its padding indicator 01.</summary>
    public const uint CryptogramTag = 0x86;

    /// <summary>Length wanted, in a READ BINARY.</summary>
    public const uint WantedLengthTag = 0x96;

    /// <summary>ISO/IEC 7816-4 padding follows.</summary>
    public const byte PaddedContent = 0x01;

    private const int KeyLength = 16;
    private const int BlockLength = 16;
    private readonly byte[] key;
    private ulong number = 1;

    /// <summary>Begins a session. The seed stays the caller's.</summary>
    public DeliveredKeySession(ReadOnlySpan<byte> seed) => key = seed[..KeyLength].ToArray();

    /// <summary>The number of the command under way.</summary>
    public ulong Number => number;

    /// <summary>The command is answered; the next one has the next number.</summary>
    public void Advance() => number++;

    /// <summary>Indicator and cryptogram: the value of object 86.</summary>
    public byte[] Encrypt(ReadOnlySpan<byte> plain)
    {
        using var aes = Cipher();
        var padded = new byte[(plain.Length / BlockLength + 1) * BlockLength];
        plain.CopyTo(padded);
        padded[plain.Length] = 0x80;
        var cryptogram = aes.EncryptCbc(padded, Iv(aes), PaddingMode.None);
        CryptographicOperations.ZeroMemory(padded);
        return [PaddedContent, .. cryptogram];
    }

    /// <summary>The plain bytes of object 86; null when they are not padded as they must be.</summary>
    public byte[]? TryDecrypt(ReadOnlySpan<byte> value)
    {
        if (value.Length < 1 + BlockLength || value[0] != PaddedContent || (value.Length - 1) % BlockLength != 0)
            return null;
        using var aes = Cipher();
        var padded = aes.DecryptCbc(value[1..], Iv(aes), PaddingMode.None);
        var end = padded.AsSpan().LastIndexOfAnyExcept((byte)0);
        return end >= padded.Length - BlockLength && padded[end] == 0x80 ? padded[..end] : null;
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(key);

    private Aes Cipher()
    {
        var aes = Aes.Create();
        aes.Key = key;
        return aes;
    }

    private byte[] Iv(Aes aes)
    {
        var block = new byte[BlockLength];
        BinaryPrimitives.WriteUInt64BigEndian(block.AsSpan(BlockLength - sizeof(ulong)), number);
        return aes.EncryptCbc(block, new byte[BlockLength], PaddingMode.None);
    }
}
