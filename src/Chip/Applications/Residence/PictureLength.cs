using System.Buffers.Binary;

namespace Musubi.Chip.Applications.Residence;

/// <summary>How long a picture is that stands at the beginning of a field filled up with 00.</summary>
/// <remarks>
/// The field's own length says nothing where it is always the greatest one, and a picture may end in 00 itself. So a
/// TIFF is measured by its directories and a JPEG 2000 file by its boxes; a JPEG and a JPEG 2000 code stream end in D9,
/// so that what is behind the last byte that is not 00 is filling. What cannot be measured counts up to that byte too.
/// </remarks>
internal static class PictureLength
{
    private const int MostDirectories = 8;
    private const int MostEntries = 256;
    private const int EntryLength = 12;
    private const ushort StripOffsets = 273;
    private const ushort StripByteCounts = 279;
    private static readonly int[] BytesOfType = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

    /// <summary>Bytes of the picture; 0 for a field of nothing but 00.</summary>
    public static int Of(ReadOnlySpan<byte> field)
    {
        var trimmed = field.TrimEnd((byte)0).Length;
        var stated = field switch
        {
            [(byte)'I', (byte)'I', 0x2A, 0, ..] => OfTiff(new(field, IsLittle: true)),
            [(byte)'M', (byte)'M', 0, 0x2A, ..] => OfTiff(new(field, IsLittle: false)),
            [0, 0, 0, 0x0C, (byte)'j', (byte)'P', ..] => OfBoxes(field),
            _ => trimmed,
        };
        // A picture that says it is longer than its field, or shorter than what is written there, is not believed.
        return stated >= trimmed && stated <= field.Length ? (int)stated : trimmed;
    }

    /// <summary>The end of the last thing that any directory points at (TIFF 6.0, section 2).</summary>
    private static long OfTiff(TiffBytes tiff)
    {
        if (!tiff.TryUInt32(4, out var directory)) return 0;
        long end = 8;
        for (var seen = 0; directory != 0 && seen < MostDirectories; seen++)
        {
            if (!tiff.TryUInt16(directory, out var entries) || entries > MostEntries) return 0;
            var behind = directory + 2 + (long)(entries * EntryLength);
            end = Math.Max(end, behind + 4);
            (long offsets, long counts, int strips) = (0, 0, 0);
            var (offsetSize, countSize) = (0, 0);
            for (var entry = directory + 2; entry < behind; entry += EntryLength)
            {
                if (!tiff.TryEntry(entry, out var tag, out var size, out var count, out var value)) return 0;
                if (size * count > 4) end = Math.Max(end, value + (size * count));
                if (tag == StripOffsets)
                    (offsets, offsetSize, strips) = (value, size, (int)Math.Min(count, MostEntries));
                if (tag == StripByteCounts) (counts, countSize) = (value, size);
            }
            for (var strip = 0; strip < strips; strip++)
            {
                if (!tiff.TryNumber(offsets + (strip * offsetSize), offsetSize, out var from)
                    || !tiff.TryNumber(counts + (strip * countSize), countSize, out var length)) return 0;
                end = Math.Max(end, (long)from + length);
            }
            if (!tiff.TryUInt32(behind, out directory)) return 0;
        }
        return end;
    }

    /// <summary>ISO/IEC 15444-1, annex I: boxes with their lengths; 0 means to the end of the file.</summary>
    private static long OfBoxes(ReadOnlySpan<byte> field)
    {
        long end = 0;
        while (end + 8 <= field.Length)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(field[(int)end..]);
            if (length < 8) break;
            end += length;
        }
        return end;
    }

    private readonly ref struct TiffBytes(ReadOnlySpan<byte> bytes, bool IsLittle)
    {
        private readonly ReadOnlySpan<byte> bytes = bytes;

        public bool TryUInt16(long at, out uint value)
        {
            value = 0;
            if (at < 0 || at + 2 > bytes.Length) return false;
            var two = bytes.Slice((int)at, 2);
            value = IsLittle ? BinaryPrimitives.ReadUInt16LittleEndian(two) : BinaryPrimitives.ReadUInt16BigEndian(two);
            return true;
        }

        public bool TryUInt32(long at, out uint value)
        {
            value = 0;
            if (at < 0 || at + 4 > bytes.Length) return false;
            var four = bytes.Slice((int)at, 4);
            value = IsLittle
                ? BinaryPrimitives.ReadUInt32LittleEndian(four)
                : BinaryPrimitives.ReadUInt32BigEndian(four);
            return true;
        }

        /// <summary>A strip's place or length: SHORT or LONG.</summary>
        public bool TryNumber(long at, int size, out uint value) =>
            size == 2 ? TryUInt16(at, out value) : TryUInt32(at, out value);

        /// <summary>An entry; its value's place is inside it where the value has four bytes at most.</summary>
        public bool TryEntry(long at, out uint tag, out int size, out long count, out long value)
        {
            (size, count, value) = (0, 0, 0);
            if (!TryUInt16(at, out tag) || !TryUInt16(at + 2, out var type) || !TryUInt32(at + 4, out var many))
                return false;
            if (type == 0 || type >= BytesOfType.Length || !TryUInt32(at + 8, out var elsewhere)) return false;
            (size, count) = (BytesOfType[type], many);
            value = size * count > 4 ? elsewhere : at + 8;
            return true;
        }
    }
}
