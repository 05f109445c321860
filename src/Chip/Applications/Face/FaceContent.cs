using System.Collections.Immutable;
using System.Text;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Face;

/// <summary>What is drawn on a My Number card, as its face application keeps it. Empty images are possible.</summary>
public sealed record FacePictures
{
    /// <summary>All images of a card together; READ BINARY reaches no further.</summary>
    public const int MaximumLength = 30_000;

    /// <summary>Nothing is drawn.</summary>
    public static FacePictures None { get; } = new();

    /// <summary>The name as printed: PNG, one bit a pixel.</summary>
    public ImmutableArray<byte> Name { get; init; } = [];

    /// <summary>The address as printed: PNG, one bit a pixel.</summary>
    public ImmutableArray<byte> Address { get; init; } = [];

    /// <summary>The photograph: JPEG 2000, grey.</summary>
    public ImmutableArray<byte> Photo { get; init; } = [];

    /// <summary>The security code as printed: PNG, one bit a pixel.</summary>
    public ImmutableArray<byte> SecurityCode { get; init; } = [];

    /// <summary>My Number as printed: PNG, one bit a pixel.</summary>
    public ImmutableArray<byte> MyNumber { get; init; } = [];
}

/// <summary>What a card's face says.</summary>
/// <param name="BirthDate">YYYYMMDD.</param>
/// <param name="Sex">"1" male, "2" female, "9" not applicable, "0" unknown (JIS X 0303).</param>
/// <param name="Expiry">YYYYMMDD; the issuer did not sign it.</param>
/// <param name="Pictures">Without My Number; the security code's image is not signed either.</param>
public sealed record CardFace(string BirthDate, string Sex, string Expiry, FacePictures Pictures);

/// <summary>Builds the files of the face application.</summary>
internal static class FaceContent
{
    /// <summary>A file 0002: the pictures, and keys, signature and tags, which stay below 2,000 bytes.</summary>
    public const int MaximumFaceFileLength = FacePictures.MaximumLength + 2000;

    private const int OpaqueLength = 256;

    /// <summary>File 0001: birth date, key, signature over both.</summary>
    public static byte[] AgeFile(string birthDate, byte[] key, RecordSigner signer)
    {
        byte[] signed =
        [
            .. TlvWriter.Encode(FaceTags.AgeBirthDate, Encoding.ASCII.GetBytes(birthDate)),
            .. TlvWriter.Encode(FaceTags.AgeKey, RsaKeyObject.EncodePublicOf(key)),
        ];
        return Signed(FaceTags.AgeFile, signed, FaceTags.AgeSignature, signer);
    }

    /// <summary>File 0002. The signature covers three parts; expiry and security code follow it, unsigned.</summary>
    public static byte[] FaceFile(CardFace face, byte[] key, RecordSigner signer)
    {
        var pictures = face.Pictures;
        var length = pictures.Name.Length + pictures.Address.Length + pictures.Photo.Length
            + pictures.SecurityCode.Length;
        if (length > FacePictures.MaximumLength)
            throw new ArgumentException(
                $"The pictures have {length} bytes; the card has room for 30,000.", nameof(face));
        byte[] person =
        [
            .. TlvWriter.Encode(FaceTags.BirthDate, Encoding.ASCII.GetBytes(face.BirthDate)),
            .. TlvWriter.Encode(FaceTags.Sex, Encoding.ASCII.GetBytes(face.Sex)),
            .. TlvWriter.Encode(FaceTags.Key, RsaKeyObject.EncodePublicOf(key)),
        ];
        var name = TlvWriter.Encode(FaceTags.NameImage, pictures.Name.AsSpan());
        var address = TlvWriter.Encode(FaceTags.AddressImage, pictures.Address.AsSpan());
        var photo = TlvWriter.Encode(FaceTags.Photo, pictures.Photo.AsSpan());
        byte[][] fields =
        [
            .. BerTlv.ReadAll(person).Select(field => field.Encoded.ToArray()),
            name,
            address,
            photo,
            TlvWriter.Encode(FaceTags.Signature, signer.SignThree(person, [.. name, .. address], photo)),
            TlvWriter.Encode(FaceTags.Expiry, Encoding.ASCII.GetBytes(face.Expiry)),
            TlvWriter.Encode(FaceTags.SecurityCodeImage, pictures.SecurityCode.AsSpan()),
        ];
        return RecordFile.Encode(FaceTags.FaceFile, FaceTags.Offsets, fields);
    }

    /// <summary>File 0002 with another picture of the address, signed anew; everything else stays as it was.</summary>
    /// <exception cref="TlvException">The file is none.</exception>
    public static byte[] WithAddress(ReadOnlyMemory<byte> file, ReadOnlySpan<byte> address, RecordSigner signer)
    {
        var fields = RecordFile.Fields(RecordFile.Outer(file, FaceTags.FaceFile), FaceTags.Offsets);
        var picture = TlvWriter.Encode(FaceTags.AddressImage, address);
        var signature = TlvWriter.Encode(FaceTags.Signature, signer.SignThree(
            RecordFile.Parts(fields, FaceTags.BirthDate, FaceTags.Sex, FaceTags.Key),
            [.. RecordFile.Parts(fields, FaceTags.NameImage), .. picture],
            RecordFile.Parts(fields, FaceTags.Photo)));
        byte[][] changed =
        [
            .. fields.Select(field => field.Tag switch
            {
                FaceTags.AddressImage => picture,
                FaceTags.Signature => signature,
                _ => field.Encoded.ToArray(),
            }),
        ];
        return RecordFile.Encode(FaceTags.FaceFile, FaceTags.Offsets, changed);
    }

    /// <summary>File 0003: layout, a key identifier that names nobody, version, municipality, 256 bytes of
    /// filler.</summary>
    public static byte[] BasicInformationFile(string municipality)
    {
        var opaque = new byte[OpaqueLength];
        Array.Fill(opaque, (byte)0xFF);
        var key = RecordSigner.KeyId("9000024");
        return TlvWriter.Encode(FaceTags.BasicInformationFile, inner => inner
            .Write(FaceTags.Versions, [0x06, 0x03, 0x00, 0x00])
            .Write(FaceTags.KeyIdentifier, key)
            .Write(FaceTags.Version, [0x01])
            .Write(FaceTags.Municipality, Encoding.ASCII.GetBytes(municipality))
            .Write(FaceTags.Opaque, [.. key, .. opaque]));
    }

    /// <summary>File 0005: the image, key, signature over both.</summary>
    public static byte[] NumberFile(ImmutableArray<byte> image, byte[] key, RecordSigner signer)
    {
        if (image.Length > FacePictures.MaximumLength)
            throw new ArgumentException($"The picture has {image.Length} bytes; the card has room for 30,000.",
                nameof(image));
        byte[] signed =
        [
            .. TlvWriter.Encode(FaceTags.NumberImage, image.AsSpan()),
            .. TlvWriter.Encode(FaceTags.NumberKey, RsaKeyObject.EncodePublicOf(key)),
        ];
        return Signed(FaceTags.NumberFile, signed, FaceTags.NumberSignature, signer);
    }

    private static byte[] Signed(uint tag, byte[] signed, uint signatureTag, RecordSigner signer) =>
        TlvWriter.Encode(tag, inner => inner.WriteEncoded(signed).Write(signatureTag, signer.Sign(signed)));
}
