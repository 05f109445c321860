using Musubi.Chip;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Emrtd;
using Musubi.Chip.Applications.Face;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Applications.Text;
using Musubi.Chip.Pace;
using Musubi.Chip.Readers.InProcess;
using Musubi.Chip.VirtualCards;

namespace Musubi.Tests.Chip.VirtualCards;

/// <summary>
/// A session that ends after any of its commands leaves no right behind: every flow of every application, cut at every
/// command, by reset and by taking the card off the reader; then each protected file, key and command is tried.
/// </summary>
public sealed class CutSessionTests : IDisposable
{
    /// <summary>No flow here has more commands.</summary>
    private const int MaximumCommands = 200;

    private const string Jpki = "00a4040c0a d392f000260100000001";
    private const string Text = "00a4040c0a d3921000310001010408";
    private const string Face = "00a4040c0a d3921000310001010402";
    private const string Emrtd = "00a4040c07 a0000002471001";
    private readonly DemoCards cards = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => cards.Dispose();

    public static TheoryData<string> NumberFlows => [.. NumberCardFlows.Keys];

    [Theory]
    [MemberData(nameof(NumberFlows))]
    public async Task A_My_Number_card_forgets_everything_wherever_the_session_ends(string flow)
    {
        var card = cards.CopyMyNumber();
        var before = card.File.ToBytes();
        await CutEverywhere(card, NumberCardFlows[flow], () =>
        {
            Refuses(card, Jpki, "6982", "00b0810000", Sign(0x97), Sign(0x9A), "0024019804 31313131");
            Refuses(card, Text, "6982", "00b0810000", "00b0820000", "00b0830000", "00b0860000", "00b0870000",
                "0024019104 31313131", "80ae000000");
            Refuses(card, Text, "69fc", "08b0810005 9603000000 00");
            Refuses(card, Face, "6982", "00b0810000", "00b0820000", "00b0850000");
            Refuses(card, Text, "6985", "80da0002 10 00000000000000000000000000000000 00");
        });
        Assert.Equal(before, card.File.ToBytes());
    }

    [Fact]
    public async Task A_residence_card_forgets_number_and_session_wherever_it_is_cut()
    {
        var card = cards.MakeResidence();
        var before = card.File.ToBytes();
        await CutEverywhere(
            card,
            async channel =>
            {
                var read = await ResidenceCardReader.Read(
                    channel, DemoCards.ResidenceNumber, DemoCards.Trust, cancel: Cancel);
                Assert.IsType<ResidenceReadOutcome.Complete>(read);
            },
            () =>
            {
                const string Df = "00a4040c10 d392f0004f{0}00000000000000000000";
                Refuses(card, Df.Replace("{0}", "02", StringComparison.Ordinal), "6982", "00b0810000", "00b0830000",
                    "00b0840000", "00b0860000", "08b08400000004 96020000 0000",
                    "0820008613 861101" + new string('0', 32));
                Refuses(card, Df.Replace("{0}", "03", StringComparison.Ordinal), "6982", "00b0810000", "00b0820000",
                    "00b0830000");
                Refuses(card, Df.Replace("{0}", "04", StringComparison.Ordinal), "6982", "00b0820000");
                Assert.Equal("6985", card.Send("0082000028" + new string('0', 80) + "00"));
            });
        Assert.Equal(before, card.File.ToBytes());
    }

    [Fact]
    public async Task A_specified_card_forgets_number_and_session_wherever_it_is_cut()
    {
        var card = cards.CopySpecified();
        var before = card.File.ToBytes();
        await CutEverywhere(
            card,
            async channel =>
            {
                var read = await ResidenceCardReader.Read(
                    channel, DemoCards.ResidenceNumber, DemoCards.Trust, cancel: Cancel);
                Assert.IsType<ResidenceReadOutcome.Complete>(read);
            },
            () =>
            {
                const string Ap = "00a4040c10 d392f0004f0100000000000000000000";
                Refuses(card, Ap, "69fc", "0cb081000d 9701008e080000000000000000 00");
                foreach (var folder in (string[])["02", "03", "04"])
                {
                    Assert.Equal("9000", card.Send(Ap));
                    Assert.Equal("9000", card.Send($"00a4040c10 d392f0004f{folder}00000000000000000000"));
                    foreach (var file in (string[])["81", "82", "83", "84", "86"])
                        Assert.Contains(card.Send($"00b0{file}0000"), (string[])["6982", "6a82"]);
                }
                Refuses(card, Ap, "6985", "80da000010 00000000000000000000000000000000 00");
            });
        Assert.Equal(before, card.File.ToBytes());
    }

    [Fact]
    public async Task A_travel_document_closes_wherever_the_session_ends()
    {
        var card = MergedCards.Copy(cards);
        await CutEverywhere(
            card,
            async channel =>
            {
                using var can = PacePassword.Can(MergedCards.Can);
                var pace = Assert.IsType<PaceOutcome.Established>(await Pace.Establish(channel, can, null, Cancel));
                using var secure = pace.Channel;
                var proof = await EmrtdProof.ByAgreement(
                    secure, [DemoCards.Keys.CountrySigner], DemoCards.Clock.GetUtcNow(), Cancel);
                Assert.True(proof.Value.Proof.IsProved);
            },
            () =>
            {
                foreach (var file in (string[])["9e", "81", "82", "8e", "8f", "9d"])
                    Refuses(card, Emrtd, "6982", $"00b0{file}0000");
                Refuses(card, Emrtd, "6982", "0088000008 0000000000000000 00", "002241a40c800a04007f00070202030202");
                Refuses(card, Emrtd, "6985", "0086000002 7c00 00");
            });
    }

    [Fact]
    public async Task A_wrong_PIN_is_counted_once_wherever_the_session_ends()
    {
        for (var commands = 0; commands <= 3; commands++)
        {
            var card = cards.CopyMyNumber($"counted{commands}.card");
            var reader = new InProcessReader("cut");
            reader.Insert(card);
            var channel = reader.Connect();
            reader.FailAfter(commands);
            var finished = await Ran(() => JpkiCard.VerifyAuthenticationPin(channel, "0000", Cancel).AsTask());
            // SELECT of the application, SELECT of the reference, VERIFY: the third counts, answered or not.
            Assert.Equal(commands > 2, finished);
            card.Dispose();
            var again = cards.Opened($"counted{commands}.card");
            again.Send(Jpki);
            Assert.Equal(commands >= 2 ? "63c2" : "63c3", again.Send("00200098"));
        }
    }

    private static Dictionary<string, Func<ICardChannel, Task>> NumberCardFlows { get; } = new(StringComparer.Ordinal)
    {
        ["authentication"] = async channel =>
        {
            var proof = await JpkiCard.ProveHolder(
                channel, DemoCards.AuthenticationPin, DemoCards.Keys.AuthenticationAuthority.Certificate,
                DemoCards.Clock, Cancel);
            Assert.True(proof.IsProved);
        },
        ["signature"] = async channel =>
        {
            Assert.True((await JpkiCard.ReadSigningCertificate(channel, DemoCards.SigningPin, Cancel)).IsGiven);
            Assert.True((await JpkiCard.SignDocument(channel, DemoCards.SigningPin, new byte[32], Cancel)).IsGiven);
        },
        ["text"] = async channel =>
        {
            var root = DemoCards.Keys.TextRoot;
            Assert.True((await TextApplication.ReadMyNumber(channel, DemoCards.TextPin, root, Cancel)).IsGenuine);
            Assert.True(
                (await TextApplication.ReadAttributesWithNumberB(channel, DemoCards.NumberB, root, Cancel)).IsGenuine);
        },
        ["text session"] = async channel =>
        {
            var (_, session) = await TextSession.Open(channel, DemoCards.TextPin, Cancel);
            using var open = session.Value;
            var number = await open.ConfirmMyNumber(DemoCards.MyNumber, DemoCards.Keys.TextRoot, Cancel);
            Assert.True(number.IsGenuine);
        },
        ["face"] = async channel =>
        {
            var root = DemoCards.Keys.TextRoot;
            Assert.True((await FaceApplication.ConfirmBirthDate(channel, "550217", root, Cancel)).IsGenuine);
            Assert.True((await FaceApplication.ReadFace(channel, DemoCards.NumberB, root, Cancel)).IsGenuine);
            Assert.True((await FaceApplication.ReadMyNumberImage(channel, DemoCards.MyNumber, root, Cancel)).IsGenuine);
        },
        ["counter"] = async channel =>
        {
            using var issuer = new Musubi.Chip.Applications.Issuer.IssuerChannel(
                channel, DemoCards.Keys.CardKey("another card"));
            Assert.False((await TextApplication.ResetPin(channel, issuer, "0000", Cancel)).IsGiven);
            Assert.False((await JpkiCounter.Remove(channel, issuer, JpkiKey.Signing, Cancel)).IsGiven);
        },
    };

    /// <summary>Runs a flow, each time one command further, until it is whole; the card is tried after each.</summary>
    private static async Task CutEverywhere(VirtualCard card, Func<ICardChannel, Task> flow, Action tryCard)
    {
        for (var commands = 0; commands < MaximumCommands; commands++)
        {
            var reader = new InProcessReader("cut");
            reader.Insert(card);
            var channel = reader.Connect();
            reader.FailAfter(commands);
            var finished = await Ran(() => flow(channel));
            reader.Remove();
            // Half of the cuts are a warm reset, the others a loss of power.
            if (commands % 2 == 0) card.Reset();
            else card.PowerOn();
            tryCard();
            if (finished) return;
        }

        Assert.Fail("The flow has more commands than expected.");
    }

    internal static async Task<bool> Ran(Func<Task> flow)
    {
        try
        {
            await flow();
            return true;
        }
        catch (CardChannelException gone) when (gone.Fault == CardChannelFault.CardRemoved)
        {
            return false;
        }
    }

    internal static void Refuses(VirtualCard card, string select, string expected, params string[] commands)
    {
        foreach (var command in commands)
        {
            Assert.Equal("9000", card.Send(select));
            Assert.Equal((command, expected), (command, card.Send(command)));
        }
    }

    private static string Sign(byte reference) => $"802a02{reference:x2}20{new string('0', 64)}00";
}
