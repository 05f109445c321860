using System.Security.Cryptography;
using System.Text;
using Musubi.Chip.Crypto;

namespace Musubi.Chip.Applications.Residence;

/// <summary>
/// The cryptography that both ends of a residence card conversation share: base key from the card number,
/// mutual authentication, session key, and the one-key secure messaging.
/// Source: second-generation specification 1.1, Appendix 1 (pages 34 to 35).
/// </summary>
/// <remarks>
/// The base key is derived from the number printed on the card and nothing locks after wrong tries, so this
/// keeps out whoever has not seen the card, and nobody else. SHA-1, a zero IV and a session without a MAC
/// are prescribed by the card's specification.
/// </remarks>
internal static class ResidenceSession
{
    public const int NonceLength = 8;
    public const int KeyLength = 16;
    public const int CryptogramLength = 32;
    public const int MacLength = 8;
    private const int BlockLength = 16;

    private static readonly byte[] ZeroIv = new byte[BlockLength];

    /// <summary>Kenc and Kmac, which are the same 16 bytes: the head of SHA-1 over the number.</summary>
    public static byte[] BaseKey(ReadOnlySpan<byte> cardNumber) =>
        SHA1.HashData(cardNumber)[..KeyLength];

    /// <summary>E ‖ M over (first nonce ‖ second nonce ‖ key half): 40 bytes, either direction.</summary>
    public static byte[] Token(
        byte[] baseKey, ReadOnlySpan<byte> firstNonce, ReadOnlySpan<byte> secondNonce, ReadOnlySpan<byte> keyHalf)
    {
        byte[] plain = [.. firstNonce, .. secondNonce, .. keyHalf];
        var cryptogram = EncryptBlocks(baseKey, plain);
        CryptographicOperations.ZeroMemory(plain);
        return [.. cryptogram, .. Mac(baseKey, cryptogram)];
    }

    /// <summary>The content of the other side's token; null when its MAC is wrong: nothing is decrypted then.</summary>
    public static TokenContent? Open(ReadOnlySpan<byte> token, byte[] baseKey)
    {
        if (token.Length != CryptogramLength + MacLength) return null;
        var cryptogram = token[..CryptogramLength].ToArray();
        if (!CryptographicOperations.FixedTimeEquals(Mac(baseKey, cryptogram), token[CryptogramLength..])) return null;
        var plain = DecryptBlocks(baseKey, cryptogram);
        return new(plain[..NonceLength], plain[NonceLength..(2 * NonceLength)], plain[(2 * NonceLength)..]);
    }

    /// <summary>The card's part of mutual authentication; null when the reader does not know the number.</summary>
    public static (byte[] Token, byte[] SessionKey)? AnswerAsCard(
        string cardNumber, ReadOnlySpan<byte> cardNonce, ReadOnlySpan<byte> readerToken, ReadOnlySpan<byte> cardHalf)
    {
        var baseKey = BaseKey(NumberBytes(cardNumber));
        if (Open(readerToken, baseKey) is not { } reader) return null;
        if (!CryptographicOperations.FixedTimeEquals(reader.SecondNonce, cardNonce)) return null;
        return (Token(baseKey, cardNonce, reader.FirstNonce, cardHalf), SessionKey(reader.KeyHalf, cardHalf));
    }

    /// <summary>The reader's check of the card's answer; null when the card does not know the number either.</summary>
    public static byte[]? AgreeAsReader(
        byte[] baseKey, ReadOnlySpan<byte> cardToken, byte[] readerNonce, byte[] cardNonce, byte[] readerHalf)
    {
        if (Open(cardToken, baseKey) is not { } card) return null;
        var fresh = CryptographicOperations.FixedTimeEquals(card.FirstNonce, cardNonce)
            & CryptographicOperations.FixedTimeEquals(card.SecondNonce, readerNonce);
        return fresh ? SessionKey(readerHalf, card.KeyHalf) : null;
    }

    /// <summary>KSenc: the head of SHA-1((K.IFD xor K.ICC) ‖ 00000001).</summary>
    public static byte[] SessionKey(ReadOnlySpan<byte> readerHalf, ReadOnlySpan<byte> cardHalf)
    {
        Span<byte> seed = stackalloc byte[KeyLength + 4];
        for (var i = 0; i < KeyLength; i++) seed[i] = (byte)(readerHalf[i] ^ cardHalf[i]);
        seed[^1] = 1;
        var key = SHA1.HashData(seed)[..KeyLength];
        CryptographicOperations.ZeroMemory(seed);
        return key;
    }

    /// <summary>AES-128-CBC, IV 0, after ISO/IEC 7816-4 padding.</summary>
    public static byte[] Encrypt(byte[] sessionKey, ReadOnlySpan<byte> plain)
    {
        var padded = new byte[(plain.Length / BlockLength + 1) * BlockLength];
        plain.CopyTo(padded);
        padded[plain.Length] = 0x80;
        return EncryptBlocks(sessionKey, padded);
    }

    /// <summary>The plain bytes, or null when the length or the padding is wrong.</summary>
    public static byte[]? TryDecrypt(byte[] sessionKey, ReadOnlySpan<byte> cryptogram)
    {
        if (cryptogram.IsEmpty || cryptogram.Length % BlockLength != 0) return null;
        var padded = DecryptBlocks(sessionKey, cryptogram.ToArray());
        var end = padded.AsSpan().LastIndexOfAnyExcept((byte)0);
        var sound = end >= padded.Length - BlockLength && padded[end] == 0x80;
        return sound ? padded[..end] : null;
    }

    /// <summary>Whether the characters have the form AA99999999AA.</summary>
    public static bool IsCardNumber(string cardNumber)
    {
        if (cardNumber.Length != ResidenceFiles.CardNumberLength) return false;
        for (var i = 0; i < cardNumber.Length; i++)
        {
            var letterExpected = i is < 2 or >= 10;
            var fits = letterExpected ? char.IsAsciiLetterUpper(cardNumber[i]) : char.IsAsciiDigit(cardNumber[i]);
            if (!fits) return false;
        }
        return true;
    }

    /// <summary>The twelve ASCII bytes of a card number.</summary>
    public static byte[] NumberBytes(string cardNumber) => Encoding.ASCII.GetBytes(cardNumber);

    private static byte[] Mac(byte[] key, byte[] cryptogram)
    {
        using var cmac = new AesCmac(key);
        var mac = new byte[MacLength];
        cmac.Compute(cryptogram, mac);
        return mac;
    }

    private static byte[] EncryptBlocks(byte[] key, byte[] blocks)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        return aes.EncryptCbc(blocks, ZeroIv, PaddingMode.None);
    }

    private static byte[] DecryptBlocks(byte[] key, byte[] blocks)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        return aes.DecryptCbc(blocks, ZeroIv, PaddingMode.None);
    }
}

/// <summary>What a token held: its sender's nonce, its receiver's nonce, its sender's key half.</summary>
internal sealed record TokenContent(byte[] FirstNonce, byte[] SecondNonce, byte[] KeyHalf);
