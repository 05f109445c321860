using System.Security.Cryptography;
using Musubi.Chip.CvCertificates;

namespace Musubi.Tests.Chip.CvCertificates;

/// <summary>Published certificates, field by field and signature by signature: testkit/pace/cv-certificates.</summary>
public sealed class CvVectorTests
{
    private const string Folder = "cv-certificates";
    private static readonly Dictionary<string, Vector> Cases =
        Vector.Names(Folder).Select(file => Vector.Read(Folder, file))
            .ToDictionary(published => published["name"].Text, StringComparer.Ordinal);

    public static TheoryData<string> Names => new(Cases.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_field_is_the_published_one(string name)
    {
        var published = Cases[name];
        var certificate = Parse(name);
        Assert.Equal(published["authorityReference"].Text, certificate.Issuer.ToString());
        Assert.Equal(published["holderReference"].Text, certificate.Holder.ToString());
        Assert.Equal(published["effective"].Day, certificate.EffectiveFrom);
        Assert.Equal(published["expires"].Day, certificate.Expires);
        Assert.Equal(published["publicKeyOid"].Bytes, certificate.PublicKey.AlgorithmOid.ToArray());
        Assert.Equal(published["chat"].Text, Convert.ToHexStringLower(certificate.Chat.ToBytes())[6..]);
        Assert.Equal(published["certificate"].Bytes, certificate.Encoded.ToArray());
        if (!published.Has("certificateDescription")) return;
        var description = published["certificateDescription"].Bytes;
        Assert.Equal(SHA256.HashData(description), certificate.DescriptionHash.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_signature_is_by_the_certificate_that_is_named_and_by_no_other(string name)
    {
        var signer = Cases[name]["signatureVerifiedWith"];
        var certificate = Parse(name);
        foreach (var other in Cases.Keys)
        {
            var key = KeyOf(other);
            var isSigner = !signer.IsNull && string.Equals(signer.Text, other, StringComparison.Ordinal);
            Assert.Equal(isSigner, key.Verify(certificate.Body.Span, certificate.Signature.Span));
        }

        if (signer.IsNull) return;
        var day = certificate.EffectiveFrom;
        Assert.Equal(CvVerdict.Valid, CvVerification.Verify(Parse(signer.Text), KeyOf(signer.Text), certificate, day));
        Assert.Equal(
            CvVerdict.Expired,
            CvVerification.Verify(Parse(signer.Text), KeyOf(signer.Text), certificate, new DateOnly(2026, 11, 23)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void One_changed_byte_of_the_body_ends_the_signature(string name)
    {
        var signer = Cases[name]["signatureVerifiedWith"];
        if (signer.IsNull) return;
        var certificate = Parse(name);
        var key = KeyOf(signer.Text);
        for (var at = 0; at < certificate.Body.Length; at += 7)
        {
            var body = certificate.Body.ToArray();
            body[at] ^= 0x01;
            Assert.False(key.Verify(body, certificate.Signature.Span));
        }
    }

    [Fact]
    public void The_other_root_of_the_same_country_is_no_issuer_here()
    {
        var terminal = CvCertificate.Parse(
            Vector.Read("bsi-terminal-authentication.json")["certificates"]["dv"]["certificate"].Bytes);
        var wrong = Parse("wrong_tc_ecdh_cvca");
        Assert.Equal(
            CvVerdict.OtherIssuer, CvVerification.Verify(wrong, wrong.PublicKey, terminal, terminal.EffectiveFrom));
        Assert.False(wrong.PublicKey.Verify(terminal.Body.Span, terminal.Signature.Span));
    }

    [Fact]
    public void A_certificate_cut_short_anywhere_is_none()
    {
        var whole = Cases["kba_cert"]["certificate"].Bytes;
        for (var length = 0; length < whole.Length; length++)
            Assert.False(CvCertificate.TryRead(whole.AsMemory(0, length), out _));
        Assert.Throws<CvCertificateException>(() => CvCertificate.Parse(whole[..^1]));
    }

    [Fact]
    public void The_rights_of_a_real_certificate_have_their_names()
    {
        var rights = Parse("kba_cert").Chat.EidRights;
        Assert.Equal(
            EidRights.RestrictedIdentification | EidRights.ReadDg4 | EidRights.ReadDg5 | EidRights.ReadDg8
            | EidRights.ReadDg9 | EidRights.ReadDg17,
            rights);
    }

    private static CvCertificate Parse(string name) => CvCertificate.Parse(Cases[name]["certificate"].Bytes);

    /// <summary>The key with the curve of the root above, where that is here.</summary>
    private static CvPublicKey KeyOf(string name)
    {
        var certificate = Parse(name);
        var signer = Cases[name]["signatureVerifiedWith"];
        if (certificate.PublicKey.HasDomainParameters || signer.IsNull) return certificate.PublicKey;
        return certificate.PublicKey.Inherit(KeyOf(signer.Text));
    }
}
