using Musubi.Chip;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.RestrictedIdentification;

namespace Musubi.Tests.Chip.Eid;

/// <summary>The chip counts its readings: whatever left it has a row, and only the holder sees the rows.</summary>
public sealed class ReadingsTests
{
    private static readonly SectorKey Log = SectorKey.Create(Musubi.Chip.Crypto.DomainParameters.BrainpoolP256r1);

    [Fact]
    public async Task A_session_is_counted_once_with_everything_that_left_in_it()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        for (var session = 0; session < 2; session++)
        {
            using var open = await Open(country, card);
            Assert.Equal(session, card.Eac.Readings.Count);
            await UseEverything(open, _ => { });
            Assert.Equal(session + 1, card.Eac.Readings.Count);
        }

        var readings = (await ReadAsHolder(card)).Value;
        Assert.Equal(2, readings.Count);
        // Bit n − 1 for group n.
        const CardUses All = (CardUses)((1 << 18) | (1 << 20)) | CardUses.FirstPseudonym | CardUses.Validity;
        Assert.Equal([19, 21], CardUsesByGroup.Groups(All));
        Assert.Equal(
            [
                new ReadingRow(2, "UTTERM00001", Country.Today, All),
                new ReadingRow(1, "UTTERM00001", Country.Today, All),
            ],
            readings.Last);
    }

    [Fact]
    public async Task A_session_that_got_nothing_has_no_row()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        card.Groups.Groups.Remove(21);
        using (var open = await Open(country, card, EidRights.ReadDg21))
        {
            Assert.Equal(CardRefusal.NotPermitted, (await EidReader.ReadGroup(open, 19)).Refusal);
            Assert.Equal(CardRefusal.NoSuchFile, (await EidReader.ReadGroup(open, 21)).Refusal);
        }

        Assert.Equal(0, (await ReadAsHolder(card)).Value.Count);
    }

    [Fact]
    public async Task The_ring_keeps_thirty_two_rows_and_the_counter_goes_on()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        for (var number = 1; number <= 32; number++)
        {
            card.Eac.Readings.Rows.Add(new ReadingRow(number, "UTTERM00009", Country.Today, (CardUses)1));
            card.Eac.Readings.Count = number;
        }

        using (var open = await Open(country, card)) await EidReader.ReadGroup(open, 21);
        var readings = (await ReadAsHolder(card)).Value;
        Assert.Equal((33, 32), (readings.Count, readings.Last.Length));
        Assert.Equal((33, 2), (readings.Last[0].Number, readings.Last[^1].Number));
    }

    [Theory]
    [InlineData(PacePasswordKind.Can)]
    [InlineData(PacePasswordKind.Mrz)]
    [InlineData(PacePasswordKind.Puk)]
    public async Task Only_the_PIN_opens_the_rows(PacePasswordKind kind)
    {
        using var country = await Country.Create();
        using var password = Country.Password(kind);
        var pace = Assert.IsType<PaceOutcome.Established>(await Pace.Establish(country.MakeCard(), password));
        Assert.Equal(CardRefusal.NotPermitted, (await CardReadings.Read(pace.Channel)).Refusal);
    }

    [Fact]
    public async Task A_terminal_that_asked_for_rights_does_not_see_the_others()
    {
        using var country = await Country.Create();
        using var pin = PacePassword.Pin(Country.Pin);
        var pace = Assert.IsType<PaceOutcome.Established>(
            await Pace.Establish(country.MakeCard(), pin, Terminal.Ask(EidRights.All)));
        Assert.Equal(CardRefusal.NotPermitted, (await CardReadings.Read(pace.Channel)).Refusal);
    }

    [Fact]
    public async Task A_card_pulled_at_any_answer_has_on_disk_whatever_left_it()
    {
        using var country = await Country.Create();
        var isWhole = false;
        for (var pulledAt = 0; !isWhole; pulledAt++)
        {
            var card = country.MakeCard();
            var onDisk = CardUses.None;
            var count = 0;
            using var open = await Open(country, card);
            card.OnPersist = () => (count, onDisk) = (card.Eac.Readings.Count, card.Eac.Readings.Rows[^1].Uses);
            var answers = 0;
            card.OnAnswer = answer => answers++ < pulledAt
                ? answer
                : throw new CardChannelException(CardChannelFault.CardRemoved);
            var left = CardUses.None;
            try
            {
                await UseEverything(open, use => left |= use);
                isWhole = true;
            }
            catch (CardChannelException gone)
            {
                Assert.Equal(CardChannelFault.CardRemoved, gone.Fault);
            }

            Assert.Equal(left, left & onDisk);
            Assert.Equal(onDisk == CardUses.None ? 0 : 1, count);
        }
    }

    private static async Task UseEverything(
        Musubi.Chip.ChipAuthentication.ChipAuthenticated open, Action<CardUses> left)
    {
        var pseudonym = await RestrictedIdentification.Run(open, Log, SectorPlace.First, PseudonymKey.ForAll);
        Assert.True(pseudonym.IsGiven);
        left(CardUses.FirstPseudonym);
        foreach (var group in new[] { 19, 21 })
        {
            Assert.True((await EidReader.ReadGroup(open, group)).IsGiven);
            left(CardUsesByGroup.Reading(group));
        }

        Assert.True((await AuxiliaryVerification.Ask(open, AuxiliaryQuestion.Validity)).Value);
        left(CardUses.Validity);
    }

    private static async Task<CardResult<CountedReadings>> ReadAsHolder(LooseCard card)
    {
        card.PowerOff();
        using var pin = PacePassword.Pin(Country.Pin);
        var pace = Assert.IsType<PaceOutcome.Established>(await Pace.Establish(card, pin));
        return await CardReadings.Read(pace.Channel);
    }

    private static async Task<Musubi.Chip.ChipAuthentication.ChipAuthenticated> Open(
        Country country, LooseCard card, EidRights rights = EidRights.All)
    {
        card.PowerOff();
        card.Groups.Groups[3] = EidGroup.Wrap(3, EidGroup.Text("2035-02-17"));
        var sector = new TerminalSector(Log.Hash(CvSignatureAlgorithm.EcdsaSha256));
        var terminal = await country.MakeTerminal(rights, sector: sector);
        using var pin = PacePassword.Pin(Country.Pin);
        return await terminal.Open(
            card, pin, country.Trust, auxiliary: new AuxiliaryData { ValidOn = Country.Today });
    }
}
