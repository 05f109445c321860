using Musubi.Chip;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.RestrictedIdentification;
using Musubi.Chip.TerminalAuthentication;
using Musubi.Chip.VirtualCards;
using Musubi.Tests.Chip.Eid;

namespace Musubi.Tests.Chip.VirtualCards;

/// <summary>Every way to change what an eID card keeps, on a card with nothing else: a few thousand bytes.</summary>
internal static class EidWrites
{
    private const string WrongPin = "111111";
    private static readonly Task<Country> Home = Country.Create().AsTask();
    private static readonly Task<Terminal> UnderNewRoot = MakeUnderNewRoot();
    private static readonly SectorKey Sector = SectorKey.Create(Musubi.Chip.Crypto.DomainParameters.BrainpoolP256r1);

    /// <summary>What is done, and how the card stood before.</summary>
    public static Dictionary<string, EidWrite> All { get; } = new(StringComparer.Ordinal)
    {
        ["a wrong PIN"] = new(1, channel => Open(channel, PacePassword.Pin(WrongPin))),
        ["the second wrong PIN, which suspends"] = new(
            1, channel => Open(channel, PacePassword.Pin(WrongPin)), card => card.PinTriesLeft = 2),
        ["the right PIN"] = new(2, channel => Open(channel, PacePassword.Pin(Country.Pin))),
        ["a suspended PIN resumed with the CAN"] = new(2, Resume(Country.Pin), card => card.PinTriesLeft = 1),
        ["the last wrong PIN, which blocks"] = new(1, Resume(WrongPin), card => card.PinTriesLeft = 1),
        ["unblocking with the PUK"] = new(
            1,
            async channel => await PinManagement.Unblock(await Channel(channel, PacePassword.Puk(Country.Puk))),
            card => card.PinTriesLeft = 0),
        ["a PIN changed by its holder"] = new(
            3,
            async channel => await PinManagement.Change(
                await Channel(channel, PacePassword.Pin(Country.Pin)), "654321")),
        ["a PIN changed by a terminal"] = Terminal(async open => await PinManagement.Change(open, "654321")),
        ["a PIN unblocked by a terminal"] = Terminal(
            async open => await PinManagement.Unblock(open), card => card.PinTriesLeft = 0),
        ["a PIN switched off"] = Terminal(async open => await PinManagement.Switch(open, isActive: false)),
        ["a PIN switched on"] = Terminal(
            async open => await PinManagement.Switch(open, isActive: true), card => card.PinIsActive = false),
        ["the dates of two certificates"] = new(
            2, channel => Prove(channel), card => card.Date = Country.Today.AddYears(-1)),
        ["a new root and the date"] = new(1, async channel => await Prove(channel, await UnderNewRoot)),
        ["the first reading"] = Terminal(async open => await EidReader.ReadGroup(open, 19)),
        ["the reading of another group"] = Terminal(
            async open =>
            {
                await EidReader.ReadGroup(open, 19);
                await EidReader.ReadGroup(open, 21);
            },
            writes: 2),
        ["a reading that drops the oldest row"] = Terminal(
            async open => await EidReader.ReadGroup(open, 19),
            card =>
            {
                card.Readings.Count = 40;
                card.Readings.Rows = [.. Enumerable.Range(9, ReadingRing.MaximumRows).Select(
                    number => new ReadingRow(number, "UTTERM00009", Country.Today, (CardUses)1))];
            }),
        ["a comparison"] = Terminal(async open => await AuxiliaryVerification.Ask(open, AuxiliaryQuestion.Validity)),
        ["a pseudonym"] = Terminal(
            async open => await RestrictedIdentification.Run(open, Sector, SectorPlace.First, PseudonymKey.ForAll)),
        ["groups 17 to 21 together"] = Terminal(async open => await EidWriter.WriteGroups(
            open, [.. Enumerable.Range(17, 5).Select(group => (group, EidGroup.Text($"group {group} after")))])),
        ["one group by the standard"] = Terminal(async open =>
        {
            await open.SelectEid(default);
            await open.Transmit(new CommandApdu(0, 0xD6, 0x93, 0, EidGroup.Wrap(19, EidGroup.Text("after"))));
        }),
    };

    /// <summary>A new card with this write's state before it.</summary>
    public static async Task<CardFile> Card(EidWrite write)
    {
        var loose = (await Home).MakeCard();
        loose.Groups.Groups[3] = EidGroup.Wrap(3, EidGroup.Text("2035-02-17"));
        write.Before(loose.Eac);
        return new CardFile
        {
            Profile = CardProfile.Merged,
            Serial = "SMALL",
            IssuerKey = new byte[16],
            Eac = loose.Eac,
            Eid = loose.Groups,
            Emrtd = new(),
            Jpki = new(),
            Text = new(),
        };
    }

    /// <summary>By a terminal with every right, which came in with the CAN: that writes nothing itself.</summary>
    public static async Task<ChipAuthenticated> OpenAsTerminal(ICardChannel channel)
    {
        var country = await Home;
        var sector = new TerminalSector(Sector.Hash(CvSignatureAlgorithm.EcdsaSha256));
        var terminal = await country.MakeTerminal(EidRights.All, sector: sector);
        using var can = PacePassword.Can(Country.Can);
        return await terminal.Open(
            channel, can, country.Trust, auxiliary: new AuxiliaryData { ValidOn = Country.Today });
    }

    private static async Task<Terminal> MakeUnderNewRoot()
    {
        var country = await Home;
        // Its keys are needed as long as the tests run.
        var years = new RootsOfYears(country);
        var second = await years.Next(country.Root, "UTCVCA00002", Country.Today);
        var terminal = await years.TerminalUnder(second.Root, Country.Today);
        return terminal with { Chain = [.. terminal.Chain, second.Link] };
    }

    private static EidWrite Terminal(
        Func<ChipAuthenticated, Task> act, Action<EacState>? before = null, int writes = 1) => new(
        writes,
        async channel =>
        {
            using var open = await OpenAsTerminal(channel);
            await act(open);
        },
        card =>
        {
            // The certificates move no date then.
            card.Date = Country.Today.AddDays(1);
            before?.Invoke(card);
        });

    private static Func<ICardChannel, Task> Resume(string pin) => async channel =>
        await Open(await Channel(channel, PacePassword.Can(Country.Can)), PacePassword.Pin(pin));

    private static async Task Prove(ICardChannel channel, Terminal? terminal = null)
    {
        var proving = terminal ?? await (await Home).MakeTerminal(EidRights.All);
        using var can = PacePassword.Can(Country.Can);
        var pace = Assert.IsType<PaceOutcome.Established>(
            await Pace.Establish(channel, can, Musubi.Cards.Terminal.Ask(EidRights.All)));
        await TerminalAuthentication.Run(pace.Channel, proving.Chain, proving.Certificate, proving.Key);
    }

    private static async Task<PaceChannel> Channel(ICardChannel channel, PacePassword password) =>
        Assert.IsType<PaceOutcome.Established>(await Open(channel, password)).Channel;

    private static async Task<PaceOutcome> Open(ICardChannel channel, PacePassword password)
    {
        using (password) return await Pace.Establish(channel, password);
    }
}

/// <summary>One way to change a card.</summary>
/// <param name="Writes">How often the card writes its memory on the way.</param>
/// <param name="Act">Does it.</param>
/// <param name="Prepare">How the card stood before.</param>
internal sealed record EidWrite(int Writes, Func<ICardChannel, Task> Act, Action<EacState>? Prepare = null)
{
    public void Before(EacState card) => Prepare?.Invoke(card);
}
