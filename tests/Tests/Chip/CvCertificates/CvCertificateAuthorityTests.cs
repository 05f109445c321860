using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;

namespace Musubi.Tests.Chip.CvCertificates;

/// <summary>What an authority issues, and what it refuses to issue.</summary>
public sealed class CvCertificateAuthorityTests
{
    [Theory]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    public async Task A_chain_on_each_curve_verifies(int curve)
    {
        Assert.True(DomainParameters.TryFind(curve, out var parameters));
        using var country = await Country.Create(parameters);
        var terminal = await country.MakeTerminal(EidRights.ReadDg21);
        var root = CvCertificate.Parse(country.Root.Certificate.Encoded);
        Assert.Equal(CvVerdict.Valid, CvVerification.VerifySelf(root, Country.Today));
        var verifier = country.Verifier.Certificate;
        Assert.Equal(CvVerdict.Valid, CvVerification.Verify(root, root.PublicKey, verifier, Country.Today));
        var key = verifier.PublicKey.Inherit(root.PublicKey);
        Assert.Equal(CvVerdict.Valid, CvVerification.Verify(verifier, key, terminal.Certificate, Country.Today));
        Assert.False(verifier.PublicKey.HasDomainParameters);
        terminal.Key.Dispose();
    }

    [Fact]
    public async Task A_terminal_certificate_on_the_cards_curve_fits_a_short_command()
    {
        using var country = await Country.Create();
        var terminal = await country.MakeTerminal(EidRights.ReadDg21);
        // Short commands carry 255 bytes; under secure messaging 239 of them are left.
        Assert.InRange(terminal.Certificate.BodyAndSignature.Length, 1, 239);
        terminal.Key.Dispose();
    }

    [Fact]
    public async Task An_authority_gives_no_right_that_it_lacks()
    {
        using var rootKey = CvKey.Create(DomainParameters.BrainpoolP256r1);
        using var verifierKey = CvKey.Create(DomainParameters.BrainpoolP256r1);
        var root = await CvCertificateAuthority.CreateRoot(
            CvReference.Parse("UTCVCA00001"), rootKey, EidRights.ReadDg21, Country.Today, Country.Today.AddYears(1));
        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => root.Issue(
            CvReference.Parse("UTDV00001"), verifierKey, new Chat(CvRole.DocumentVerifierDomestic, EidRights.ReadDg19),
            Country.Today, Country.Today).AsTask());
        Assert.Equal("chat", refusal.ParamName);
    }

    [Fact]
    public async Task An_authority_issues_nothing_beyond_its_own_days_or_another_curve_or_role()
    {
        using var country = await Country.Create();
        using var key = CvKey.Create(DomainParameters.BrainpoolP256r1);
        using var foreign = CvKey.Create(DomainParameters.NistP256);
        var chat = new Chat(CvRole.Terminal, EidRights.None);
        var name = CvReference.Parse("UTTERM00001");
        var late = country.Verifier.Certificate.Expires.AddDays(1);
        await Throws("until", country.Verifier.Issue(name, key, chat, Country.Today, late));
        await Throws("key", country.Verifier.Issue(name, foreign, chat, Country.Today, Country.Today));
        await Throws("chat", country.Root.Issue(name, key, chat, Country.Today, Country.Today));
        await Throws("chat", country.Verifier.Issue(
            name, key, chat with { Role = CvRole.DocumentVerifierDomestic }, Country.Today, Country.Today));
    }

    [Fact]
    public async Task The_description_hash_is_in_the_signed_body()
    {
        using var country = await Country.Create();
        using var key = CvKey.Create(DomainParameters.BrainpoolP256r1);
        byte[] hash = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        var certificate = await country.Verifier.Issue(
            CvReference.Parse("UTTERM00001"), key, new Chat(CvRole.Terminal, EidRights.None),
            Country.Today, Country.Today, hash);
        Assert.Equal(hash, CvCertificate.Parse(certificate.Encoded).DescriptionHash.ToArray());
    }

    [Fact]
    public void A_key_survives_its_file()
    {
        using var key = CvKey.Create(DomainParameters.BrainpoolP256r1);
        using var again = CvKey.FromPkcs8(key.ToPkcs8());
        Assert.Equal(key.PublicPoint.ToArray(), again.PublicPoint.ToArray());
        Assert.Same(key.Parameters, again.Parameters);
        Assert.Throws<CvCertificateException>(() => CvKey.FromPkcs8([0x30, 0x00]));
    }

    [Theory]
    [InlineData("UTCVCA00001", true)]
    [InlineData("DEDVeIDDTR101201", true)]
    [InlineData("UTA0000", false)]
    [InlineData("DEDVeIDDTR1012012", false)]
    [InlineData("utCVCA00001", false)]
    [InlineData("UTCVCA\n0001", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_reference_has_a_country_and_8_to_16_characters(string? text, bool isOne) =>
        Assert.Equal(isOne, CvReference.TryParse(text, out _));

    [Fact]
    public void Every_right_stands_at_its_own_bit_and_survives_the_wire()
    {
        var seen = EidRights.None;
        for (var group = 1; group <= 21; group++)
        {
            foreach (var right in new[] { EidRightsByGroup.Read(group), EidRightsByGroup.Write(group) })
            {
                Assert.Equal(EidRights.None, seen & right);
                seen |= right;
                var chat = new Chat(CvRole.Terminal, right);
                Assert.True(Chat.TryRead(chat.ToBytes(), out var back));
                Assert.Equal(chat, back);
            }
        }

        Assert.Equal(EidRights.ReadDg1, EidRightsByGroup.Read(1));
        Assert.Equal(EidRights.ReadDg21, EidRightsByGroup.Read(21));
        Assert.Equal(EidRights.WriteDg17, EidRightsByGroup.Write(17));
        Assert.Equal(EidRights.WriteDg21, EidRightsByGroup.Write(21));
        Assert.Equal(EidRights.None, EidRightsByGroup.Write(16));
        // TR-03110-4 table 4: DG17 is the right at bit 37, the highest below the role.
        Assert.Equal("7f4c12060904007f00070301020253052000000000",
            Convert.ToHexStringLower(new Chat(CvRole.Terminal, EidRights.WriteDg17).ToBytes()));
    }

    private static async Task Throws(string parameter, ValueTask<CvCertificate> issue) =>
        Assert.Equal(parameter, (await Assert.ThrowsAsync<ArgumentException>(issue.AsTask)).ParamName);
}
