using System.Buffers.Binary;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Emrtd;

/// <summary>A face image as DG2 carries it: one record of ISO/IEC 19794-5:2005 in the templates of ICAO
/// 9303-10.</summary>
internal static class FaceRecord
{
    private const int HeaderLength = 14;
    private const int FaceBlockLength = 20;
    private const int ImageBlockLength = 12;
    private const int Overhead = HeaderLength + FaceBlockLength + ImageBlockLength;
    private const byte FormatJpeg = 0;
    private const byte FormatJpeg2000 = 1;
    private const byte TokenFrontal = 2;
    private const byte Rgb24 = 1;
    private const ushort FaceFeatures = 0x0008;
    private const ushort JpegStart = 0xFFD8;

    /// <summary>DG2 with one face.</summary>
    public static byte[] EncodeGroup(EmrtdFace face)
    {
        var record = Encode(face);
        return TlvWriter.Encode(EmrtdTags.Dg2, group => group.Write(0x7F61, faces => faces
            .Write(0x02, [1])
            .Write(0x7F60, template => template
                .Write(0xA1, header => header
                    .Write(0x81, [0x02])
                    .Write(0x82, [0x00])
                    .Write(0x87, [0x01, 0x01])
                    .Write(0x88, [FaceFeatures >> 8, FaceFeatures & 0xFF]))
                .Write(0x5F2E, record))));
    }

    /// <summary>The first face of DG2; null when there is none in this format.</summary>
    public static ReadOnlyMemory<byte>? TryDecodeGroup(ReadOnlyMemory<byte> file)
    {
        if (!BerTlv.TryRead(file, out var group) || group.Value.Tag != EmrtdTags.Dg2) return null;
        if (!group.Value.TryChildren(out var level) || level.Find(0x7F61) is not { } faces) return null;
        if (!faces.TryChildren(out var templates) || templates.Find(0x7F60) is not { } template) return null;
        if (!template.TryChildren(out var parts)) return null;
        var record = parts.FindValue(0x5F2E) ?? parts.FindValue(0x7F2E);
        return record is { Length: > Overhead } found && found.Span[..4].SequenceEqual("FAC\0"u8)
            ? found[Overhead..]
            : null;
    }

    private static byte[] Encode(EmrtdFace face)
    {
        var record = new byte[Overhead + face.Image.Length];
        "FAC\0010\0"u8.CopyTo(record);
        BinaryPrimitives.WriteInt32BigEndian(record.AsSpan(8), record.Length);
        BinaryPrimitives.WriteInt16BigEndian(record.AsSpan(12), 1);
        BinaryPrimitives.WriteInt32BigEndian(record.AsSpan(HeaderLength), record.Length - HeaderLength);
        var image = record.AsSpan(HeaderLength + FaceBlockLength);
        image[0] = TokenFrontal;
        var isJpeg = BinaryPrimitives.ReadUInt16BigEndian(face.Image.AsSpan()) == JpegStart;
        image[1] = isJpeg ? FormatJpeg : FormatJpeg2000;
        BinaryPrimitives.WriteUInt16BigEndian(image[2..], checked((ushort)face.Width));
        BinaryPrimitives.WriteUInt16BigEndian(image[4..], checked((ushort)face.Height));
        image[6] = Rgb24;
        face.Image.CopyTo(record.AsSpan(Overhead));
        return record;
    }
}
