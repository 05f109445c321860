using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Residence;

/// <summary>Builds the files of a residence card from its data, each of exactly the size the card has.</summary>
/// <remarks>
/// Values are UTF-8 without BOM and fill their field; a shorter value is followed by 00 inside its field, images too.
/// A date that does not exist (no end of stay, no permission) is eight times "0": the public tables do not say, and
/// this is what the indefinite period (0000) suggests.
/// </remarks>
internal static class ResidenceContent
{
    public const int NameImageLength = 2500;
    public const int FaceLength = 3000;
    public const int AddressImageLength = 2500;
    public const int NoteLength = 200;
    public const int SignatureLength = 96;
    public const int CertificateLength = 602;

    /// <summary>The length of the signed printed entries: those of type 06 are filled up with 00.</summary>
    public const int SignedEntriesLength = 53;

    private const string SpecificationVersion = "0001";
    private const string NoDate = "00000000";

    /// <summary>All files except the signature.</summary>
    public static Dictionary<string, byte[]> Files(ResidenceCardData data)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["MasterFile/0001"] = Fields((ResidenceTags.SpecificationVersion, SpecificationVersion, 4)),
            ["MasterFile/0002"] = Fields((ResidenceTags.CardType, data.Type.Code(), 2)),
            ["Df1/0001"] = Fields((ResidenceTags.CardNumber, data.CardNumber, ResidenceFiles.CardNumberLength)),
            ["Df1/0002"] = PrintedEntries(data),
            ["Df1/0003"] = new TlvWriter()
                .Write(ResidenceTags.NameImage, Filled(data.NameImage.AsSpan(), NameImageLength))
                .Write(ResidenceTags.Face, Filled(data.Face.AsSpan(), FaceLength))
                .ToArray(),
        };
        foreach (var (path, content) in ResidenceUpdate.Files(ResidenceUpdate.Complete(data.Changing), data.Type))
            files[path] = content;
        return files;
    }

    /// <summary>DF1/EF02: ten fields of 05 and 07, the six that are not "residence cards only" of 06 and 08.</summary>
    private static byte[] PrintedEntries(ResidenceCardData data)
    {
        (uint, string, int)[] everywhere =
        [
            (ResidenceTags.CardExpiry, Date(data.CardExpiry), 8),
            (ResidenceTags.BirthDate, data.BirthDate, 8),
            (ResidenceTags.Sex, data.Sex, 1),
            (ResidenceTags.Nationality, data.Nationality, 3),
            (ResidenceTags.Status, data.Status, 10),
            (ResidenceTags.Period, data.Period, 4),
        ];
        if (!data.Type.HasStay()) return Fields(everywhere);
        return Fields(
        [
            .. everywhere,
            (ResidenceTags.PermissionType, data.PermissionType, 2),
            (ResidenceTags.PermissionDate, Date(data.PermissionDate), 8),
            (ResidenceTags.Work, data.Work, 1),
            (ResidenceTags.StayUntil, Date(data.StayUntil), 8),
        ]);
    }

    /// <summary>DF3/EF01: DC, DD and 00 up to 704 bytes.</summary>
    public static byte[] SignatureFile(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> certificate)
    {
        if (certificate.Length > CertificateLength)
        {
            throw new ArgumentException(
                $"The certificate has {certificate.Length} bytes, the file has room for 602.", nameof(certificate));
        }
        var content = new TlvWriter()
            .Write(ResidenceTags.Signature, signature)
            .Write(ResidenceTags.Certificate, certificate)
            .ToArray();
        return Filled(content, 2 + SignatureLength + 4 + CertificateLength);
    }

    /// <summary>What is signed: values of the printed entries ‖ face ‖ name image, section 3.4.3.1.</summary>
    /// <exception cref="TlvException">A file is not what its specification says.</exception>
    public static byte[] SignedContent(ReadOnlyMemory<byte> printedEntries, ReadOnlyMemory<byte> images)
    {
        var entries = new byte[SignedEntriesLength];
        var used = 0;
        foreach (var field in ReadObjects(printedEntries))
        {
            if (used + field.Value.Length > entries.Length) throw new TlvException("The printed entries are too long.");
            field.Value.CopyTo(entries.AsMemory(used));
            used += field.Value.Length;
        }
        var pictures = ReadObjects(images);
        return
        [
            .. entries,
            .. pictures.Require(ResidenceTags.Face).Value.Span,
            .. pictures.Require(ResidenceTags.NameImage).Value.Span,
        ];
    }

    /// <summary>The objects of a file, without the 00 that may fill it up.</summary>
    /// <remarks>
    /// Section 3.2.3.1 allows tags of one or two bytes and lengths of one to three. Tag DFD1 is two bytes here although
    /// BER would go on after D1, so the general reader would take the length's first byte for the tag's third.
    /// </remarks>
    /// <exception cref="TlvException">Not such objects.</exception>
    public static ImmutableArray<TlvObject> ReadObjects(ReadOnlyMemory<byte> file)
    {
        var objects = ImmutableArray.CreateBuilder<TlvObject>();
        while (!file.IsEmpty && file.Span[0] != 0)
        {
            var (tag, header, length) = ReadHeader(file.Span);
            if (length > file.Length - header) throw new TlvException($"Object {tag:X} is cut short.");
            objects.Add(new(tag, file.Slice(header, length), file[..(header + length)], depth: 0));
            file = file[(header + length)..];
        }
        return objects.ToImmutable();
    }

    private static (uint Tag, int Header, int Length) ReadHeader(ReadOnlySpan<byte> start)
    {
        var tagLength = (start[0] & 0x1F) == 0x1F ? 2 : 1;
        if (start.Length <= tagLength) throw new TlvException("Cut short inside a tag.");
        var tag = tagLength == 2 ? (uint)((start[0] << 8) | start[1]) : start[0];
        var form = start[tagLength];
        var more = form switch { < 0x80 => 0, 0x81 => 1, 0x82 => 2, _ => throw new TlvException("Not a length.") };
        var header = tagLength + 1 + more;
        if (start.Length < header) throw new TlvException("Cut short inside a length.");
        var length = more switch
        {
            0 => form,
            1 => start[header - 1],
            _ => (start[header - 2] << 8) | start[header - 1],
        };
        return (tag, header, length);
    }

    public static string Date(DateOnly? date) => date?.ToString("yyyyMMdd", CultureInfo.InvariantCulture) ?? NoDate;

    public static byte[] Fields(params ReadOnlySpan<(uint Tag, string Value, int Length)> fields)
    {
        var writer = new TlvWriter();
        foreach (var (tag, value, length) in fields)
            writer.Write(tag, Filled(Encoding.UTF8.GetBytes(value), length));
        return writer.ToArray();
    }

    public static byte[] Filled(ReadOnlySpan<byte> value, int length)
    {
        if (value.Length > length)
            throw new ArgumentException(
                $"A value of {value.Length} bytes does not fit a field of {length}.", nameof(value));
        var filled = new byte[length];
        value.CopyTo(filled);
        return filled;
    }
}
