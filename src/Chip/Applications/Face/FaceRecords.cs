using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Face;

/// <summary>One signed record of the face application, taken apart.</summary>
/// <typeparam name="T">What it says.</typeparam>
/// <param name="Content">What it says.</param>
/// <param name="Key">The card's key in it, as written.</param>
/// <param name="IsSignedBy">Whether a signer's key made its signature.</param>
internal sealed record FaceRecord<T>(T Content, ReadOnlyMemory<byte> Key, Func<RSA, bool> IsSignedBy);

/// <summary>Reads the files of the face application.</summary>
internal static class FaceRecords
{
    private const int MunicipalityLength = 5;

    /// <summary>File 0001: YYYYMMDD.</summary>
    /// <exception cref="TlvException">Not such a file.</exception>
    public static FaceRecord<string> Age(ReadOnlyMemory<byte> file)
    {
        var fields = RecordFile.Outer(file, FaceTags.AgeFile).Children();
        return Simple(
            Text(fields, FaceTags.AgeBirthDate), fields, FaceTags.AgeKey, FaceTags.AgeSignature);
    }

    /// <summary>File 0002.</summary>
    /// <exception cref="TlvException">Not such a file.</exception>
    public static FaceRecord<CardFace> Face(ReadOnlyMemory<byte> file)
    {
        var fields = RecordFile.Fields(RecordFile.Outer(file, FaceTags.FaceFile), FaceTags.Offsets);
        var pictures = new FacePictures
        {
            Name = Image(fields, FaceTags.NameImage),
            Address = Image(fields, FaceTags.AddressImage),
            Photo = Image(fields, FaceTags.Photo),
            SecurityCode = Image(fields, FaceTags.SecurityCodeImage),
        };
        var face = new CardFace(
            Text(fields, FaceTags.BirthDate), Text(fields, FaceTags.Sex), Text(fields, FaceTags.Expiry), pictures);
        var person = RecordFile.Parts(fields, FaceTags.BirthDate, FaceTags.Sex, FaceTags.Key);
        var drawn = RecordFile.Parts(fields, FaceTags.NameImage, FaceTags.AddressImage);
        var photo = RecordFile.Parts(fields, FaceTags.Photo);
        var signature = fields.Require(FaceTags.Signature).Value;
        return new(face, fields.Require(FaceTags.Key).Value,
            signer => RecordSigner.VerifiesThree(signer, person, drawn, photo, signature.Span));
    }

    /// <summary>The card's key in a file 0002; false when the bytes are no such file.</summary>
    public static bool TryKeyOfFace(ReadOnlyMemory<byte> file, out ReadOnlyMemory<byte> key)
    {
        key = default;
        try
        {
            if (BerTlv.EncodedLength(file.Span) != file.Length) return false;
            key = Face(file).Key;
            return true;
        }
        catch (TlvException)
        {
            return false;
        }
    }

    /// <summary>File 0005: PNG.</summary>
    /// <exception cref="TlvException">Not such a file.</exception>
    public static FaceRecord<ImmutableArray<byte>> Number(ReadOnlyMemory<byte> file)
    {
        var fields = RecordFile.Outer(file, FaceTags.NumberFile).Children();
        return Simple(Image(fields, FaceTags.NumberImage), fields, FaceTags.NumberKey, FaceTags.NumberSignature);
    }

    /// <summary>The five digits in file 0003; nobody signed them.</summary>
    /// <exception cref="TlvException">Not such a file.</exception>
    public static string Municipality(ReadOnlyMemory<byte> file)
    {
        var code = Text(RecordFile.Outer(file, FaceTags.BasicInformationFile).Children(), FaceTags.Municipality);
        return code.Length == MunicipalityLength && code.All(char.IsAsciiDigit)
            ? code
            : throw new TlvException("A municipality has five digits.");
    }

    private static FaceRecord<T> Simple<T>(T content, ImmutableArray<TlvObject> fields, uint keyTag, uint signatureTag)
    {
        var signed = RecordFile.Before(fields, signatureTag);
        var signature = fields.Require(signatureTag).Value;
        return new(content, fields.Require(keyTag).Value,
            signer => RecordSigner.Verifies(signer, signed, signature.Span));
    }

    private static string Text(ImmutableArray<TlvObject> fields, uint tag) =>
        Encoding.ASCII.GetString(fields.Require(tag).Value.Span);

    private static ImmutableArray<byte> Image(ImmutableArray<TlvObject> fields, uint tag) =>
        [.. fields.Require(tag).Value.Span];
}
