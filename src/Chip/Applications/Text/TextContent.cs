using System.Security.Cryptography;
using System.Text;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Text;

/// <summary>The four attributes of the text application (基本4情報).</summary>
/// <param name="Name">UTF-8; family and given name separated by U+3000 where there are two.</param>
/// <param name="Address">UTF-8.</param>
/// <param name="BirthDate">YYYYMMDD; 00 for an unknown month or day.</param>
/// <param name="Sex">"1" male, "2" female, "9" not applicable, "0" unknown (JIS X 0303).</param>
public sealed record TextAttributes(string Name, string Address, string BirthDate, string Sex);

/// <summary>Builds and reads the files of the text application.</summary>
internal static class TextContent
{
    private const int MyNumberLength = 12;
    private const int HashLength = 32;

    // File 0001 has 17 bytes: an object of 15 and two of filler, which its hash covers too.
    private static readonly byte[] MyNumberFiller = [0xFF, 0xFF];

    /// <summary>File 0001: FF10 with twelve digits, and filler.</summary>
    public static byte[] MyNumberFile(string myNumber)
    {
        if (myNumber.Length != MyNumberLength || !myNumber.All(char.IsAsciiDigit))
            throw new ArgumentException("My Number has twelve digits.", nameof(myNumber));
        return [.. TlvWriter.Encode(TextTags.MyNumberFile, Encoding.ASCII.GetBytes(myNumber)), .. MyNumberFiller];
    }

    /// <summary>The twelve digits of file 0001.</summary>
    /// <exception cref="TlvException">Not such a file.</exception>
    public static string MyNumberOf(ReadOnlyMemory<byte> file)
    {
        var digits = RecordFile.Outer(file, TextTags.MyNumberFile).Value;
        if (digits.Length != MyNumberLength || digits.Span.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            throw new TlvException("The My Number file does not hold twelve digits.");
        return Encoding.ASCII.GetString(digits.Span);
    }

    /// <summary>File 0002: offset table, name, address, birth date, sex.</summary>
    public static byte[] AttributesFile(TextAttributes attributes)
    {
        byte[][] fields =
        [
            TlvWriter.Encode(TextTags.Name, Encoding.UTF8.GetBytes(attributes.Name)),
            TlvWriter.Encode(TextTags.Address, Encoding.UTF8.GetBytes(attributes.Address)),
            TlvWriter.Encode(TextTags.BirthDate, Encoding.ASCII.GetBytes(attributes.BirthDate)),
            TlvWriter.Encode(TextTags.Sex, Encoding.ASCII.GetBytes(attributes.Sex)),
        ];
        return RecordFile.Encode(TextTags.AttributesFile, TextTags.Offsets, fields);
    }

    /// <summary>The four attributes of file 0002; its offset table is checked, not trusted.</summary>
    /// <exception cref="TlvException">Not such a file.</exception>
    public static TextAttributes AttributesOf(ReadOnlyMemory<byte> file)
    {
        var fields = RecordFile.Fields(RecordFile.Outer(file, TextTags.AttributesFile), TextTags.Offsets);
        return new(
            Encoding.UTF8.GetString(fields.Require(TextTags.Name).Value.Span),
            Encoding.UTF8.GetString(fields.Require(TextTags.Address).Value.Span),
            Encoding.ASCII.GetString(fields.Require(TextTags.BirthDate).Value.Span),
            Encoding.ASCII.GetString(fields.Require(TextTags.Sex).Value.Span));
    }

    /// <summary>File 0003: both hashes and the issuer's signature over them.</summary>
    public static byte[] IntegrityFile(byte[] myNumberFile, byte[] attributesFile, Func<byte[], byte[]> sign)
    {
        var signed = new TlvWriter()
            .Write(TextTags.MyNumberHash, SHA256.HashData(myNumberFile))
            .Write(TextTags.AttributesHash, AttributesHash(attributesFile))
            .ToArray();
        return TlvWriter.Encode(TextTags.IntegrityFile, inner => inner
            .WriteEncoded(signed)
            .Write(TextTags.IntegritySignature, sign(signed)));
    }

    /// <summary>Hashes, signature and the signed bytes of file 0003.</summary>
    /// <exception cref="TlvException">Not such a file.</exception>
    public static IntegrityRecord IntegrityOf(ReadOnlyMemory<byte> file)
    {
        var fields = RecordFile.Outer(file, TextTags.IntegrityFile).Children();
        var (number, attributes) = (fields.Require(TextTags.MyNumberHash), fields.Require(TextTags.AttributesHash));
        if (number.Value.Length != HashLength || attributes.Value.Length != HashLength)
            throw new TlvException("A hash of the integrity record does not have 32 bytes.");
        var signature = fields.Require(TextTags.IntegritySignature).Value;
        var signed = RecordFile.Before(fields, TextTags.IntegritySignature);
        return new(number.Value, attributes.Value, signed, signature);
    }

    /// <summary>SHA-256 of the attributes: the outer value without its offset table.</summary>
    /// <exception cref="TlvException">Not such a file.</exception>
    public static byte[] AttributesHash(ReadOnlyMemory<byte> file)
    {
        var fields = RecordFile.Fields(RecordFile.Outer(file, TextTags.AttributesFile), TextTags.Offsets);
        return SHA256.HashData([.. fields.SelectMany(field => field.Encoded.ToArray())]);
    }

    /// <summary>File 0006: the key that a reader delivers a session key under. Nobody signed it.</summary>
    public static byte[] DeliveryKeyFile(byte[] key) =>
        TlvWriter.Encode(TextTags.DeliveryKeyFile, RsaKeyObject.EncodePublicOf(key));

    /// <summary>File 0007: the key that the card signs challenges with, and the issuer's signature over it.</summary>
    public static byte[] SignedKeyFile(byte[] key, Func<byte[], byte[]> sign)
    {
        var signed = TlvWriter.Encode(TextTags.PresenceKey, RsaKeyObject.EncodePublicOf(key));
        return TlvWriter.Encode(TextTags.SignedKeyFile, inner => inner
            .WriteEncoded(signed)
            .Write(TextTags.PresenceKeySignature, sign(signed)));
    }

    /// <summary>File 0005: version and vendor bytes, a key identifier that names nobody, 128 bytes of filler.</summary>
    public static byte[] BasicInformationFile()
    {
        var filler = new byte[BasicInformationFillerLength];
        Array.Fill(filler, (byte)0xFF);
        return TlvWriter.Encode(TextTags.BasicInformationFile, inner => inner
            .Write(TextTags.Versions, [0x01, 0x03, 0x00, 0x00])
            .Write(TextTags.KeyIdentifier, RecordSigner.KeyId("9000034"))
            .Write(TextTags.Reserved, filler));
    }

    private const int BasicInformationFillerLength = 128;
}

/// <summary>File 0003 taken apart.</summary>
internal sealed record IntegrityRecord(
    ReadOnlyMemory<byte> MyNumberHash,
    ReadOnlyMemory<byte> AttributesHash,
    ReadOnlyMemory<byte> Signed,
    ReadOnlyMemory<byte> Signature);
