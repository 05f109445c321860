using System.Collections.Concurrent;
using System.Globalization;
using Musubi.CrashHost;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Tests.Registers;

/// <summary>A kill proves nothing about fsync: here the disk itself fails, at every operation in turn, and the power
/// goes. In one collection, because SQLite has one such disk per process.</summary>
[Collection(nameof(FaultyDisk))]
public sealed class DiskTests : IDisposable
{
    private const int Residents = 2;

    private static readonly CoordinatorSettings NoRetries = new() { RetryTick = TimeSpan.FromHours(1) };

    private readonly TemporaryFolder folder = new();

    public DiskTests() => FaultyDisk.Register();

    [Theory]
    [InlineData(DiskFault.OneFails)]
    [InlineData(DiskFault.OneShort)]
    [InlineData(DiskFault.Dies)]
    [InlineData(DiskFault.Full)]
    public async Task A_disk_that_fails_at_any_operation_loses_no_act_and_halves_none(DiskFault fault)
    {
        var stride = Thoroughness.DiskStride;
        await using (var stores = Stores.OpenSqlite(folder.Path)) await People.Load(stores, Residents);
        var (committed, refused) = (
            new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var struck = 0;
        for (var operation = 1 + ((int)fault % stride); ; operation += stride)
        {
            await Visit(fault, operation, committed, refused);
            var hit = FaultyDisk.Struck;
            FaultyDisk.Heal();
            var wrong = await CrashAudit.Run(folder.Path, committed, refused, Residents);
            Assert.True(wrong.Count == 0, string.Create(CultureInfo.InvariantCulture,
                $"{fault} at operation {operation}: {string.Join(' ', wrong)}"));
            if (!hit) break;
            struck++;
        }
        Assert.True(struck > 5, "The disk was hardly used.");
        Assert.NotEmpty(committed);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{fault}: {struck} operations, one in {stride}"));
    }

    [Fact]
    public async Task A_full_disk_is_a_clear_refusal_and_the_desk_works_again_when_there_is_room()
    {
        await using var stores = Stores.OpenSqlite(folder.Path, new StoreSettings(FaultyDisk.Name));
        await People.Load(stores, Residents);
        await using var coordinator = new Coordinator(stores, new CardDrawer(folder.Path).Order, NoRetries);
        var person = (await coordinator.View.ByResidence(People.ResidenceId(1)))!;
        FaultyDisk.Arm(DiskFault.Full, 1);
        var refused = await coordinator.Commit(People.Move(TimeProvider.System, person, merged: true));
        FaultyDisk.Heal();
        Assert.Equal(new CommitOutcome.Refused(RefusalCode.DiskFull, null), refused);
        Assert.IsType<CommitOutcome.Committed>(
            await coordinator.Commit(People.Move(TimeProvider.System, person, merged: true)));
    }

    [Fact]
    public async Task After_a_power_cut_every_acknowledged_act_is_on_the_disk()
    {
        await using (var stores = Stores.OpenSqlite(folder.Path)) await People.Load(stores, CrashAudit.PeopleInFolder);
        FaultyDisk.Record();
        using var cut = new TemporaryFolder();
        var (committed, refused) = (new ConcurrentBag<string>(), new ConcurrentBag<string>());
        string[] told;
        await using (var stores = Stores.OpenSqlite(folder.Path, new StoreSettings(FaultyDisk.Name)))
        await using (var coordinator = new Coordinator(stores, new CardDrawer(folder.Path).Order))
        {
            using var stop = new CancellationTokenSource();
            var desks = new Desks(stores, coordinator, CrashAudit.PeopleInFolder, seed: 11)
            {
                OnAnswer = (act, outcome) => (outcome is CommitOutcome.Committed ? committed : refused).Add(act.Stored),
            };
            var work = desks.Work(desks: 8, int.MaxValue, stop.Token);
            while (committed.Count < 150) await Task.Delay(1, TestContext.Current.CancellationToken);
            told = [.. committed];
            FaultyDisk.PowerCut(folder.Path, cut.Path);
            await stop.CancelAsync();
            await work;
        }
        // The drawer is another desk's disk: its cards of that moment are those of the acts that reached it.
        var wrong = await CrashAudit.Run(cut.Path, told.ToHashSet(StringComparer.Ordinal),
            new HashSet<string>(StringComparer.Ordinal));
        Assert.DoesNotContain(wrong, sentence => !sentence.Contains("cards for", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        FaultyDisk.Heal();
        folder.Dispose();
    }

    private async Task Visit(DiskFault fault, int operation, HashSet<string> committed, HashSet<string> refused)
    {
        Stores stores;
        FaultyDisk.Arm(fault, operation);
        try
        {
            stores = Stores.OpenSqlite(folder.Path, new StoreSettings(FaultyDisk.Name));
        }
        catch (StoreException)
        {
            return;
        }
        await using (stores)
        await using (var coordinator = new Coordinator(stores, new CardDrawer(folder.Path).Order, NoRetries))
        {
            for (var i = 1; i <= Residents; i++)
            {
                JoinedPerson person;
                try
                {
                    person = (await coordinator.View.ByResidence(People.ResidenceId(i)))!;
                }
                catch (StoreException)
                {
                    continue;
                }
                var act = People.Move(TimeProvider.System, person, !person.IsMerged);
                switch (await coordinator.Commit(act))
                {
                    case CommitOutcome.Committed:
                        committed.Add(act.Header.Act.Stored);
                        break;
                    case CommitOutcome.Refused:
                        refused.Add(act.Header.Act.Stored);
                        break;
                }
            }
        }
    }
}
