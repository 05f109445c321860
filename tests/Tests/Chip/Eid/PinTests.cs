using Musubi.Chip;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;

namespace Musubi.Tests.Chip.Eid;

/// <summary>The life of the PIN: docs/lifecycle/card.md, TR-03110-2 §2.2.3 and §2.4.</summary>
public sealed class PinTests
{
    private const string Query = "0022C1A412800A04007F0007020204020283010384010D";
    private const string Nonce = "10860000027C0000";

    [Theory]
    [InlineData(3, true, "9000", "9000", PinState.Operational)]
    [InlineData(2, true, "63C2", "9000", PinState.Operational)]
    [InlineData(1, true, "63C1", "6985", PinState.Suspended)]
    [InlineData(0, true, "63C0", "6983", PinState.Blocked)]
    [InlineData(3, false, "6283", "6984", PinState.Deactivated)]
    [InlineData(0, false, "6283", "6984", PinState.Deactivated)]
    public async Task MSE_Set_AT_warns_of_the_PINs_state_and_the_nonce_is_refused_with_its_own_status(
        int tries, bool isActive, string warning, string nonce, PinState state)
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        (card.Eac.PinTriesLeft, card.Eac.PinIsActive) = (tries, isActive);
        Assert.Equal(warning, card.Raw(Wire.Hex(Query)).Status.ToString());
        Assert.Equal(nonce, card.Raw(Wire.Hex(Nonce)).Status.ToString());
        Assert.Equal(state, (await Pace.ReadPinStatus(card)).State);
        Assert.Equal((tries, 0), (card.Eac.PinTriesLeft, card.Persisted));
    }

    [Fact]
    public async Task Resuming_lasts_no_longer_than_the_channel_of_the_CAN()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        card.Eac.PinTriesLeft = 1;
        var byCan = await Open(card, PacePassword.Can(Country.Can));
        byCan.Dispose();
        card.PowerOff();
        using var pin = PacePassword.Pin(Country.Pin);
        Assert.Equal(new PaceOutcome.Refused(PaceRefusal.Suspended, 1), await Pace.Establish(card, pin));
        Assert.Equal(1, card.Eac.PinTriesLeft);
    }

    [Theory]
    [InlineData(PacePasswordKind.Mrz)]
    [InlineData(PacePasswordKind.Puk)]
    public async Task Only_the_CAN_resumes_a_suspended_PIN(PacePasswordKind kind)
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        card.Eac.PinTriesLeft = 1;
        using var other = kind == PacePasswordKind.Mrz
            ? PacePassword.Mrz(Country.MrzInformation)
            : PacePassword.Puk(Country.Puk);
        using var channel = await Open(card, other);
        using var pin = PacePassword.Pin(Country.Pin);
        Assert.Equal(new PaceOutcome.Refused(PaceRefusal.Suspended, 1), await Pace.Establish(channel, pin));
    }

    [Fact]
    public async Task The_card_keeps_of_its_zone_the_hash_alone()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        // ICAO 9303-11 §4.4 prescribes SHA-1.
        var hash = System.Security.Cryptography.SHA1.HashData(
            System.Text.Encoding.ASCII.GetBytes(Country.MrzInformation));
        Assert.Equal(hash, card.Eac.MrzHash);
        using var channel = await Open(card, PacePassword.Mrz(Country.MrzInformation));
        Assert.Equal(PacePasswordKind.Mrz, channel.Password);
        Assert.Null(channel.CurrentRoot);
    }

    [Fact]
    public async Task The_holder_changes_the_PIN_and_the_old_one_is_over()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using (var channel = await Open(card, PacePassword.Pin(Country.Pin)))
        {
            Assert.Equal(PinManagementResult.NotSixDigits, await PinManagement.Change(channel, "12345"));
            Assert.Equal(PinManagementResult.Done, await PinManagement.Change(channel, "654321"));
        }

        using var old = PacePassword.Pin(Country.Pin);
        Assert.Equal(new PaceOutcome.Refused(PaceRefusal.WrongPassword, 2), await Pace.Establish(card, old));
        (await Open(card, PacePassword.Pin("654321"))).Dispose();
    }

    [Theory]
    [InlineData(PacePasswordKind.Can)]
    [InlineData(PacePasswordKind.Mrz)]
    [InlineData(PacePasswordKind.Puk)]
    public async Task No_other_password_changes_the_PIN(PacePasswordKind kind)
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using var channel = await Open(card, Country.Password(kind));
        Assert.Equal(PinManagementResult.NotPermitted, await PinManagement.Change(channel, "654321"));
        Assert.Equal("123456"u8.ToArray(), card.Eac.Pin);
    }

    [Fact]
    public async Task The_PUK_unblocks_ten_times_and_opens_the_card_after_that_too()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using var channel = await Open(card, PacePassword.Puk(Country.Puk));
        for (var left = 9; left >= 0; left--)
        {
            card.Eac.PinTriesLeft = 0;
            Assert.Equal(PinManagementResult.Done, await PinManagement.Unblock(channel));
            Assert.Equal((3, left), (card.Eac.PinTriesLeft, card.Eac.PukUsesLeft));
        }

        card.Eac.PinTriesLeft = 0;
        Assert.Equal(PinManagementResult.PukUsedUp, await PinManagement.Unblock(channel));
        Assert.Equal(0, card.Eac.PinTriesLeft);
        (await Open(card, PacePassword.Puk(Country.Puk))).Dispose();
    }

    [Theory]
    [InlineData(PacePasswordKind.Can)]
    [InlineData(PacePasswordKind.Mrz)]
    [InlineData(PacePasswordKind.Pin)]
    public async Task No_other_password_unblocks(PacePasswordKind kind)
    {
        using var country = await Country.Create();
        using var channel = await Open(country.MakeCard(), Country.Password(kind));
        Assert.Equal(PinManagementResult.NotPermitted, await PinManagement.Unblock(channel));
    }

    [Fact]
    public async Task A_terminal_with_PIN_management_switches_the_PIN_off_and_on_with_the_CAN()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        var counter = await country.MakeTerminal(EidRights.PinManagement | EidRights.CanAllowed);
        using var can = PacePassword.Can(Country.Can);
        using (var open = await counter.Open(card, can, country.Trust))
            Assert.Equal(PinManagementResult.Done, await PinManagement.Switch(open, isActive: false));
        using var pin = PacePassword.Pin(Country.Pin);
        Assert.Equal(new PaceOutcome.Refused(PaceRefusal.Deactivated, null), await Pace.Establish(card, pin));

        using (var open = await counter.Open(card, can, country.Trust))
        {
            card.Eac.PinTriesLeft = 0;
            Assert.Equal(PinManagementResult.Done, await PinManagement.Change(open, "777777"));
            Assert.Equal(PinManagementResult.Done, await PinManagement.Switch(open, isActive: true));
        }

        (await Open(card, PacePassword.Pin("777777"))).Dispose();
        Assert.Equal(EacState.PukUses, card.Eac.PukUsesLeft);
    }

    [Fact]
    public async Task Without_PIN_management_a_terminal_switches_nothing_and_unblocks_nothing()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        var terminal = await country.MakeTerminal(EidRights.All & ~EidRights.PinManagement);
        using var pin = PacePassword.Pin(Country.Pin);
        using var open = await terminal.Open(card, pin, country.Trust);
        Assert.Equal(PinManagementResult.NotPermitted, await PinManagement.Switch(open, isActive: false));
        Assert.Equal(PinManagementResult.NotPermitted, await PinManagement.Unblock(open));
        Assert.Equal(PinManagementResult.NotPermitted, await PinManagement.Change(open, "654321"));
        Assert.True(card.Eac.PinIsActive);
        using var alone = await Open(card, PacePassword.Pin(Country.Pin));
        var deactivate = await alone.Transmit(new CommandApdu(0, 0x04, 0x10, 0x03));
        Assert.Equal(StatusWord.SecurityStatusNotSatisfied, deactivate.Status);
    }

    private static async Task<PaceChannel> Open(ICardChannel card, PacePassword password)
    {
        using (password)
            return Assert.IsType<PaceOutcome.Established>(await Pace.Establish(card, password)).Channel;
    }
}
