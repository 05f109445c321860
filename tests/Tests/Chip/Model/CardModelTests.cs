using CsCheck;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Fuzz;

namespace Musubi.Tests.Chip.Model;

/// <summary>Random steps, right ones and wrong ones, to a whole card and to a model of its rights in a few
/// lines.</summary>
public sealed class CardModelTests
{
    private const int Seconds = 8;
    private static readonly FuzzCard Card = MakeCard();

    private static readonly Gen<EidRights?> Asked = Gen.OneOf<EidRights?>(
        EidRights.All, EidRights.All, EidRights.ReadDg19 | EidRights.CanAllowed, EidRights.ReadDg4, EidRights.None,
        null);

    private static readonly Gen<CardStep> Pace = Gen.Select(
        Gen.Frequency((4, Gen.Const(PacePasswordKind.Pin)), (3, Gen.Const(PacePasswordKind.Can)),
            (1, Gen.Const(PacePasswordKind.Puk)), (1, Gen.Const(PacePasswordKind.Mrz))),
        Gen.Int[0, 4], Asked, Gen.Bool,
        (kind, luck, asked, inside) => (CardStep)new CardStep.OpenPace(kind, luck > 0, asked, inside));

    private static readonly Gen<CardStep> Terminal = Gen.Frequency(
        (3, Gen.Const(TerminalKind.Full)), (3, Gen.Enum<TerminalKind>()))
        .Select(kind => (CardStep)new CardStep.ProveTerminal(kind));

    private static readonly Gen<CardStep> Disturbed = Gen.Select(
        Gen.Enum<Disturbance>(), Gen.Int[0, 20], (what, after) => (CardStep)new CardStep.Disturb(what, after));

    private static readonly Gen<CardStep> Command = Gen.Select(
        Gen.OneOf<byte>(0x00, 0x0C, 0x10, 0x80, 0x8C),
        Gen.OneOf<byte>(0x22, 0x2A, 0x2C, 0x44, 0x82, 0x84, 0x86, 0xA4, 0xB0, 0xD6),
        Gen.Byte.Array[2], Gen.Byte.Array[0, 30], Gen.Bool,
        (cla, ins, parameters, data, inside) =>
        {
            byte[] bytes = [cla, ins, .. parameters, .. data.Length == 0 ? [] : (byte[])[(byte)data.Length, .. data]];
            return inside ? (CardStep)new CardStep.Protected(bytes) : new CardStep.Raw(bytes);
        });

    private static readonly Gen<CardStep> Step = Gen.Frequency(
        (6, Pace), (6, Terminal), (6, Gen.Const((CardStep)new CardStep.ProveChip())),
        (8, Gen.Select(Gen.Int[1, 21], Gen.Bool, (group, isOdd) => (CardStep)new CardStep.Read(group, isOdd))),
        (3, Gen.Int[15, 21].Select(group => (CardStep)new CardStep.Write(group))),
        (2, Gen.Const((CardStep)new CardStep.Identify())), (2, Disturbed), (2, Command),
        (1, Gen.Const((CardStep)new CardStep.Replay())), (1, Gen.Const((CardStep)new CardStep.Power())));

    private static readonly CardStep[] RightWay =
    [
        new CardStep.OpenPace(PacePasswordKind.Pin, IsRight: true, EidRights.All, Inside: false),
        new CardStep.ProveTerminal(TerminalKind.Full), new CardStep.ProveChip(),
    ];

    [Fact]
    public void No_protected_byte_leaves_without_PACE_terminal_chip_and_right()
    {
        var read = 0;
        // Half of the runs begin on the right way, or few would come to where rights are.
        Gen.Select(Gen.Bool, Step.List[1, 12]).Sample(
            (isBegun, steps) =>
            {
                var run = CardRun.Play(Card, isBegun ? [.. RightWay, .. steps] : steps);
                read += run.GetAwaiter().GetResult();
            },
            time: Seconds, threads: 1);
        Assert.NotEqual(0, read);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task The_right_way_reads_every_group(bool isOdd)
    {
        var reads = Enumerable.Range(EidGroup.First, EidGroup.Last).Select(group => new CardStep.Read(group, isOdd));
        Assert.Equal(EidGroup.Last, await CardRun.Play(Card, [.. RightWay, .. reads]));
    }

    [Fact]
    public async Task A_card_that_gives_a_group_in_clear_is_found()
    {
        using var leaking = new FuzzCard();
        leaking.Chip.File.Eac!.Directory = [0x61, 0x0C, .. FuzzCard.GroupMark(19)];
        await Assert.ThrowsAsync<BrokenPromiseException>(
            () => CardRun.Play(leaking, [new CardStep.Raw(Wire.Hex("00b09e0000"))]));
    }

    [Fact]
    public async Task A_card_that_gives_one_group_for_the_right_to_another_is_found()
    {
        using var mixed = new FuzzCard();
        mixed.Chip.File.Eid!.Groups[4] = EidGroup.Wrap(4, EidGroup.Text("protected-19"));
        CardStep.OpenPace pace = new(PacePasswordKind.Pin, IsRight: true, EidRights.ReadDg4, Inside: false);
        await Assert.ThrowsAsync<BrokenPromiseException>(
            () => CardRun.Play(mixed, [pace, .. RightWay[1..], new CardStep.Read(4)]));
    }

    [Fact]
    public async Task Groups_are_written_and_pseudonyms_given_by_right_only()
    {
        using var card = new FuzzCard();
        CardStep.OpenPace pace = new(PacePasswordKind.Pin, IsRight: true, EidRights.ReadDg4, Inside: false);
        var without = new List<CardStep> { pace, RightWay[1], RightWay[2], new CardStep.Write(19) };
        await CardRun.Play(card, without);
        Assert.DoesNotContain("anew", Content(), StringComparison.Ordinal);
        await CardRun.Play(card, [.. RightWay, new CardStep.Write(19), new CardStep.Identify()]);
        Assert.Contains("anew", Content(), StringComparison.Ordinal);
        Assert.Equal(CardUses.FirstPseudonym, card.Chip.File.Eac!.Readings.Rows[^1].Uses);

        string Content() => System.Text.Encoding.Latin1.GetString(card.Chip.File.Eid!.Groups[19]);
    }

    private static FuzzCard MakeCard()
    {
        var card = new FuzzCard();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => card.Dispose();
        return card;
    }
}
