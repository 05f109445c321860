using Musubi.Chip;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.TerminalAuthentication;
using Musubi.Chip.Tlv;

namespace Musubi.Tests.Chip.Eid;

/// <summary>What the card lets nobody do: passwords, chains, dates, rights.</summary>
public sealed class EacRulesTests
{
    [Fact]
    public async Task A_wrong_PIN_costs_a_try_the_second_suspends_and_the_CAN_resumes()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        Assert.Equal(3, await Pace.PinTriesLeft(card));

        Assert.Equal(RefusedPace(PaceRefusal.WrongPassword, 2), await Try(card, PacePassword.Pin("111111")));
        Assert.Equal(2, await Pace.PinTriesLeft(card));
        Assert.Equal(RefusedPace(PaceRefusal.Suspended, 1), await Try(card, PacePassword.Pin("111111")));
        // Even the right PIN now waits for the CAN.
        Assert.Equal(RefusedPace(PaceRefusal.Suspended, 1), await Try(card, PacePassword.Pin(Country.Pin)));
        Assert.Equal(1, await Pace.PinTriesLeft(card));

        var byCan = Assert.IsType<PaceOutcome.Established>(await Try(card, PacePassword.Can(Country.Can)));
        Assert.IsType<PaceOutcome.Established>(await Try(byCan.Channel, PacePassword.Pin(Country.Pin)));
        Assert.Equal(3, card.Eac.PinTriesLeft);
    }

    [Fact]
    public async Task A_third_wrong_PIN_blocks_and_the_PUK_unblocks()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        await Try(card, PacePassword.Pin("111111"));
        await Try(card, PacePassword.Pin("111111"));
        var byCan = Assert.IsType<PaceOutcome.Established>(await Try(card, PacePassword.Can(Country.Can)));
        Assert.Equal(
            RefusedPace(PaceRefusal.Blocked, 0), await Try(byCan.Channel, PacePassword.Pin("111111")));
        card.PowerOff();
        Assert.Equal(RefusedPace(PaceRefusal.Blocked, 0), await Try(card, PacePassword.Pin(Country.Pin)));

        var byPuk = Assert.IsType<PaceOutcome.Established>(await Try(card, PacePassword.Puk(Country.Puk)));
        Assert.True((await byPuk.Channel.Transmit(new CommandApdu(0, 0x2C, 0x03, 0x03))).IsSuccess);
        Assert.Equal(9, card.Eac.PukUsesLeft);
        Assert.IsType<PaceOutcome.Established>(await Try(card, PacePassword.Pin(Country.Pin)));
    }

    [Fact]
    public async Task A_card_pulled_at_the_token_has_counted_the_try()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using var wrong = PacePassword.Pin("111111");
        // SELECT, EF.CardAccess, MSE and three steps get through; the answer to the token is lost.
        card.OnAnswer = answer => card.Wire.Count < 7
            ? answer
            : throw new CardChannelException(CardChannelFault.CardRemoved);
        await Assert.ThrowsAsync<CardChannelException>(() => Pace.Establish(card, wrong).AsTask());
        Assert.Equal(2, card.Eac.PinTriesLeft);
        Assert.Equal(1, card.Persisted);
    }

    [Fact]
    public async Task A_wrong_CAN_or_PUK_costs_nothing_and_opens_nothing()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        Assert.Equal(RefusedPace(PaceRefusal.WrongPassword, null), await Try(card, PacePassword.Can("111111")));
        Assert.Equal(
            RefusedPace(PaceRefusal.WrongPassword, null), await Try(card, PacePassword.Puk("1111111111")));
        Assert.Equal(0, card.Persisted);
    }

    [Fact]
    public async Task The_holder_alone_changes_the_PIN_and_a_terminal_needs_the_right()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        var change = new CommandApdu(0, 0x2C, 0x02, 0x03, "654321"u8.ToArray());
        Assert.Equal(StatusWord.SecurityStatusNotSatisfied, (await card.Transmit(change)).Status);
        var byCan = Assert.IsType<PaceOutcome.Established>(await Try(card, PacePassword.Can(Country.Can)));
        Assert.Equal(StatusWord.SecurityStatusNotSatisfied, (await byCan.Channel.Transmit(change)).Status);

        using var pin = PacePassword.Pin(Country.Pin);
        using (var without = await (await country.MakeTerminal(EidRights.ReadDg21)).Open(card, pin, country.Trust))
        {
            await SelectMasterFile(without);
            Assert.Equal(StatusWord.SecurityStatusNotSatisfied, (await without.Transmit(change)).Status);
        }

        using (var with = await (await country.MakeTerminal(EidRights.PinManagement)).Open(card, pin, country.Trust))
        {
            await SelectMasterFile(with);
            Assert.True((await with.Transmit(change)).IsSuccess);
        }

        var alone = Assert.IsType<PaceOutcome.Established>(await Try(card, PacePassword.Pin("654321")));
        var back = change with { Data = "123456"u8.ToArray() };
        Assert.True((await alone.Channel.Transmit(back)).IsSuccess);
        var noDigit = change with { Data = "12345a"u8.ToArray() };
        Assert.Equal(StatusWord.WrongData, (await alone.Channel.Transmit(noDigit)).Status);
        Assert.IsType<PaceOutcome.Established>(await Try(card, PacePassword.Pin("123456")));
    }

    [Fact]
    public async Task With_the_CAN_a_terminal_without_the_CAN_allowed_right_is_refused()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        var terminal = await country.MakeTerminal(EidRights.ReadDg21);
        using var can = PacePassword.Can(Country.Can);
        var outcome = await Authenticate(card, can, terminal);
        Assert.Equal(RefusedTerminal(TerminalAuthenticationRefusal.RightMissing), outcome);
    }

    [Fact]
    public async Task With_the_CAN_a_terminal_with_the_CAN_allowed_right_reads()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        var terminal = await country.MakeTerminal(EidRights.ReadDg21 | EidRights.CanAllowed);
        using var can = PacePassword.Can(Country.Can);
        using var open = await terminal.Open(card, can, country.Trust);
        Assert.True((await EidReader.ReadGroup(open, 21)).IsGiven);
        Assert.Equal(PacePasswordKind.Can, open.Password);
    }

    [Theory]
    [InlineData(PacePasswordKind.Mrz, TerminalType.AuthenticationTerminal)]
    [InlineData(PacePasswordKind.Puk, TerminalType.AuthenticationTerminal)]
    [InlineData(PacePasswordKind.Pin, TerminalType.InspectionSystem)]
    [InlineData(PacePasswordKind.Can, TerminalType.InspectionSystem)]
    [InlineData(PacePasswordKind.Mrz, TerminalType.InspectionSystem)]
    [InlineData(PacePasswordKind.Pin, TerminalType.SignatureTerminal)]
    public async Task No_such_terminal_gets_rights_by_such_a_password(PacePasswordKind kind, TerminalType type)
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using var password = Country.Password(kind);
        Assert.IsType<PaceOutcome.Established>(await Pace.Establish(card, password));
        card.PowerOff();
        Assert.Equal(
            RefusedPace(PaceRefusal.NotAccepted, null),
            await Pace.Establish(card, password, new Chat(type, CvRole.Terminal, 1)));
    }

    [Fact]
    public async Task Without_named_rights_there_is_no_terminal_authentication()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        var terminal = await country.MakeTerminal(EidRights.ReadDg21);
        var pace = Assert.IsType<PaceOutcome.Established>(await Try(card, PacePassword.Pin(Country.Pin)));
        var outcome = await TerminalAuthentication.Run(
            pace.Channel, terminal.Chain, terminal.Certificate, terminal.Key);
        Assert.Equal(
            RefusedTerminal(TerminalAuthenticationRefusal.NoRightsRequested), outcome);
        // A terminal that tries all the same is refused by the card.
        var set = new CommandApdu(0, 0x22, 0x81, 0xB6, TlvWriter.Encode(0x83, terminal.Certificate.Issuer.ToBytes()));
        Assert.Equal(StatusWord.SecurityStatusNotSatisfied, (await pace.Channel.Transmit(set)).Status);
    }

    [Fact]
    public async Task A_foreign_countrys_terminal_finds_no_root()
    {
        using var country = await Country.Create();
        using var foreign = await Country.Create(letters: "XX");
        var outcome = await Authenticate(country.MakeCard(), await foreign.MakeTerminal(EidRights.ReadDg21));
        Assert.Equal(
            RefusedTerminal(TerminalAuthenticationRefusal.NoChainFromCardsRoot), outcome);
    }

    [Fact]
    public async Task A_forged_chain_under_the_right_name_is_refused_at_its_first_certificate()
    {
        using var country = await Country.Create();
        using var forger = await Country.Create();
        var outcome = await Authenticate(country.MakeCard(), await forger.MakeTerminal(EidRights.ReadDg21));
        Assert.Equal(
            RefusedTerminal(TerminalAuthenticationRefusal.CertificateRefused, forger.Verifier.Certificate.Holder),
            outcome);
    }

    [Fact]
    public async Task A_stolen_certificate_without_its_key_is_refused()
    {
        using var country = await Country.Create();
        var terminal = await country.MakeTerminal(EidRights.ReadDg21);
        using var other = CvKey.Create(DomainParameters.BrainpoolP256r1);
        var outcome = await Authenticate(country.MakeCard(), terminal with { Key = other });
        Assert.Equal(
            RefusedTerminal(TerminalAuthenticationRefusal.SignatureRefused), outcome);
    }

    [Fact]
    public async Task The_cards_date_moves_with_official_terminals_and_then_refuses_what_expired_before()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        var old = await country.MakeTerminal(EidRights.ReadDg21, Country.Today.AddDays(-9), Country.Today.AddDays(-8));
        // A card from a drawer has no clock: it still believes what has long expired.
        Assert.IsType<TerminalAuthenticationOutcome.Authenticated>(await Authenticate(card, old));
        Assert.Equal(Country.Today.AddDays(-9), card.Eac.Date);

        var now = await country.MakeTerminal(EidRights.ReadDg21);
        Assert.IsType<TerminalAuthenticationOutcome.Authenticated>(await Authenticate(card, now));
        Assert.Equal(Country.Today, card.Eac.Date);
        Assert.Equal(
            RefusedTerminal(TerminalAuthenticationRefusal.CertificateExpired, old.Certificate.Holder),
            await Authenticate(card, old));
    }

    [Fact]
    public async Task A_terminal_under_a_foreign_verifier_does_not_move_the_date()
    {
        using var country = await Country.Create(verifierRole: CvRole.DocumentVerifierForeign);
        var card = country.MakeCard();
        Assert.IsType<TerminalAuthenticationOutcome.Authenticated>(
            await Authenticate(card, await country.MakeTerminal(EidRights.ReadDg21)));
        Assert.Equal(country.Verifier.Certificate.EffectiveFrom, card.Eac.Date);
    }

    [Fact]
    public async Task A_link_certificate_gives_the_card_a_new_root_and_keeps_the_old_one()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using var nextKey = CvKey.Create(DomainParameters.BrainpoolP256r1);
        var next = await CvCertificateAuthority.CreateRoot(
            CvReference.Parse("UTCVCA00002"), nextKey, EidRights.All, Country.Today, Country.Today.AddYears(6));
        var link = await country.Root.IssueLink(next.Certificate);
        using var verifierKey = CvKey.Create(DomainParameters.BrainpoolP256r1);
        var verifier = await next.Issue(
            CvReference.Parse("UTDV00002"), verifierKey, new Chat(CvRole.DocumentVerifierDomestic, EidRights.All),
            Country.Today, Country.Today.AddMonths(1));
        using var key = CvKey.Create(DomainParameters.BrainpoolP256r1);
        var certificate = await new CvCertificateAuthority(verifier, verifierKey).Issue(
            CvReference.Parse("UTTERM00002"), key, new Chat(CvRole.Terminal, EidRights.ReadDg21),
            Country.Today, Country.Today);
        var terminal = new Terminal([verifier, link], certificate, key);

        Assert.IsType<TerminalAuthenticationOutcome.Authenticated>(await Authenticate(card, terminal));
        Assert.Equal(2, card.Eac.Roots.Count);
        card.PowerOff();
        using var pin = PacePassword.Pin(Country.Pin);
        var pace = Assert.IsType<PaceOutcome.Established>(
            await Pace.Establish(card, pin, Terminal.Ask(EidRights.ReadDg21)));
        Assert.Equal(CvReference.Parse("UTCVCA00002"), pace.Channel.CurrentRoot);
        Assert.Equal(CvReference.Parse("UTCVCA00001"), pace.Channel.PreviousRoot);
        // Now without the link, and the old chain still works too.
        Assert.IsType<TerminalAuthenticationOutcome.Authenticated>(
            await Authenticate(card, terminal with { Chain = [verifier] }));
        Assert.IsType<TerminalAuthenticationOutcome.Authenticated>(
            await Authenticate(card, await country.MakeTerminal(EidRights.ReadDg21)));
    }

    [Fact]
    public async Task A_copied_chip_without_the_private_key_is_not_genuine()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using var other = CurveKey.Create(DomainParameters.BrainpoolP256r1.Curve);
        card.Eac.ChipAuthenticationKey = other.CopySecret();
        Assert.Equal(
            new ChipAuthenticationOutcome.Refused(ChipAuthenticationRefusal.NotGenuine),
            await AuthenticateChip(country, card, country.Trust));
    }

    [Fact]
    public async Task A_chip_of_another_country_is_not_trusted()
    {
        using var country = await Country.Create();
        using var foreign = await Country.Create();
        var card = country.MakeCard();
        Assert.Equal(
            new ChipAuthenticationOutcome.Refused(ChipAuthenticationRefusal.CardSecurityNotTrusted),
            await AuthenticateChip(country, card, foreign.Trust));
    }

    [Fact]
    public async Task An_EF_CardAccess_that_was_not_signed_is_noticed()
    {
        using var country = await Country.Create();
        var card = country.MakeCard(AesStrength.Aes256);
        // Someone offers the weaker cipher, unsigned, and the card goes along with it.
        var weak = country.MakeCard().Eac;
        card.Eac.CardAccess = weak.CardAccess;
        card.Eac.Strength = AesStrength.Aes128;
        Assert.Equal(
            new ChipAuthenticationOutcome.Refused(ChipAuthenticationRefusal.CardAccessDiffers),
            await AuthenticateChip(country, card, country.Trust));
    }

    [Fact]
    public async Task Rights_do_not_work_before_chip_authentication()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        var terminal = await country.MakeTerminal(EidRights.All);
        using var pin = PacePassword.Pin(Country.Pin);
        var stage = Assert.IsType<TerminalAuthenticationOutcome.Authenticated>(
            await Authenticate(card, pin, terminal)).Stage;
        Assert.True((await stage.Transmit(new CommandApdu(0, 0xA4, 0x04, 0x0C, EidGroup.Aid))).IsSuccess);
        Assert.Equal(
            StatusWord.SecurityStatusNotSatisfied,
            (await stage.Transmit(new CommandApdu(0, 0xB0, 0x93, 0, Ne: 256))).Status);
        Assert.Equal(
            StatusWord.SecurityStatusNotSatisfied,
            (await stage.Transmit(new CommandApdu(0, 0xD6, 0x93, 0, new byte[] { 1 }))).Status);
    }

    [Fact]
    public async Task A_plain_command_ends_the_session_and_all_rights()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using var pin = PacePassword.Pin(Country.Pin);
        using var open = await (await country.MakeTerminal(EidRights.All)).Open(card, pin, country.Trust);
        Assert.True((await EidReader.ReadGroup(open, 21)).IsGiven);
        Assert.Equal(
            StatusWord.SecurityStatusNotSatisfied,
            (await card.Transmit(new CommandApdu(0, 0xB0, 0x95, 0, Ne: 256))).Status);
        var gone = await Assert.ThrowsAsync<CardChannelException>(() => EidReader.ReadGroup(open, 21).AsTask());
        Assert.Equal(CardChannelFault.SecureMessagingBroken, gone.Fault);
    }

    [Fact]
    public async Task EF_CardSecurity_recognises_the_card_and_is_for_authenticated_terminals_only()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        var read = new CommandApdu(0, 0xB0, 0x9D, 0, Ne: 256);
        Assert.Equal(StatusWord.SecurityStatusNotSatisfied, (await card.Transmit(read)).Status);
        var pace = Assert.IsType<PaceOutcome.Established>(await Try(card, PacePassword.Can(Country.Can)));
        Assert.Equal(StatusWord.SecurityStatusNotSatisfied, (await pace.Channel.Transmit(read)).Status);
    }

    private static PaceOutcome.Refused RefusedPace(PaceRefusal reason, int? triesLeft) => new(reason, triesLeft);

    private static TerminalAuthenticationOutcome.Refused RefusedTerminal(
        TerminalAuthenticationRefusal reason, CvReference? certificate = null) => new(reason, certificate);

    private static async ValueTask<PaceOutcome> Try(ICardChannel card, PacePassword password)
    {
        using (password) return await Pace.Establish(card, password);
    }

    private static async ValueTask<TerminalAuthenticationOutcome> Authenticate(LooseCard card, Terminal terminal)
    {
        using var pin = PacePassword.Pin(Country.Pin);
        card.PowerOff();
        return await Authenticate(card, pin, terminal);
    }

    private static async ValueTask<TerminalAuthenticationOutcome> Authenticate(
        LooseCard card, PacePassword password, Terminal terminal)
    {
        var pace = Assert.IsType<PaceOutcome.Established>(
            await Pace.Establish(card, password, Terminal.Ask(EidRights.All)));
        return await TerminalAuthentication.Run(pace.Channel, terminal.Chain, terminal.Certificate, terminal.Key);
    }

    private static async ValueTask<ChipAuthenticationOutcome> AuthenticateChip(
        Country country, LooseCard card, CardSecurityTrust trust)
    {
        var stage = Assert.IsType<TerminalAuthenticationOutcome.Authenticated>(
            await Authenticate(card, await country.MakeTerminal(EidRights.ReadDg21))).Stage;
        return await ChipAuthentication.Run(stage, trust);
    }

    private static async ValueTask SelectMasterFile(ICardChannel card) =>
        Assert.True((await card.Transmit(new CommandApdu(0, 0xA4, 0x00, 0x0C, new byte[] { 0x3F, 0x00 }))).IsSuccess);
}
