using System.Diagnostics;
using System.Globalization;
using Musubi.Access;
using Musubi.CrashHost;
using Musubi.Registers;
using Musubi.Tests.Vocabulary;
using Musubi.Vocabulary;

namespace Musubi.Tests.Access;

/// <summary>kill -9 inside and after each transaction of a publication, in either store.</summary>
public sealed class PublishingKilledTests
{
    private const int EndedBySigkill = 128 + 9;
    private static readonly TimeSpan ReachLimit = TimeSpan.FromSeconds(60);

    private static readonly string LawFolder = Repository.Folder("jurisdictions", "japan");

    [Fact]
    public async Task A_killed_publication_is_whole_or_not_there_and_no_published_version_is_lost()
    {
        using var folder = new TemporaryFolder();
        // A publication writes to the list's store six times (the version is the fifth) and to the outbox once.
        (StoreName Store, Failpoint Point, int Nth)[] kills =
        [
            (StoreName.Access, Failpoint.InsideTransaction, 7), (StoreName.Access, Failpoint.TransactionCommitted, 5),
            (StoreName.Commit, Failpoint.InsideTransaction, 2), (StoreName.Commit, Failpoint.TransactionCommitted, 2),
            (StoreName.Access, Failpoint.TransactionCommitted, 6), (StoreName.Access, Failpoint.InsideTransaction, 1),
        ];
        var published = 1;
        foreach (var kill in kills)
        {
            published = Math.Max(published, await RunUntilKilled(folder.Path, kill));
            await Audit(folder.Path, published);
        }
        Assert.True(published > 1);
    }

    private static async Task Audit(string folder, int published)
    {
        await using var stores = Stores.OpenSqlite(folder);
        await using var store = AccessStore.OpenSqlite(folder);
        using var keys = SigningKeys.Open(Path.Combine(folder, "keys"));
        var law = Jurisdiction.Load(LawFolder);
        var lists = await PublishedLists.Open(
            store, stores.Outbox, law, new ListSignature(keys.List), TimeProvider.System);
        var history = await lists.History();
        Assert.True(history[0].Number >= published, $"Version {published} was acknowledged and is lost.");
        Assert.Equal(Enumerable.Range(1, history.Length).Reverse(), history.Select(version => version.Number));
        var commitments = (await stores.Outbox.After(0, 1000)).ToDictionary(entry => entry.Sequence);
        Assert.Equal(history.Length, commitments.Count);
        foreach (var version in history)
            Assert.Equal(version.Record, commitments[version.OutboxNumber!.Value].Record);
        var drafts = await new Drafts(store, lists, law, TimeProvider.System).All();
        Assert.Equal(history.Length - 1, drafts.Count(draft => draft.State is ListDraftState.Published));
    }

    /// <summary>The last version that was acknowledged before the kill.</summary>
    private static async Task<int> RunUntilKilled(string folder, (StoreName Store, Failpoint Point, int Nth) kill)
    {
        using var host = new Process
        {
            StartInfo = new("dotnet",
                [
                    typeof(CrashAudit).Assembly.Location, folder, "publish", LawFolder, kill.Store.ToString(),
                    kill.Point.ToString(), kill.Nth.ToString(CultureInfo.InvariantCulture),
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
        var (published, reached) = (0, false);
        try
        {
            while (await host.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.Split(' ') is ["published", var number])
                    published = int.Parse(number, CultureInfo.InvariantCulture);
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
        Assert.True(reached, $"{kill} was not reached: {await errors}");
        Assert.Equal(EndedBySigkill, host.ExitCode);
        return published;
    }
}
