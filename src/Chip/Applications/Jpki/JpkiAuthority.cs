using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Musubi.Chip.Applications.Jpki;

/// <summary>One of the two certificate authorities above a JPKI card; its name says demonstration.</summary>
public sealed class JpkiAuthority
{
    private const string PolicyIdentifier = "1.2.392.200149.8.5.1.3.30";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string CertificatePolicies = "2.5.29.32";
    private const string OpaqueAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const int OpaqueNameLength = 23;
    private const int SerialLength = 8;

    private readonly RSA key;

    /// <summary>Binds an authority's key and certificate. The key stays the caller's.</summary>
    public JpkiAuthority(RSA key, X509Certificate2 certificate)
    {
        this.key = key;
        Certificate = certificate;
    }

    /// <summary>The authority's own certificate, the trust anchor.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Issues an authentication certificate: the subject is an opaque name of 23 characters.</summary>
    /// <param name="publicKey">SubjectPublicKeyInfo, DER.</param>
    /// <param name="from">First moment of validity.</param>
    /// <param name="until">Last moment of validity.</param>
    /// <param name="serial">Serial number drawn beforehand, 16 hexadecimal digits; null draws one.</param>
    public X509Certificate2 IssueAuthentication(
        ReadOnlyMemory<byte> publicKey, DateTimeOffset from, DateTimeOffset until, string? serial = null)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(RandomNumberGenerator.GetString(OpaqueAlphabet, OpaqueNameLength));
        name.AddCountryOrRegion("JP");
        var request = Request(name.Build(), publicKey, X509KeyUsageFlags.DigitalSignature);
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid(ClientAuthentication)], critical: false));
        request.CertificateExtensions.Add(Policy());
        return Issue(request, from, until, serial);
    }

    /// <summary>Issues a signing certificate, which names its holder in the subject alternative name.</summary>
    /// <param name="publicKey">SubjectPublicKeyInfo, DER.</param>
    /// <param name="holder">Name, address, birth date and sex.</param>
    /// <param name="from">First moment of validity.</param>
    /// <param name="until">Last moment of validity.</param>
    /// <param name="serial">Serial number drawn beforehand, 16 hexadecimal digits; null draws one.</param>
    public X509Certificate2 IssueSigning(
        ReadOnlyMemory<byte> publicKey, JpkiHolder holder, DateTimeOffset from, DateTimeOffset until,
        string? serial = null)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(RandomNumberGenerator.GetString(OpaqueAlphabet, OpaqueNameLength));
        name.AddCountryOrRegion("JP");
        var request = Request(
            name.Build(), publicKey, X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation);
        request.CertificateExtensions.Add(holder.ToExtension());
        return Issue(request, from, until, serial);
    }

    private static CertificateRequest Request(
        X500DistinguishedName subject, ReadOnlyMemory<byte> publicKey, X509KeyUsageFlags usage)
    {
        var request = new CertificateRequest(
            subject,
            PublicKey.CreateFromSubjectPublicKeyInfo(publicKey.Span, out _),
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, critical: true));
        return request;
    }

    private X509Certificate2 Issue(CertificateRequest request, DateTimeOffset from, DateTimeOffset until, string? drawn)
    {
        var serial = drawn is null ? RandomNumberGenerator.GetBytes(SerialLength) : Convert.FromHexString(drawn);
        if (serial.Length != SerialLength)
            throw new ArgumentException("A serial number has 16 hexadecimal digits.", nameof(drawn));
        // A certificate's serial is a positive number without leading zeros.
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, false));
        return request.Create(
            Certificate.SubjectName,
            X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1),
            from,
            until,
            serial);
    }

    private static X509Extension Policy()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
            writer.WriteObjectIdentifier(PolicyIdentifier);
        return new(CertificatePolicies, writer.Encode(), critical: false);
    }
}

/// <summary>Whom a signing certificate names.</summary>
/// <param name="Name">Full name.</param>
/// <param name="Address">Address.</param>
/// <param name="BirthDate">YYYYMMDD; 00 for an unknown month or day.</param>
/// <param name="Sex">"1", "2", "9" or "0" (JIS X 0303).</param>
/// <remarks>
/// The four values are otherName entries with the identifiers .1 name, .3 sex, .4 birth date and .5 address under
/// 1.2.392.200149.8.5.5. These identifiers are not taken from a source that we could check: treat them as ours.
/// </remarks>
public sealed record JpkiHolder(string Name, string Address, string BirthDate, string Sex)
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private const string Arc = "1.2.392.200149.8.5.5.";
    private static readonly Asn1Tag OtherName = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>Reads the holder out of a signing certificate; null when it names none.</summary>
    public static JpkiHolder? Of(X509Certificate2 certificate)
    {
        var extension = certificate.Extensions[SubjectAlternativeName];
        if (extension is null) return null;
        try
        {
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                var other = names.ReadSequence(OtherName);
                var identifier = other.ReadObjectIdentifier();
                values[identifier] = other.ReadSequence(OtherName).ReadCharacterString(UniversalTagNumber.UTF8String);
            }
            return values.TryGetValue(Arc + "1", out var name)
                && values.TryGetValue(Arc + "3", out var sex)
                && values.TryGetValue(Arc + "4", out var birthDate)
                && values.TryGetValue(Arc + "5", out var address)
                    ? new(name, address, birthDate, sex)
                    : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    internal X509Extension ToExtension()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            Write(writer, "1", Name);
            Write(writer, "3", Sex);
            Write(writer, "4", BirthDate);
            Write(writer, "5", Address);
        }
        return new(SubjectAlternativeName, writer.Encode(), critical: false);
    }

    private static void Write(AsnWriter writer, string last, string value)
    {
        using (writer.PushSequence(OtherName))
        {
            writer.WriteObjectIdentifier(Arc + last);
            using (writer.PushSequence(OtherName)) writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
        }
    }
}
