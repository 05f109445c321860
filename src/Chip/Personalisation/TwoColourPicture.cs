using System.Buffers.Binary;
using System.IO.Compression;
using BitMiracle.LibTiff.Classic;

namespace Musubi.Chip.Personalisation;

/// <summary>A picture in black and white, one bit a pixel, as cards keep what is printed on them.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Rows">Rows from the top, each of whole bytes, the leftmost pixel highest; 1 is black.</param>
internal sealed record TwoColourPicture(int Width, int Height, byte[] Rows)
{
    private const double DotsPerInch = 300;
    private const byte BitDepth = 1;

    private int RowLength => (Width + 7) / 8;

    /// <summary>TIFF 6.0, one page, one strip, compressed as ITU-T T.6 (Group 4, MMR), 300 dots an inch.</summary>
    public byte[] ToTiff()
    {
        using var bytes = new MemoryStream();
        using (var tiff = Tiff.ClientOpen("card", "w", bytes, new TiffStream()))
        {
            tiff.SetField(TiffTag.IMAGEWIDTH, Width);
            tiff.SetField(TiffTag.IMAGELENGTH, Height);
            tiff.SetField(TiffTag.BITSPERSAMPLE, BitDepth);
            tiff.SetField(TiffTag.SAMPLESPERPIXEL, 1);
            tiff.SetField(TiffTag.ROWSPERSTRIP, Height);
            tiff.SetField(TiffTag.COMPRESSION, Compression.CCITTFAX4);
            tiff.SetField(TiffTag.PHOTOMETRIC, Photometric.MINISWHITE);
            tiff.SetField(TiffTag.FILLORDER, FillOrder.MSB2LSB);
            tiff.SetField(TiffTag.XRESOLUTION, DotsPerInch);
            tiff.SetField(TiffTag.YRESOLUTION, DotsPerInch);
            tiff.SetField(TiffTag.RESOLUTIONUNIT, ResUnit.INCH);
            for (var y = 0; y < Height; y++) tiff.WriteScanline(Rows[(y * RowLength)..((y + 1) * RowLength)], y);
            tiff.WriteDirectory();
            // Closing the library's stream closes ours; ToArray still works after it.
        }
        return bytes.ToArray();
    }

    /// <summary>PNG (RFC 2083), grey, one bit a pixel, not interlaced.</summary>
    public byte[] ToPng()
    {
        using var bytes = new MemoryStream();
        bytes.Write([0x89, .. "PNG\r\n"u8, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], Height);
        header[8] = BitDepth;
        Chunk(bytes, "IHDR"u8, header);
        Chunk(bytes, "IDAT"u8, Deflated());
        Chunk(bytes, "IEND"u8, []);
        return bytes.ToArray();
    }

    private byte[] Deflated()
    {
        using var bytes = new MemoryStream();
        using (var zlib = new ZLibStream(bytes, CompressionLevel.SmallestSize))
        {
            for (var y = 0; y < Height; y++)
            {
                // Filter 0; in a grey PNG 1 is white.
                zlib.WriteByte(0);
                for (var x = y * RowLength; x < (y + 1) * RowLength; x++) zlib.WriteByte((byte)(Rows[x] ^ 0xFF));
            }
        }
        return bytes.ToArray();
    }

    private static void Chunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        png.Write(number);
        png.Write(type);
        png.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), content));
        png.Write(number);
    }

    /// <summary>CRC-32 of RFC 2083 §15, a bit at a time: pictures here are small.</summary>
    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) == 0 ? 0 : 0xEDB88320);
        }
        return crc;
    }
}
