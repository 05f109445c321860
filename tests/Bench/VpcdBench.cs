using System.Diagnostics;
using System.Globalization;
using Musubi.Cards;
using Musubi.Chip.Apdu;
using Musubi.Chip.Readers.Pcsc;

namespace Musubi.Bench;

/// <summary>One command's way from a program through PC/SC, pcscd and vpcd to a virtual card, and the answer's way
/// back.</summary>
/// <remarks>Time on the wall: most of it is three processes waiting for each other.</remarks>
public static class VpcdBench
{
    private const int WarmUps = 200;
    private const int Commands = 3000;

    /// <summary>Selects the master file: the card has next to nothing to do.</summary>
    private static readonly CommandApdu command = new(0x00, 0xA4, 0x00, 0x0C, (byte[])[0x3F, 0x00]);

    public static async Task Run(Figures figures)
    {
        await using var pcscd = new Pcscd();
        if ((Pcscd.Missing() ?? await pcscd.Start()) is { } reason)
        {
            Console.WriteLine($"  the round trip through vpcd is not measured: {reason}");
            return;
        }

        using var cards = new DemoCards();
        await using var plugged = await pcscd.Plug(cards.MakeResidence());
        var connected = await PcscReaders.Connect(Pcscd.ReaderName(0));
        if (connected.Refusal is { } refusal) throw new InvalidOperationException($"PC/SC: {refusal}.");
        using var channel = connected.Value;
        var times = await Measure(channel);
        var slow = times[Commands * 99 / 100].ToString("F2", CultureInfo.InvariantCulture);
        figures.Add("chip.vpcd_round_trip_ms", times[Commands / 2], "ms",
            $"SELECT through pcscd and vpcd, wall; median, p99 {slow}");
    }

    /// <returns>Milliseconds of every command, sorted.</returns>
    private static async Task<double[]> Measure(PcscCard channel)
    {
        var times = new double[Commands];
        for (var i = -WarmUps; i < Commands; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var answer = await channel.Transmit(command);
            var took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (!answer.IsSuccess) throw new InvalidOperationException($"SELECT: {answer.Status}.");
            if (i >= 0) times[i] = took;
        }
        Array.Sort(times);
        return times;
    }
}
