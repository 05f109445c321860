using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Musubi.TransparencyLog.Merkle;

namespace Musubi.TransparencyLog.Notes;

/// <summary>The small words of all the formats: strict UTF-8, canonical base64, decimals without leading zeroes. They
/// are read so that writing gives the same bytes again: two spellings of one value are one too many for
/// a signature.</summary>
internal static class NoteText
{
    /// <summary>Throws on bytes that are not UTF-8, and writes no byte order mark.</summary>
    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Digits of 2^63 − 1.
    private const int LongestNumber = 19;

    /// <summary>Standard base64 (RFC 4648 §4), padded, without white space, with zero as left-over bits.</summary>
    public static bool TryBase64(ReadOnlySpan<char> text, int mostBytes, out byte[] bytes)
    {
        bytes = [];
        if (text.Length % 4 != 0 || text.Length / 4 * 3 > mostBytes + 2)
            return false;
        var buffer = new byte[text.Length / 4 * 3];
        if (!Convert.TryFromBase64Chars(text, buffer, out var length) || length > mostBytes)
            return false;
        bytes = buffer[..length];
        // The runtime skips white space and ignores left-over bits; writing it again tells.
        return text.SequenceEqual(Convert.ToBase64String(bytes));
    }

    /// <summary>0 … 2^63 − 1 in ASCII digits, no sign, no leading zero.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        return text.Length is > 0 and <= LongestNumber
            && (text[0] != '0' || text.Length == 1)
            && !text.ContainsAnyExceptInRange('0', '9')
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Hashes of a proof, one a line.</summary>
    /// <exception cref="NoteException">A line is none.</exception>
    public static ImmutableArray<TreeHash> Hashes(ReadOnlySpan<string> lines)
    {
        var hashes = ImmutableArray.CreateBuilder<TreeHash>(lines.Length);
        foreach (var line in lines)
        {
            hashes.Add(TreeHash.TryParse(line, out var hash)
                ? hash
                : throw new NoteException($"hash {hashes.Count + 1} of the proof is not base64 of 32 bytes"));
        }
        return hashes.MoveToImmutable();
    }

    /// <summary>The bytes as text, or null: they are not UTF-8, or hold a control character other than newline.
    /// </summary>
    public static string? Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var text = Utf8.GetString(bytes);
            return HasControl(text) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Whether a text can stand in a note: whole characters, and no control but newline.</summary>
    public static bool CanStand(string text) => CanBeBytes(text) && !HasControl(text);

    /// <summary>Whether a text has whole characters only, no half of a surrogate pair.</summary>
    public static bool CanBeBytes(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }
        return true;
    }

    private static bool HasControl(ReadOnlySpan<char> text)
    {
        foreach (var letter in text)
        {
            if (letter < ' ' && letter != '\n')
                return true;
        }
        return false;
    }
}
