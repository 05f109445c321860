using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Musubi.CrashHost;
using Musubi.Registers;

namespace Musubi.Bench;

/// <summary>Durable two-register acts per second with 1, 8 and 64 desks, beside what the same disk gives in durable
/// single-row commits in the same run. Each act changes both registers, two in three also the link. Card and HTTP work
/// is not in it.</summary>
public static class CounterBench
{
    private const int PeopleInRegisters = 2000;
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(6);

    public static async Task Run(Figures figures)
    {
        // Before and after, because the disk of a shared machine is not the same a minute later.
        var before = RawCommits();
        foreach (var desks in (int[])[1, 8, 64]) await Measure(figures, desks);
        var after = RawCommits();
        var raw = (before + after) / 2;
        figures.Add("counter.raw_commits_per_second", raw, "/s",
            string.Create(CultureInfo.InvariantCulture,
                $"SQLite, WAL, FULL, one row each; {before:0} before, {after:0} after"));
        figures.Add("counter.acts_per_raw_commit.64", figures["counter.acts_per_second.64"] / raw, "", "at least 0.3");
        figures.Add("counter.batching.64", figures["counter.acts_per_fsync.64"] / figures["counter.acts_per_fsync.1"],
            "×", "acts per fsync against one desk's; at least 5");
    }

    private static async Task Measure(Figures figures, int desks)
    {
        var folder = Directory.CreateTempSubdirectory("musubi-bench-");
        try
        {
            await using var stores = Stores.OpenSqlite(folder.FullName);
            await People.Load(stores, PeopleInRegisters);
            await using var coordinator = new Coordinator(stores, (_, _) => Task.FromResult(CompletionAnswer.Done));
            await Work(stores, coordinator, desks, Warmup);
            var (acts, seconds, commits, waits) = await Work(stores, coordinator, desks, Window);
            figures.Add(Name("acts_per_second", desks), acts / seconds, "/s");
            figures.Add(Name("p50_ms", desks), waits[waits.Length / 2], "ms");
            figures.Add(Name("p99_ms", desks), waits[waits.Length * 99 / 100], "ms", desks == 64 ? "under 250" : "");
            figures.Add(Name("acts_per_fsync", desks), acts / (double)commits, "", "transactions of all four stores");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(int Acts, double Seconds, long Commits, double[] Waits)> Work(
        Stores stores, Coordinator coordinator, int desks, TimeSpan length)
    {
        var waits = new ConcurrentBag<double>();
        var before = Commits(stores);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, desks).Select(desk => Task.Run(async () =>
        {
            // Each desk has its own residents, as in life: no two clerks at one person.
            var share = PeopleInRegisters / desks;
            for (var i = 0; clock.Elapsed < length; i++)
            {
                var person = (await coordinator.View.ByResidence(
                    People.ResidenceId((desk * share) + 1 + (i % share))))!;
                var act = People.Move(TimeProvider.System, person, i % 3 == 0 ? null : !person.IsMerged, desk);
                var start = clock.Elapsed;
                if (await coordinator.Commit(act) is not CommitOutcome.Committed)
                    throw new InvalidOperationException("An act of the bench was not committed.");
                waits.Add((clock.Elapsed - start).TotalMilliseconds);
            }
        })));
        var seconds = clock.Elapsed.TotalSeconds;
        return (waits.Count, seconds, Commits(stores) - before, [.. waits.Order()]);
    }

    private static long Commits(Stores stores) => stores.Residence.Writer.Commits + stores.Number.Writer.Commits
        + stores.Links.Writer.Commits + stores.Journal.Writer.Commits;

    private static double RawCommits()
    {
        var folder = Directory.CreateTempSubdirectory("musubi-bench-");
        try
        {
            using var connection = new SqliteConnection(
                $"Data Source={Path.Combine(folder.FullName, "raw.db")};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "pragma journal_mode = wal; pragma synchronous = full; " +
                "create table row (id integer primary key, text text)";
            command.ExecuteNonQuery();
            command.CommandText = "insert into row (text) values ('one row of some length, as an entry might have it')";
            var clock = Stopwatch.StartNew();
            var commits = 0;
            for (; clock.Elapsed < Warmup; commits++) command.ExecuteNonQuery();
            return commits / clock.Elapsed.TotalSeconds;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Name(string figure, int desks) =>
        string.Create(CultureInfo.InvariantCulture, $"counter.{figure}.{desks}");
}
