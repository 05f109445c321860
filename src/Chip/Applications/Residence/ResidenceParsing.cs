using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Residence;

/// <summary>Whose signature on a residence card counts, and what day it is.</summary>
/// <param name="Authority">The residence card authority's certificate (P-384).</param>
/// <param name="Clock">For the validity of the signer's certificate.</param>
/// <param name="Delivery">The key that the issuer of specified cards (07, 08) publishes for all of them: what a reader
/// delivers session keys under. Cards 05 and 06 are read without it.</param>
public sealed record ResidenceTrust(X509Certificate2 Authority, TimeProvider Clock, RSA? Delivery = null);

/// <summary>Turns the files of a residence card into a reading.</summary>
internal static class ResidenceParsing
{
    private const int RawSignatureLength = 96;

    /// <exception cref="TlvException">A file is not in the form of the specification.</exception>
    public static ResidenceCardReading Parse(
        ResidenceCardType type, IReadOnlyDictionary<string, byte[]> files, ResidenceTrust trust)
    {
        var number = ResidenceContent.ReadObjects(files["Df1/0001"]);
        var entries = ResidenceContent.ReadObjects(files["Df1/0002"]);
        var images = ResidenceContent.ReadObjects(files["Df1/0003"]);
        var address = ResidenceContent.ReadObjects(files["Df1/0004"]);
        var note = ResidenceContent.ReadObjects(files[type.HasStay() ? "Df2/0003" : "Df2/0001"]);
        var reading = new ResidenceCardReading
        {
            CardNumber = Text(number, ResidenceTags.CardNumber),
            CardType = type,
            CardExpiry = Date(entries, ResidenceTags.CardExpiry),
            BirthDate = Text(entries, ResidenceTags.BirthDate),
            Sex = Text(entries, ResidenceTags.Sex),
            Nationality = Text(entries, ResidenceTags.Nationality),
            Status = Text(entries, ResidenceTags.Status),
            Period = Text(entries, ResidenceTags.Period),
            Face = Image(images, ResidenceTags.Face),
            NameImage = Image(images, ResidenceTags.NameImage),
            AddressImage = Image(address, ResidenceTags.AddressImage),
            Note = new(Flag(note, ResidenceTags.CommissionerNote), Text(note, ResidenceTags.Note)),
            Signature = Check(files["Df3/0001"], files["Df1/0002"], files["Df1/0003"], trust),
        };
        return type.HasStay() ? WithStay(reading, entries, files) : reading;
    }

    /// <summary>The card type that MF/EF02 states; null when it is none of the four.</summary>
    public static ResidenceCardType? CardTypeIn(ReadOnlyMemory<byte> file) =>
        BerTlv.TryReadAll(file, out var objects) && objects.FindValue(ResidenceTags.CardType) is { } code
            ? ResidenceCardTypes.Parse(Encoding.ASCII.GetString(code.Span))
            : null;

    private static ResidenceCardReading WithStay(
        ResidenceCardReading reading, ImmutableArray<TlvObject> entries, IReadOnlyDictionary<string, byte[]> files)
    {
        var permission = ResidenceContent.ReadObjects(files["Df2/0001"]);
        return reading with
        {
            PermissionType = Text(entries, ResidenceTags.PermissionType),
            PermissionDate = Date(entries, ResidenceTags.PermissionDate),
            Work = Text(entries, ResidenceTags.Work),
            StayUntil = Date(entries, ResidenceTags.StayUntil),
            Permission = new(
                Text(permission, ResidenceTags.ComprehensivePermission),
                Date(permission, ResidenceTags.ComprehensivePermissionUntil),
                Flag(permission, ResidenceTags.IndividualPermission)),
            ApplicationPending =
                Flag(ResidenceContent.ReadObjects(files["Df2/0002"]), ResidenceTags.ApplicationPending),
        };
    }

    /// <summary>Section 3.4.3: certificate under the authority, then signature over values and images.</summary>
    private static SignatureVerdict Check(
        byte[] signatureFile, byte[] printedEntries, byte[] images, ResidenceTrust trust)
    {
        var objects = ResidenceContent.ReadObjects(signatureFile);
        var signature = objects.Require(ResidenceTags.Signature).Value;
        var signed = ResidenceContent.SignedContent(printedEntries, images);
        try
        {
            using var signer =
                X509CertificateLoader.LoadCertificate(objects.Require(ResidenceTags.Certificate).Value.Span);
            using var key = signer.GetECDsaPublicKey();
            if (key is not { KeySize: 384 }) return SignatureVerdict.Unreadable;
            if (!IssuedBy(signer, trust.Authority)) return SignatureVerdict.ForeignIssuer;
            var now = trust.Clock.GetUtcNow();
            if (now < new DateTimeOffset(signer.NotBefore) || now > new DateTimeOffset(signer.NotAfter))
                return SignatureVerdict.SignerNotValidToday;
            // The table of tags says "ASN.1", the length says raw r ‖ s: both are accepted.
            var form = signature.Length == RawSignatureLength
                ? DSASignatureFormat.IeeeP1363FixedFieldConcatenation
                : DSASignatureFormat.Rfc3279DerSequence;
            return key.VerifyData(signed, signature.Span, HashAlgorithmName.SHA256, form)
                ? SignatureVerdict.Genuine
                : SignatureVerdict.NotSignedByIssuer;
        }
        catch (CryptographicException)
        {
            return SignatureVerdict.Unreadable;
        }
    }

    private static bool IssuedBy(X509Certificate2 signer, X509Certificate2 authority) =>
        signer.IssuerName.RawData.AsSpan().SequenceEqual(authority.SubjectName.RawData)
        && CertificateSignature.Verifies(signer, authority);

    private static string Text(ImmutableArray<TlvObject> level, uint tag) =>
        Encoding.UTF8.GetString(Trimmed(level, tag));

    private static bool Flag(ImmutableArray<TlvObject> level, uint tag) =>
        string.Equals(Text(level, tag), "1", StringComparison.Ordinal);

    private static DateOnly? Date(ImmutableArray<TlvObject> level, uint tag) =>
        DateOnly.TryParseExact(
            Text(level, tag), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : null;

    private static ImmutableArray<byte> Image(ImmutableArray<TlvObject> level, uint tag)
    {
        var field = level.Require(tag).Value.Span;
        return [.. field[..PictureLength.Of(field)]];
    }

    /// <summary>Text never ends in 00; what fills its field does.</summary>
    private static ReadOnlySpan<byte> Trimmed(ImmutableArray<TlvObject> level, uint tag) =>
        level.Require(tag).Value.Span.TrimEnd((byte)0);
}
