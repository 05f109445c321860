using Musubi.Chip.Apdu;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.TerminalAuthentication;
using Musubi.Chip.Tlv;

namespace Musubi.Tests.Chip.Eid;

/// <summary>The card's roots and its date over the years (TR-03110-3 §2.5).</summary>
public sealed class TrustPointTests
{
    [Fact]
    public async Task A_card_that_slept_for_years_follows_expired_links_to_the_root_of_today()
    {
        using var country = await Country.Create();
        using var years = new RootsOfYears(country);
        var second = await years.Next(country.Root, "UTCVCA00002", Country.Today.AddYears(4));
        var third = await years.Next(second.Root, "UTCVCA00003", Country.Today.AddYears(9));
        var terminal = await years.TerminalUnder(third.Root, Country.Today.AddYears(12));
        var card = country.MakeCard();
        // Somebody else moved the date past the first and the second root: both links have expired.
        card.Eac.Date = Country.Today.AddYears(12);

        var outcome = await Authenticate(card, terminal with { Chain = [.. terminal.Chain, second.Link, third.Link] });

        Assert.IsType<TerminalAuthenticationOutcome.Authenticated>(outcome);
        Assert.Equal(["UTCVCA00003", "UTCVCA00002"], Names(card));
        using var channel = await Open(card);
        Assert.Equal(CvReference.Parse("UTCVCA00003"), channel.CurrentRoot);
        // The second has expired: it is kept but not offered.
        Assert.Null(channel.PreviousRoot);
    }

    [Fact]
    public async Task An_expired_root_vouches_for_no_verifier()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        var terminal = await country.MakeTerminal(EidRights.ReadDg21);
        card.Eac.Date = country.Root.Certificate.Expires.AddDays(1);
        Assert.Equal(
            new TerminalAuthenticationOutcome.Refused(
                TerminalAuthenticationRefusal.CertificateExpired, country.Verifier.Certificate.Holder),
            await Authenticate(card, terminal));
        // Even one that runs longer than its root.
        var longer = await Below(country, curve: null, card.Eac.Date.AddYears(1));
        Assert.Equal(
            CvVerdict.IssuerExpired,
            CvVerification.Verify(
                country.Root.Certificate, country.Root.Certificate.PublicKey, longer, card.Eac.Date));
    }

    [Fact]
    public async Task A_third_root_takes_the_place_of_the_least_recent()
    {
        using var country = await Country.Create();
        using var years = new RootsOfYears(country);
        var second = await years.Next(country.Root, "UTCVCA00002", Country.Today);
        var third = await years.Next(second.Root, "UTCVCA00003", Country.Today.AddDays(1));
        var card = country.MakeCard();
        var terminal = await years.TerminalUnder(third.Root, Country.Today.AddDays(2));
        await Authenticate(card, terminal with { Chain = [.. terminal.Chain, second.Link, third.Link] });
        Assert.Equal(["UTCVCA00003", "UTCVCA00002"], Names(card));
        Assert.Equal(
            new TerminalAuthenticationOutcome.Refused(TerminalAuthenticationRefusal.NoChainFromCardsRoot, null),
            await Authenticate(card, await country.MakeTerminal(EidRights.ReadDg21)));
    }

    [Fact]
    public async Task Date_and_root_are_kept_in_one_write_each_before_the_answer_to_the_certificate()
    {
        using var country = await Country.Create();
        using var years = new RootsOfYears(country);
        var second = await years.Next(country.Root, "UTCVCA00002", Country.Today);
        var terminal = await years.TerminalUnder(second.Root, Country.Today);
        var card = country.MakeCard();
        using var channel = await Open(card);
        var before = card.Persisted;
        // SET DST and VERIFY CERTIFICATE of the link; the answer to the second is lost.
        card.OnAnswer = answer => card.Wire[^1].Command.Ins == 0x2A
            ? throw new Musubi.Chip.CardChannelException(Musubi.Chip.CardChannelFault.CardRemoved)
            : answer;
        await Assert.ThrowsAsync<Musubi.Chip.CardChannelException>(() => TerminalAuthentication.Run(
            channel, [.. terminal.Chain, second.Link], terminal.Certificate, terminal.Key).AsTask());
        Assert.Equal(before + 1, card.Persisted);
        Assert.Equal(["UTCVCA00002", "UTCVCA00001"], Names(card));
        Assert.Equal(Country.Today, card.Eac.Date);
    }

    [Fact]
    public async Task A_certificate_that_is_not_valid_moves_neither_date_nor_root()
    {
        using var country = await Country.Create();
        using var forger = await Country.Create();
        var card = country.MakeCard();
        var date = card.Eac.Date;
        using var years = new RootsOfYears(forger);
        var link = (await years.Next(forger.Root, "UTCVCA00002", Country.Today)).Link;
        using var channel = await Open(card);
        Assert.Equal("9000", await SetIssuer(channel, link));
        var verify = await channel.Transmit(new CommandApdu(0, 0x2A, 0, 0xBE, link.BodyAndSignature));
        Assert.Equal(StatusWord.AuthenticationFailed, verify.Status);
        Assert.Equal((date, 1), (card.Eac.Date, card.Eac.Roots.Count));
    }

    [Fact]
    public async Task A_certificate_below_the_root_with_a_curve_of_its_own_is_refused()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        var curve = CvCurves.Standard(DomainParameters.BrainpoolP256r1);
        var with = await Below(country, curve, Country.Today);
        Assert.Equal(
            CvVerdict.MisplacedCurve,
            CvVerification.Verify(
                country.Root.Certificate, country.Root.Certificate.PublicKey, with, Country.Today));
        using var channel = await Open(card);
        await SetIssuer(channel, with);
        var verify = await channel.Transmit(new CommandApdu(0, 0x2A, 0, 0xBE, with.BodyAndSignature));
        Assert.Equal(StatusWord.AuthenticationFailed, verify.Status);
    }

    [Fact]
    public async Task A_challenge_asked_for_before_the_certificates_is_kept_for_the_signature()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using var channel = await Open(card);
        var challenge = (await channel.Transmit(new CommandApdu(0, 0x84, 0, 0, Ne: 8))).Data;
        var terminal = await country.MakeTerminal(EidRights.ReadDg21);
        foreach (var certificate in new[] { country.Verifier.Certificate, terminal.Certificate })
        {
            await SetIssuer(channel, certificate);
            Assert.True(
                (await channel.Transmit(new CommandApdu(0, 0x2A, 0, 0xBE, certificate.BodyAndSignature))).IsSuccess);
        }

        using var ephemeral = CurveKey.Create(DomainParameters.BrainpoolP256r1.Curve);
        var compressed = CurveKey.X(ephemeral.Public).ToArray();
        var template = new TlvWriter().Write(0x80, terminal.Certificate.PublicKey.AlgorithmOid.Span)
            .Write(0x83, terminal.Certificate.Holder.ToBytes()).Write(0x91, compressed).ToArray();
        Assert.True((await channel.Transmit(new CommandApdu(0, 0x22, 0x81, 0xA4, template))).IsSuccess);
        var signed = TerminalAuthentication.SignedData(channel.ChipName.Span, challenge.Span, compressed, []);
        var answer = await channel.Transmit(new CommandApdu(0, 0x82, 0, 0, await terminal.Key.Sign(signed)));
        Assert.True(answer.IsSuccess);
        // Once in a session, with a challenge that is used up.
        var again = await channel.Transmit(new CommandApdu(0, 0x82, 0, 0, await terminal.Key.Sign(signed)));
        Assert.Equal(StatusWord.SecurityStatusNotSatisfied, again.Status);
    }

    /// <summary>A verifier's certificate that our own authority would not issue.</summary>
    private static async Task<CvCertificate> Below(Country country, CvCurve? curve, DateOnly until)
    {
        using var key = CvKey.Create(DomainParameters.BrainpoolP256r1);
        var publicKey = CvPublicKey.Create(key.Algorithm, curve, key.PublicPoint.ToArray());
        var body = TlvWriter.Encode(0x7F4E, w =>
        {
            w.Write(0x5F29, [0]).Write(0x42, country.Root.Certificate.Holder.ToBytes());
            w.WriteEncoded(publicKey.ToBytes()).Write(0x5F20, CvReference.Parse("UTDV00009").ToBytes());
            w.WriteEncoded(new Chat(CvRole.DocumentVerifierDomestic, EidRights.All).ToBytes());
            w.Write(0x5F25, CvDate.Write(Country.Today)).Write(0x5F24, CvDate.Write(until));
        });
        return CvCertificate.Join(body, await country.RootKey.Sign(body));
    }

    private static async Task<string> SetIssuer(PaceChannel channel, CvCertificate certificate)
    {
        var name = TlvWriter.Encode(0x83, certificate.Issuer.ToBytes());
        return (await channel.Transmit(new CommandApdu(0, 0x22, 0x81, 0xB6, name))).Status.ToString();
    }

    private static async Task<PaceChannel> Open(LooseCard card)
    {
        card.PowerOff();
        using var pin = PacePassword.Pin(Country.Pin);
        var outcome = await Pace.Establish(card, pin, Terminal.Ask(EidRights.All));
        return Assert.IsType<PaceOutcome.Established>(outcome).Channel;
    }

    private static async Task<TerminalAuthenticationOutcome> Authenticate(LooseCard card, Terminal terminal)
    {
        var channel = await Open(card);
        return await TerminalAuthentication.Run(channel, terminal.Chain, terminal.Certificate, terminal.Key);
    }

    private static string[] Names(LooseCard card) =>
        [.. card.Eac.Roots.Select(root => CvCertificate.Parse(root).Holder.ToString())];
}
