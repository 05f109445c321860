using System.Globalization;
using System.Text;
using Musubi.Chip.PassiveAuthentication;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Emrtd;

/// <summary>The application's name, its files and how a new card gets them (ICAO 9303-10 §4.6 and §4.7).</summary>
internal static class EmrtdFiles
{
    public const ushort Com = 0x011E;
    public const ushort Sod = 0x011D;
    public const ushort Dg1 = 0x0101;
    public const ushort Dg2 = 0x0102;
    public const ushort Dg14 = 0x010E;
    public const ushort Dg15 = 0x010F;

    public static readonly ReadOnlyMemory<byte> Aid = Convert.FromHexString("A0000002471001");

    private const uint MrzTag = 0x5F1F;

    public static string Key(ushort id) => id.ToString("X4", CultureInfo.InvariantCulture);

    public static Dictionary<string, byte[]> Make(
        EmrtdData data, byte[] dg14, byte[] dg15, DocumentSigner signer)
    {
        var dg1 = TlvWriter.Encode(EmrtdTags.Dg1,
            group => group.Write(MrzTag, Encoding.ASCII.GetBytes(data.Mrz.Encode())));
        var dg2 = FaceRecord.EncodeGroup(data.Face);
        var hashes = LdsSecurityObject.Over([new(1, dg1), new(2, dg2), new(14, dg14), new(15, dg15)]);
        var signed = signer.Sign(LdsSecurityObject.ContentType, hashes.Encode());
        return new(StringComparer.Ordinal)
        {
            [Key(Com)] = TlvWriter.Encode(EmrtdTags.Com, com => com
                .Write(0x5F01, "0107"u8)
                .Write(0x5F36, "040000"u8)
                .Write(0x5C,
                    [(byte)EmrtdTags.Dg1, (byte)EmrtdTags.Dg2, (byte)EmrtdTags.Dg14, (byte)EmrtdTags.Dg15])),
            [Key(Dg1)] = dg1,
            [Key(Dg2)] = dg2,
            [Key(Dg14)] = dg14,
            [Key(Dg15)] = dg15,
            [Key(Sod)] = TlvWriter.Encode(EmrtdTags.Sod, signed),
        };
    }

    /// <summary>The zone in DG1; null when the file is not of this form.</summary>
    public static string? TryReadMrz(ReadOnlyMemory<byte> dg1) =>
        BerTlv.TryRead(dg1, out var group) && group.Value.Tag == EmrtdTags.Dg1 && group.Value.TryChildren(out var level)
        && level.FindValue(MrzTag) is { Length: Td1Mrz.Length } zone
            ? Encoding.ASCII.GetString(zone.Span)
            : null;
}

/// <summary>The outer tags of the files.</summary>
internal static class EmrtdTags
{
    public const uint Com = 0x60;
    public const uint Dg1 = 0x61;
    public const uint Dg2 = 0x75;
    public const uint Dg14 = 0x6E;
    public const uint Dg15 = 0x6F;
    public const uint Sod = 0x77;
}
