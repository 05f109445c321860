using Musubi.Chip;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.Readers.InProcess;
using Musubi.Chip.VirtualCards;

namespace Musubi.Tests.Chip.VirtualCards;

/// <summary>A session on an eID card that ends after any of its commands leaves no right behind, and of what it
/// wrote all or nothing.</summary>
public sealed class CutEidSessionTests : IDisposable
{
    /// <summary>No act here has more commands.</summary>
    private const int MaximumCommands = 100;

    private const string Eid = "00a4040c09 e80704007f00070302";
    private const string MasterFile = "00a4000c02 3f00";
    private readonly DemoCards cards = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => cards.Dispose();

    public static TheoryData<string> Writes => [.. EidWrites.All.Keys];

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task It_forgets_every_right_wherever_it_is_cut(string write)
    {
        await CutEverywhere(EidWrites.All[write], HasNoRights);
    }

    [Fact]
    public async Task Groups_of_one_act_are_all_old_or_all_new_wherever_it_is_cut()
    {
        var write = EidWrites.All["groups 17 to 21 together"];
        var old = Groups((await EidWrites.Card(write)).Eid!);
        var states = new List<bool>();
        await CutEverywhere(write, card =>
        {
            var now = Groups(card.File.Eid!);
            var isNew = now.Zip(old).All(pair => pair.First != pair.Second);
            Assert.True(isNew || now.SequenceEqual(old), string.Join(", ", now));
            states.Add(isNew);
        });
        // Old until the one command that makes them new; that command's answer lost, the card has them all the same.
        Assert.Equal([false, true], states.Distinct());
        Assert.Equal(states.Order(), states);
    }

    [Fact]
    public async Task A_session_taken_over_by_plain_commands_has_nothing_to_give()
    {
        using var card = Fresh((await EidWrites.Card(EidWrites.All["the first reading"])).ToBytes());
        using var open = await EidWrites.OpenAsTerminal(DemoCards.Channel(card));
        Assert.True((await EidReader.ReadGroup(open, 19, Cancel)).IsGiven);
        HasNoRights(card);
        await Assert.ThrowsAsync<CardChannelException>(() => EidReader.ReadGroup(open, 19, Cancel).AsTask());
    }

    /// <summary>Every file, group and command that needs somebody's proof, without any.</summary>
    private static void HasNoRights(VirtualCard card)
    {
        for (var group = EidGroup.First; group <= EidGroup.Last; group++)
            CutSessionTests.Refuses(card, Eid, "6982", $"00b0{0x80 | group:x2}0000", $"00b100{group:x2}0354010000");
        for (var group = EidGroup.FirstWritable; group <= EidGroup.Last; group++)
            CutSessionTests.Refuses(card, Eid, "6982", $"00d6{0x80 | group:x2}0004{0x60 | group:x2}020c00");
        CutSessionTests.Refuses(card, Eid, "6982", "00040000", "8020800003 060100");
        CutSessionTests.Refuses(card, Eid, "6985", "00440000");
        // The readings, the keys of the chip, the PIN, terminal and chip authentication.
        CutSessionTests.Refuses(card, MasterFile, "6982", "00b0970000", "00b09b0000", "00b09d0000",
            "00b1001d0354010000", "002c020306 313233343536", "002c0303", "00441003", "00041003", "002281b603 830141",
            "0084000008", "002241a40c 800a04007f00070202030202", "0082000002 0000");
        // Messages of a channel that is gone.
        CutSessionTests.Refuses(card, MasterFile, "6882", "0cb09700 0d 970100 8e080000000000000000 00");
    }

    private static string[] Groups(EidState eid) =>
        [.. Enumerable.Range(17, 5).Select(group => Convert.ToHexString(eid.Groups[group]))];

    /// <summary>Each time a fresh card, and one command further, until the act is whole.</summary>
    private async Task CutEverywhere(EidWrite write, Action<VirtualCard> tryCard)
    {
        var before = (await EidWrites.Card(write)).ToBytes();
        for (var commands = 0; commands < MaximumCommands; commands++)
        {
            using var card = Fresh(before);
            var reader = new InProcessReader("cut");
            reader.Insert(card);
            var channel = reader.Connect();
            reader.FailAfter(commands);
            var finished = await CutSessionTests.Ran(() => write.Act(channel));
            reader.Remove();
            if (commands % 2 == 0) card.Reset();
            else card.PowerOn();
            tryCard(card);
            if (finished) return;
        }

        Assert.Fail("The act has more commands than expected.");
    }

    private VirtualCard Fresh(byte[] file)
    {
        File.WriteAllBytes(cards.PathOf("cut.card"), file);
        return VirtualCard.Open(cards.PathOf("cut.card"));
    }
}
