using System.Globalization;
using System.Text;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Writing;

namespace Musubi.CrashHost;

/// <summary>A log under load in a process of its own, for a test to kill. It says on standard output what it answered,
/// which checkpoints were published, and which place it stands at; it never ends by itself.</summary>
public static class LogLoad
{
    private const int Appenders = 24;

    public static readonly LogOrigin Origin = new("log.example/crash");

    public static NoteSigner Signer() =>
        NoteSigner.FromSeed(new KeyName(Origin.Value), NoteAlgorithm.Ed25519, new byte[32]);

    public static AppendKey Key(string entry) => AppendKey.Of(Encoding.UTF8.GetBytes(entry));

    /// <param name="run">Number of this run: its entries are named after it.</param>
    /// <param name="target">The place to stand still at.</param>
    /// <param name="nth">At which time of coming there.</param>
    public static async Task Run(string folder, int run, LogStep target, int nth)
    {
        var met = 0;
        var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        using var signer = Signer();
        var settings = new LogWriterSettings
        {
            RoundEvery = TimeSpan.Zero,
            Reached = step =>
            {
                if (step != target || Interlocked.Increment(ref met) != nth) return;
                output.WriteLine($"reached {step}");
                using var never = new ManualResetEventSlim();
                never.Wait();
            },
        };
        var log = await LogWriter.Open(folder, Origin, [signer], settings);
        await Task.WhenAll(Enumerable.Range(0, Appenders).Select(appender => Task.Run(async () =>
        {
            for (var i = 0; ; i++)
            {
                var entry = string.Create(CultureInfo.InvariantCulture, $"{run}-{appender}-{i}");
                var place = await log.Append(Key(entry), Encoding.UTF8.GetBytes(entry));
                await output.WriteLineAsync($"taken {entry} {place.Index}");
                var published = await log.Integrated(place.Index);
                await output.WriteLineAsync($"published {published.Size} {published.Checkpoint.Root}");
            }
        })));
    }

    /// <summary>A log on a volume of a few megabytes: taken while there is room, refused when there is none, and going
    /// on when there is some again, with nothing lost.</summary>
    public static async Task OnFullVolume(string folder)
    {
        using var signer = Signer();
        var settings = new LogWriterSettings { RoundEvery = TimeSpan.Zero, RetryAfter = TimeSpan.FromMilliseconds(5) };
        await using var log = await LogWriter.Open(Path.Combine(folder, "log"), Origin, [signer], settings);
        var taken = new Dictionary<string, long>(StringComparer.Ordinal);
        var last = await Append("with room", 4);
        await log.Integrated(last);
        var filler = Path.Combine(folder, "filler");
        FullVolume.Fill(filler);
        await Append("full", 4);
        File.Delete(filler);
        last = await Append("with room again", 4);
        await log.Integrated(last);
        foreach (var (entry, index) in taken)
            if (await log.Append(Key(entry), Large(entry)) != new LogPlace(index, WasThere: true))
                Console.WriteLine($"{entry} is lost.");

        async Task<long> Append(string when, int count)
        {
            var said = new SortedSet<string>(StringComparer.Ordinal);
            var end = -1L;
            for (var i = 0; i < count; i++)
            {
                var entry = string.Create(CultureInfo.InvariantCulture, $"{when} {i}");
                try
                {
                    taken[entry] = end = (await log.Append(Key(entry), Large(entry))).Index;
                    said.Add("taken");
                }
                catch (LogWriterException refused)
                {
                    said.Add(refused.Fault.ToString());
                }
            }
            Console.WriteLine($"{when}: {string.Join(" and ", said)}");
            return end;
        }
    }

    // Larger than a page, so that the last byte of room is not enough.
    private static byte[] Large(string entry) => Encoding.UTF8.GetBytes(entry.PadRight(20_000));
}
