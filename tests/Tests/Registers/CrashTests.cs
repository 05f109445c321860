using System.Diagnostics;
using System.Globalization;
using Musubi.CrashHost;
using Musubi.Registers;

namespace Musubi.Tests.Registers;

/// <summary>kill -9 at every numbered point, under load. 20 kills; MUSUBI_KILLS asks for more.</summary>
public sealed class CrashTests
{
    private const int Seed = 20260614;
    private const int EndedBySigkill = 128 + 9;
    private static readonly TimeSpan ReachLimit = TimeSpan.FromSeconds(60);

    /// <summary>After how many kills the folder is looked into; in between, the next process recovers by
    /// itself.</summary>
    private const int AuditEvery = 2;

    [Fact]
    public async Task A_process_killed_at_any_point_loses_no_act_and_halves_none()
    {
        var kills = Thoroughness.Kills;
        Failpoint[] points = [.. Enum.GetValues<Failpoint>()
            .Where(point => point is not (Failpoint.PrepareSent or Failpoint.ConfirmSent))];
        var random = new Random(Seed);
        using var folder = new TemporaryFolder();
        await using (var stores = Stores.OpenSqlite(folder.Path)) await People.Load(stores, CrashAudit.PeopleInFolder);
        var (committed, refused, killedAt) = (new HashSet<string>(StringComparer.Ordinal),
            new HashSet<string>(StringComparer.Ordinal), new HashSet<Failpoint>());
        for (var kill = 1; kill <= kills; kill++)
        {
            var point = points[kill % points.Length];
            // Recovering is passed once a start; the others are met later too, in the middle of the load.
            var nth = point is Failpoint.Recovering ? 1 : random.Next(1, 40);
            await RunUntilKilled(folder.Path, Seed + kill, point, nth, committed, refused);
            killedAt.Add(point);
            if (kill % AuditEvery != 0 && kill != kills) continue;
            var wrong = await CrashAudit.Run(folder.Path, committed, refused);
            Assert.True(wrong.Count == 0, $"After kill {kill} at {point}: {string.Join(' ', wrong)}");
        }
        Assert.NotEmpty(committed);
        Assert.NotEmpty(refused);
        Assert.Equal(Math.Min(kills, points.Length), killedAt.Count);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{kills} kills at {killedAt.Count} points: {committed.Count} acts acknowledged, {refused.Count} refused"));
    }

    private static async Task RunUntilKilled(
        string folder, int seed, Failpoint point, int nth, HashSet<string> committed, HashSet<string> refused)
    {
        using var host = new Process
        {
            StartInfo = new("dotnet",
                [
                    typeof(CrashAudit).Assembly.Location, folder, seed.ToString(CultureInfo.InvariantCulture),
                        point.ToString(),
                    nth.ToString(CultureInfo.InvariantCulture),
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
            // What stands in the pipe after the kill was acknowledged before it, and counts.
            while (await host.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.Split(' ') is ["answered", var act, var outcome])
                    (outcome is nameof(CommitOutcome.Committed) ? committed : outcome is nameof(CommitOutcome.Refused)
                        ? refused : [])
                        .Add(act);
                if (!line.StartsWith("reached", StringComparison.Ordinal)) continue;
                reached = true;
                host.Kill();
            }
        }
        finally
        {
            if (!host.HasExited) host.Kill();
        }
        await host.WaitForExitAsync(CancellationToken.None);
        Assert.True(reached, $"{point} was not reached: {await errors}");
        Assert.Equal(EndedBySigkill, host.ExitCode);
    }
}
