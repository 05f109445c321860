using Musubi.Chip;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.PassiveAuthentication;
using Musubi.Chip.SecureMessaging;
using Musubi.Chip.TerminalAuthentication;
using Musubi.Chip.Tlv;

namespace Musubi.Tests.Chip.Eid;

/// <summary>EF.ChipSecurity and its key are for terminals with the right "privileged terminal" (TR-03110-3
/// §A.1.2).</summary>
public sealed class ChipSecurityTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_privileged_terminal_reads_it_and_it_has_one_key_more_than_the_card_security()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using var stage = await Prove(country, card, EidRights.PrivilegedTerminal | EidRights.ReadDg4);
        var keys = Keys(country, await Read(stage, TransparentFile.ChipSecurity));
        Assert.Equal([1, 2], keys.Select(key => key.KeyId!.Value).Order());
        var general = Assert.Single(Keys(country, await Read(stage, TransparentFile.CardSecurity)));
        Assert.Equal(1, general.KeyId);
    }

    [Fact]
    public async Task Other_terminals_and_the_holder_get_6982()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        Assert.Equal(StatusWord.SecurityStatusNotSatisfied, (await card.Transmit(Short(0x1B), Cancel)).Status);
        using var stage = await Prove(country, card, EidRights.All & ~EidRights.PrivilegedTerminal);
        Assert.Equal(StatusWord.SecurityStatusNotSatisfied, (await stage.Transmit(Short(0x1B), Cancel)).Status);
        card.PowerOff();
        using var pin = PacePassword.Pin(Country.Pin);
        var pace = Assert.IsType<PaceOutcome.Established>(await Pace.Establish(card, pin, null, Cancel));
        Assert.Equal(StatusWord.SecurityStatusNotSatisfied, (await pace.Channel.Transmit(Short(0x1B), Cancel)).Status);
    }

    [Fact]
    public async Task The_chip_proves_the_key_that_only_privileged_terminals_know()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using var stage = await Prove(country, card, EidRights.All);
        var key = Keys(country, await Read(stage, TransparentFile.ChipSecurity)).Single(one => one.KeyId == 2);
        Assert.Equal(StatusWord.Success, (await stage.Transmit(SetKey(2), Cancel)).Status);
        var asked = TlvWriter.Encode(0x7C, w => w.Write(0x80, stage.Ephemeral.Public));
        var answer = await stage.Transmit(new CommandApdu(0, 0x86, 0, 0, asked, CommandApdu.ShortNe), Cancel);
        var level = BerTlv.Read(answer.Data).Children();
        Assert.True(stage.Ephemeral.TryAgree(key.Point.Span, out var shared));
        using var keys = PaceCryptography.DeriveKeys(
            CurveKey.X(shared), level.FindValue(0x81)!.Value.Span, AesStrength.Aes128);
        Assert.Equal(
            PaceCryptography.Token(keys, Protocol, stage.Ephemeral.Public), level.FindValue(0x82)!.Value.ToArray());
        // The rights come with either key.
        using var secure = new SecureChannel(stage.Pace.Inner, new SecureMessagingSession(keys));
        Assert.True((await secure.Transmit(new CommandApdu(0, 0xA4, 4, 0x0C, EidGroup.Aid), Cancel)).IsSuccess);
        Assert.True((await secure.Transmit(Short(0x04), Cancel)).IsSuccess);
    }

    [Fact]
    public async Task Nobody_else_names_that_key_and_cards_from_before_have_none()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using (var stage = await Prove(country, card, EidRights.All & ~EidRights.PrivilegedTerminal))
            Assert.Equal(StatusWord.ReferencedDataNotFound, (await stage.Transmit(SetKey(2), Cancel)).Status);

        (card.Eac.ChipSecurity, card.Eac.PrivilegedKey) = ([], []);
        using var privileged = await Prove(country, card, EidRights.All);
        Assert.Equal(StatusWord.FileNotFound, (await privileged.Transmit(Short(0x1B), Cancel)).Status);
        Assert.Equal(StatusWord.ReferencedDataNotFound, (await privileged.Transmit(SetKey(2), Cancel)).Status);
        Assert.Equal(StatusWord.Success, (await privileged.Transmit(SetKey(1), Cancel)).Status);
    }

    private static byte[] Protocol => AesStrength.Aes128.Oid(EacOids.ChipAuthenticationEcdh);

    private static CommandApdu SetKey(byte id) =>
        new(0, 0x22, 0x41, 0xA4, new TlvWriter().Write(0x80, Protocol).Write(0x84, [id]).ToArray());

    private static CommandApdu Short(byte id) => new(0, 0xB0, (byte)(0x80 | id), 0, Ne: CommandApdu.ShortNe);

    private static IEnumerable<ChipAuthenticationKey> Keys(Country country, ReadOnlyMemory<byte> file)
    {
        var signed = SignedContent.Verify(
            file, EacOids.SecurityObject, country.Trust.CountrySigners, country.Trust.On);
        Assert.Equal(SignedContentVerdict.Genuine, signed.Verdict);
        return SecurityInfos.Parse(signed.Content).Keys;
    }

    private static async Task<ReadOnlyMemory<byte>> Read(ICardChannel channel, byte shortId)
    {
        var (status, content) = await TransparentFile.Read(channel, shortId, Cancel);
        Assert.Equal(StatusWord.Success, status);
        return content!.Value;
    }

    private static async Task<TerminalAuthenticated> Prove(Country country, LooseCard card, EidRights rights)
    {
        var terminal = await country.MakeTerminal(rights);
        using var pin = PacePassword.Pin(Country.Pin);
        var pace = Assert.IsType<PaceOutcome.Established>(
            await Pace.Establish(card, pin, Terminal.Ask(EidRights.All), Cancel));
        return Assert.IsType<TerminalAuthenticationOutcome.Authenticated>(await TerminalAuthentication.Run(
            pace.Channel, terminal.Chain, terminal.Certificate, terminal.Key, cancel: Cancel)).Stage;
    }
}
