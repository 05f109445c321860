namespace Musubi.Chip.SecureMessaging;

/// <summary>Padding method 2 of ISO/IEC 9797-1: one byte 80, then zeros to the end of the AES block.</summary>
internal static class Iso9797Padding
{
    private const int Block = 16;

    /// <summary>The length after padding: always at least one byte more.</summary>
    public static int PaddedLength(int length) => (length / Block + 1) * Block;

    /// <summary>Copies and pads into a zeroed target of <see cref="PaddedLength"/> bytes.</summary>
    public static void Pad(ReadOnlySpan<byte> plain, Span<byte> target)
    {
        plain.CopyTo(target);
        target[plain.Length] = 0x80;
        target[(plain.Length + 1)..].Clear();
    }

    /// <summary>Finds the length before padding; false when no padding is there.</summary>
    /// <remarks>Called after the MAC was checked: what it reveals is known to whoever made the MAC.</remarks>
    public static bool TryUnpad(ReadOnlySpan<byte> padded, out int length)
    {
        length = padded.LastIndexOfAnyExcept((byte)0);
        return length >= 0 && padded[length] == 0x80 && padded.Length - length <= Block;
    }
}
