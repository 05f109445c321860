using System.Diagnostics;
using System.Globalization;
using System.Text;
using Musubi.CrashHost;
using Musubi.Tests.Registers;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Writing;

namespace Musubi.Tests.TransparencyLog.Writing;

/// <summary>kill -9 at every named place, under load; each run goes on with what the killed one left.</summary>
public sealed class LogCrashTests
{
    private const int Seed = 20260614;
    private const int EndedBySigkill = 128 + 9;
    private static readonly TimeSpan ReachLimit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_log_killed_at_any_place_loses_nothing_and_forks_nothing()
    {
        var steps = Enum.GetValues<LogStep>();
        var kills = Math.Max(Thoroughness.Kills, steps.Length);
        var random = new Random(Seed);
        using var folder = new TemporaryFolder();
        var taken = new Dictionary<string, long>(StringComparer.Ordinal);
        var published = new SortedDictionary<long, string>();
        for (var kill = 0; kill < kills; kill++)
        {
            var step = steps[kill % steps.Length];
            // A start passes its places once; the others are met later too, in the middle of the load.
            var isStart = step is LogStep.Started or LogStep.JournalRewritten;
            await RunUntilKilled(folder.Path, kill, step, isStart ? 1 : random.Next(1, 12), taken, published);
        }
        Assert.NotEmpty(taken);
        Assert.NotEmpty(published);
        await Prove(folder.Path, taken, published);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{kills} kills: {taken.Count} entries answered, {published.Count} checkpoints"));
    }

    private static async Task Prove(
        string folder, Dictionary<string, long> taken, SortedDictionary<long, string> published)
    {
        using var signer = LogLoad.Signer();
        await using var log = await LogWriter.Open(folder, LogLoad.Origin, [signer]);
        foreach (var (entry, index) in taken)
            Assert.Equal(new LogPlace(index, WasThere: true),
                await log.Append(LogLoad.Key(entry), Encoding.UTF8.GetBytes(entry)));
        var now = (await log.Integrated(taken.Values.Max())).Checkpoint;
        foreach (var (entry, index) in taken)
            Assert.Equal(entry, Encoding.UTF8.GetString((await log.Reader.ReadEntry(index, now.Size)).Span));
        foreach (var (size, root) in published)
        {
            Assert.True(TreeHash.TryParse(root, out var old));
            var proof = await log.Reader.ProveConsistency(size, now.Size);
            Assert.Equal(ProofVerdict.Holds,
                ConsistencyProof.Verify(size, now.Size, old, now.Root, proof.AsSpan()));
        }
    }

    private static async Task RunUntilKilled(string folder, int run, LogStep step, int nth,
        Dictionary<string, long> taken, SortedDictionary<long, string> published)
    {
        using var host = new Process
        {
            StartInfo = new("dotnet",
                [
                    typeof(LogLoad).Assembly.Location, folder, "log", run.ToString(CultureInfo.InvariantCulture),
                    step.ToString(), nth.ToString(CultureInfo.InvariantCulture),
                ])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        host.Start();
        var errors = host.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(ReachLimit);
        var reached = false;
        try
        {
            // What stands in the pipe after the kill was said before it, and counts.
            while (await host.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                switch (line.Split(' '))
                {
                    case ["taken", var entry, var index]:
                        taken.Add(entry, long.Parse(index, CultureInfo.InvariantCulture));
                        break;
                    case ["published", var size, var root]:
                        var known = published.TryAdd(long.Parse(size, CultureInfo.InvariantCulture), root)
                            ? root : published[long.Parse(size, CultureInfo.InvariantCulture)];
                        Assert.Equal(known, root);
                        break;
                    case ["reached", _]:
                        reached = true;
                        host.Kill();
                        break;
                }
            }
        }
        finally
        {
            if (!host.HasExited) host.Kill();
        }
        await host.WaitForExitAsync(CancellationToken.None);
        Assert.True(reached, $"{step} was not reached: {await errors}");
        Assert.Equal(EndedBySigkill, host.ExitCode);
    }
}
