using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Musubi.Chip.PassiveAuthentication;

namespace Musubi.Tests.Chip.PassiveAuthentication;

public sealed class SignedContentTests : IDisposable
{
    private const string ContentType = "2.23.136.1.1.1";
    private static readonly DateTimeOffset Made = new(2026, 6, 14, 0, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Content = "what the issuer vouches for"u8.ToArray();
    private readonly X509Certificate2 country = CountrySigner("CN=Country signer of a test");
    private readonly DocumentSigner signer;
    private readonly byte[] signed;

    public SignedContentTests()
    {
        signer = SignerUnder(country);
        signed = signer.Sign(ContentType, Content);
    }

    [Fact]
    public void What_a_trusted_country_vouches_for_is_genuine_and_comes_back_unchanged()
    {
        var read = SignedContent.Verify(signed, ContentType, [country], Made.AddYears(1));
        Assert.Equal(SignedContentVerdict.Genuine, read.Verdict);
        Assert.Equal(Content, read.Content.ToArray());
    }

    [Fact]
    public void One_changed_byte_anywhere_is_never_genuine()
    {
        for (var at = 0; at < signed.Length; at++)
        {
            var changed = (byte[])signed.Clone();
            changed[at] ^= 0x01;
            var read = SignedContent.Verify(changed, ContentType, [country], Made.AddYears(1));
            // Bytes that no signature covers (an unsigned field's encoding) may change, the content never.
            if (read.IsGenuine) Assert.Equal(Content, read.Content.ToArray());
        }
    }

    [Fact]
    public void Changed_content_is_not_signed_by_the_issuer()
    {
        var at = signed.AsSpan().IndexOf(Content);
        var changed = (byte[])signed.Clone();
        changed[at] ^= 0x01;
        Assert.Equal(SignedContentVerdict.NotSignedByIssuer,
            SignedContent.Verify(changed, ContentType, [country], Made.AddYears(1)).Verdict);
    }

    [Fact]
    public void A_signer_of_another_country_is_foreign_even_under_the_same_name()
    {
        using var impostor = CountrySigner("CN=Country signer of a test");
        using var forged = SignerUnder(impostor);
        Assert.Equal(SignedContentVerdict.ForeignIssuer,
            SignedContent.Verify(forged.Sign(ContentType, Content), ContentType, [country], Made.AddYears(1)).Verdict);
    }

    [Fact]
    public void A_signer_out_of_its_days_is_said_to_be_so() => Assert.Equal(SignedContentVerdict.SignerNotValidToday,
        SignedContent.Verify(signed, ContentType, [country], Made.AddYears(11)).Verdict);

    [Fact]
    public void A_signature_over_another_kind_of_file_is_none_over_this_one() =>
        Assert.Equal(SignedContentVerdict.Unreadable,
        SignedContent.Verify(signed, "0.4.0.127.0.7.3.2.1", [country], Made.AddYears(1)).Verdict);

    [Fact]
    public void Every_cut_is_unreadable()
    {
        for (var length = 0; length < signed.Length; length++)
        {
            Assert.Equal(SignedContentVerdict.Unreadable,
                SignedContent.Verify(signed.AsMemory(0, length), ContentType, [country], Made.AddYears(1)).Verdict);
        }
    }

    public void Dispose()
    {
        signer.Dispose();
        country.Dispose();
    }

    private static X509Certificate2 CountrySigner(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        return request.CreateSelfSigned(Made, Made.AddYears(13));
    }

    private static DocumentSigner SignerUnder(X509Certificate2 country)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Document signer of a test", key, HashAlgorithmName.SHA256);
        using var issued = request.Create(country, Made, Made.AddYears(10), RandomNumberGenerator.GetBytes(8));
        using var withKey = issued.CopyWithPrivateKey(key);
        return new DocumentSigner(withKey);
    }
}
