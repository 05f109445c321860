using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Musubi.Chip.PassiveAuthentication;

namespace Musubi.Tests.Chip.PassiveAuthentication;

/// <summary>Whose signature counts, and the right word for each reason why it does not (ICAO 9303-12).</summary>
public sealed class CountrySignerTests
{
    private const string Sod = "2.23.136.1.1.1";
    private static readonly DateTimeOffset Made = new(2026, 6, 14, 0, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Content = "content"u8.ToArray();

    [Theory]
    [InlineData(true, X509KeyUsageFlags.KeyCertSign, X509KeyUsageFlags.DigitalSignature, 1,
        SignedContentVerdict.Genuine)]
    [InlineData(true, X509KeyUsageFlags.KeyCertSign, X509KeyUsageFlags.CrlSign, 1,
        SignedContentVerdict.SignerMayNotSign)]
    [InlineData(true, X509KeyUsageFlags.CrlSign, X509KeyUsageFlags.DigitalSignature, 1,
        SignedContentVerdict.CountrySignerMayNotIssue)]
    [InlineData(false, X509KeyUsageFlags.KeyCertSign, X509KeyUsageFlags.DigitalSignature, 1,
        SignedContentVerdict.CountrySignerMayNotIssue)]
    [InlineData(true, X509KeyUsageFlags.KeyCertSign, X509KeyUsageFlags.DigitalSignature, 11,
        SignedContentVerdict.SignerNotValidToday)]
    [InlineData(true, X509KeyUsageFlags.KeyCertSign, X509KeyUsageFlags.DigitalSignature, -1,
        SignedContentVerdict.CountrySignerNotValidToday)]
    [InlineData(true, X509KeyUsageFlags.KeyCertSign, X509KeyUsageFlags.DigitalSignature, 14,
        SignedContentVerdict.CountrySignerNotValidToday)]
    public void Each_failure_has_its_own_word(
        bool isAuthority, X509KeyUsageFlags country, X509KeyUsageFlags document, int yearsLater,
        SignedContentVerdict expected)
    {
        using var anchor = Country("CN=Country", isAuthority, country);
        using var signer = Signer(anchor, document);
        var read = SignedContent.Verify(signer.Sign(Sod, Content), Sod, [Public(anchor)], Made.AddYears(yearsLater));
        Assert.Equal(expected, read.Verdict);
    }

    [Fact]
    public void Of_two_country_signers_of_one_name_the_one_that_signed_is_found()
    {
        using var old = Country("CN=Country");
        using var present = Country("CN=Country");
        using var signer = Signer(present);
        var read = SignedContent.Verify(
            signer.Sign(Sod, Content), Sod, [Public(old), Public(present)], Made.AddYears(1));
        Assert.Equal(SignedContentVerdict.Genuine, read.Verdict);
    }

    [Fact]
    public void A_master_list_brings_the_country_signers_that_it_lists()
    {
        using var host = Country("CN=Host");
        using var other = Country("CN=Other");
        using var listSigner = Signer(host);
        var list = listSigner.Sign(MasterList.ContentType, MasterList.Encode([Public(host), Public(other)]));
        var (verdict, signers) = MasterList.Read(list, [Public(host)], Made.AddYears(1));
        Assert.Equal((SignedContentVerdict.Genuine, 2), (verdict, signers.Length));

        using var signer = Signer(other);
        var read = SignedContent.Verify(signer.Sign(Sod, Content), Sod, signers, Made.AddYears(1));
        Assert.Equal(SignedContentVerdict.Genuine, read.Verdict);
    }

    [Fact]
    public void A_master_list_that_nobody_trusted_signed_brings_nobody()
    {
        using var host = Country("CN=Host");
        using var stranger = Country("CN=Stranger");
        using var listSigner = Signer(stranger);
        var list = listSigner.Sign(MasterList.ContentType, MasterList.Encode([Public(stranger)]));
        var (verdict, signers) = MasterList.Read(list, [Public(host)], Made.AddYears(1));
        Assert.Equal((SignedContentVerdict.ForeignIssuer, true), (verdict, signers.IsEmpty));
    }

    [Fact]
    public void A_signed_file_that_is_no_list_is_unreadable()
    {
        using var host = Country("CN=Host");
        using var listSigner = Signer(host);
        byte[][] contents = [Content, [0x30, 0x03, 0x02, 0x01, 0x01], [0x30, 0x05, 0x02, 0x01, 0x00, 0x30, 0x00]];
        foreach (var content in contents)
        {
            var list = listSigner.Sign(MasterList.ContentType, content);
            Assert.Equal(SignedContentVerdict.Unreadable,
                MasterList.Read(list, [Public(host)], Made.AddYears(1)).Verdict);
        }
        Assert.Equal(SignedContentVerdict.Unreadable, MasterList.Read(
            listSigner.Sign(Sod, MasterList.Encode([])), [Public(host)], Made.AddYears(1)).Verdict);
    }

    private static X509Certificate2 Country(
        string name, bool isAuthority = true, X509KeyUsageFlags usage = X509KeyUsageFlags.KeyCertSign)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, true));
        return request.CreateSelfSigned(Made, Made.AddYears(13));
    }

    private static DocumentSigner Signer(
        X509Certificate2 country, X509KeyUsageFlags usage = X509KeyUsageFlags.DigitalSignature)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Signer", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, true));
        using var countryKey = country.GetECDsaPrivateKey()!;
        using var issued = request.Create(
            country.SubjectName, X509SignatureGenerator.CreateForECDsa(countryKey), Made, Made.AddYears(10), [1]);
        using var withKey = issued.CopyWithPrivateKey(key);
        return new DocumentSigner(withKey);
    }

    private static X509Certificate2 Public(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadCertificate(certificate.RawData);
}
