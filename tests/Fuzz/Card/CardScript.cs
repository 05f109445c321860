using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;

namespace Musubi.Fuzz;

/// <summary>Steps as bytes, so that a fuzzer can change them: every input is a script, longer ones are cut.</summary>
public static class CardScript
{
    /// <summary>A run of PACE takes milliseconds; what breaks in more steps breaks in these.</summary>
    public const int MaximumSteps = 24;

    private static readonly EidRights?[] Asked =
    [
        EidRights.All, EidRights.ReadDg19 | EidRights.CanAllowed, EidRights.ReadDg4, EidRights.None, null,
    ];

    public static IReadOnlyList<CardStep> Decode(ReadOnlyMemory<byte> script)
    {
        var steps = new List<CardStep>();
        while (!script.IsEmpty && steps.Count < MaximumSteps) steps.Add(Next(ref script));
        return steps;
    }

    private static CardStep Next(ref ReadOnlyMemory<byte> script) => (Byte(ref script) % 9) switch
    {
        0 => new CardStep.Raw(Bytes(ref script)),
        1 => new CardStep.Protected(Bytes(ref script)),
        2 => Pace(Byte(ref script)),
        3 => new CardStep.ProveTerminal((TerminalKind)(Byte(ref script) % 6)),
        4 => new CardStep.ProveChip(),
        5 => Group(Byte(ref script)),
        6 => new CardStep.Disturb((Disturbance)(Byte(ref script) % 5), Byte(ref script) % 32),
        7 => new CardStep.Replay(),
        _ => new CardStep.Power(),
    };

    private static CardStep Group(int choice) => (choice / 63) switch
    {
        2 => new CardStep.Read(1 + choice % 21, IsOdd: true),
        3 => new CardStep.Write(1 + choice % 21),
        4 => new CardStep.Identify(),
        _ => new CardStep.Read(1 + choice % 21),
    };

    private static CardStep.OpenPace Pace(int choice) => new(
        (PacePasswordKind)(1 + (choice & 3)), (choice & 4) == 0, Asked[(choice >> 4) % Asked.Length],
        (choice & 8) != 0);

    private static int Byte(ref ReadOnlyMemory<byte> script)
    {
        if (script.IsEmpty) return 0;
        var first = script.Span[0];
        script = script[1..];
        return first;
    }

    private static ReadOnlyMemory<byte> Bytes(ref ReadOnlyMemory<byte> script)
    {
        var length = Math.Min(Byte(ref script), script.Length);
        var bytes = script[..length];
        script = script[length..];
        return bytes;
    }
}
