using Musubi.CrashHost;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Tests.Registers;

/// <summary>The two-register commit: all of an act or nothing, and what the desk is told.</summary>
public sealed class CoordinatorTests : IAsyncDisposable
{
    private static readonly CoordinatorSettings Impatient = new()
    {
        AnswerLimit = TimeSpan.FromMilliseconds(300),
        RetryTick = TimeSpan.FromMilliseconds(20),
    };

    private static readonly TimeSpan StartBound = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task An_act_changes_both_registers_the_link_and_the_card_and_gives_a_receipt()
    {
        await using var desk = await Desk.Open(folder);
        var act = People.Move(TimeProvider.System, await desk.Person(1), merged: true);
        var committed = Assert.IsType<CommitOutcome.Committed>(await desk.Coordinator.Commit(act));

        var person = await desk.Person(1);
        Assert.Equal((2L, 2L, 1L), (person.Residence!.Version, person.Number!.Version, person.Link!.Version));
        Assert.True(person.IsMerged);
        Assert.Equal(act.Residence[0].Record.Address, person.Number.Record.Address);
        Assert.Equal(act.Header.Act.Stored, Assert.Single(desk.Drawer.Cards()));
        var commitment = Assert.Single(committed.Receipt.Commitments);
        Assert.Equal((1L, act.Header.Act, LogState.NotYetInTheLog),
            (commitment.Sequence, commitment.Act, committed.Receipt.Log));
        Assert.Empty(await desk.Coordinator.UnfinishedActs());
        var recorded = (await desk.Stores.Residence.ReadNow(People.ResidenceId(1)))!.RecordedAt;
        Assert.Equal(committed.Receipt.CommittedAt, recorded);
        Assert.Equal(recorded, (await desk.Stores.Number.ReadNow(People.NumberId(1)))!.RecordedAt);
    }

    [Fact]
    public async Task The_same_act_from_a_second_tab_gets_the_same_receipt_and_happens_once()
    {
        await using var desk = await Desk.Open(folder);
        var act = People.Move(TimeProvider.System, await desk.Person(1), merged: true);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => desk.Coordinator.Commit(act)));
        var again = await desk.Coordinator.Commit(act);
        Assert.All(answers.Append(again), answer =>
            Assert.Equal(1, ((CommitOutcome.Committed)answer).Receipt.Commitments[0].Sequence));
        Assert.Equal(2, (await desk.Stores.Residence.History(People.ResidenceId(1))).Count);
        Assert.Equal(1, await desk.Stores.Outbox.Count());
    }

    [Fact]
    public async Task Of_many_clerks_at_one_person_exactly_one_wins_and_the_others_are_told_by_whom()
    {
        await using var desk = await Desk.Open(folder);
        for (var round = 0; round < 10; round++)
        {
            var person = await desk.Person(1);
            var acts = Enumerable.Range(1, 8)
                .Select(i => People.Move(TimeProvider.System, person, !person.IsMerged, i)).ToArray();
            var answers = await Task.WhenAll(acts.Select(act => Task.Run(() => desk.Coordinator.Commit(act))));
            var winner = acts[Array.FindIndex(answers, answer => answer is CommitOutcome.Committed)].Header;
            var losers = answers.OfType<CommitOutcome.Refused>().ToList();
            Assert.Equal(7, losers.Count);
            Assert.All(losers, loser =>
            {
                Assert.True(loser.Code is RefusalCode.PersonBusy or RefusalCode.VersionChanged);
                Assert.Equal((winner.Act, winner.Kind, winner.Office),
                    (loser.Other!.Act, loser.Other.Kind, loser.Other.Office));
            });
        }
    }

    [Fact]
    public async Task When_one_register_refuses_the_others_keep_nothing()
    {
        await using var desk = await Desk.Open(folder);
        var act = People.Move(TimeProvider.System, await desk.Person(1), merged: true);
        var stale = act with { Number = [act.Number[0] with { ExpectedVersion = 9 }] };
        var refused = Assert.IsType<CommitOutcome.Refused>(await desk.Coordinator.Commit(stale));
        Assert.Equal(RefusalCode.VersionChanged, refused.Code);
        Assert.Equal(ActInRegister.Cancelled, await desk.Stores.Residence.StateOf(act.Header.Act));
        Assert.Equal(ActInRegister.Cancelled, await desk.Stores.Links.StateOf(act.Header.Act));
        Assert.Equal(refused, await desk.Coordinator.Commit(stale));
        Assert.IsType<CommitOutcome.Committed>(
            await desk.Coordinator.Commit(People.Move(TimeProvider.System, await desk.Person(1), merged: true)));
    }

    [Fact]
    public async Task A_register_that_answers_late_leaves_the_act_on_the_list_and_it_is_finished_by_itself()
    {
        var slow = new TaskCompletionSource();
        var calls = 0;
        await using var desk = await Desk.Open(folder, Impatient, new Failpoints
        {
            OnReached = (point, store) => point is Failpoint.PrepareSent && store is StoreName.Number
                && Interlocked.Increment(ref calls) == 1 ? slow.Task : Task.CompletedTask,
        });
        var act = People.Move(TimeProvider.System, await desk.Person(1), merged: true);
        var unfinished = Assert.IsType<CommitOutcome.Unfinished>(await desk.Coordinator.Commit(act)).Act;
        Assert.Equal((act.Header.Act, ActStage.Decided, RefusalCode.RegisterLate, act.Header.Staff, 1),
            (unfinished.Act, unfinished.Stage, unfinished.Reason, unfinished.Staff, unfinished.Attempts));
        Assert.Equal(1, (await desk.Person(1)).Residence!.Version);
        slow.SetResult();
        await desk.Finished();
        Assert.Equal(2, (await desk.Person(1)).Residence!.Version);
    }

    [Fact]
    public async Task A_register_that_never_confirms_hides_nothing_from_readers()
    {
        await using (var desk = await Desk.Open(folder, Impatient, new Failpoints
        {
            OnReached = (point, store) => point is Failpoint.ConfirmSent && store is StoreName.Number
                ? Task.Delay(Timeout.Infinite) : Task.CompletedTask,
        }))
        {
            var act = People.Move(TimeProvider.System, await desk.Person(1), merged: true);
            var unfinished = Assert.IsType<CommitOutcome.Unfinished>(await desk.Coordinator.Commit(act)).Act;
            Assert.Equal((ActStage.Committed, RefusalCode.RegisterLate), (unfinished.Stage, unfinished.Reason));
            Assert.False(unfinished.MayBeDropped);
            // One register has it, the other does not, and every way in shows the whole of it.
            Assert.Equal(1, (await desk.Stores.Number.ReadNow(People.NumberId(1)))!.Version);
            JoinedPerson?[] views =
            [
                await desk.Person(1), await desk.Coordinator.View.ByNumber(People.NumberId(1)),
                await desk.Coordinator.View.ByMyNumber(People.MyNumberOf(1)),
                await desk.Coordinator.View.ByResidenceCard(People.Card(1)),
            ];
            Assert.All(views, view =>
                Assert.Equal((2L, 2L, true), (view!.Residence!.Version, view.Number!.Version, view.IsMerged)));
            // The next clerk is told which act is in the way.
            var next = People.Move(TimeProvider.System, await desk.Person(1), merged: false);
            var refused = Assert.IsType<CommitOutcome.Refused>(await desk.Coordinator.Commit(next));
            Assert.Equal((RefusalCode.PersonBusy, act.Header.Act), (refused.Code, refused.Other!.Act));
        }
        await using var later = await Desk.Open(folder, load: false);
        await later.Coordinator.Recover();
        Assert.Empty(await later.Coordinator.UnfinishedActs());
        Assert.Equal(2, (await later.Stores.Number.ReadNow(People.NumberId(1)))!.Version);
    }

    [Fact]
    public async Task A_card_that_cannot_be_ordered_yet_keeps_the_act_open_with_its_reason()
    {
        var ready = false;
        await using var desk = await Desk.Open(folder, Impatient, completion: (_, _) => Task.FromResult(
            Volatile.Read(ref ready) ? CompletionAnswer.Done : CompletionAnswer.NotYet(RefusalCode.CardSilent)));
        var act = People.Move(TimeProvider.System, await desk.Person(1), merged: true);
        var unfinished = Assert.IsType<CommitOutcome.Unfinished>(await desk.Coordinator.Commit(act)).Act;
        Assert.Equal((ActStage.Confirmed, RefusalCode.CardSilent), (unfinished.Stage, unfinished.Reason));
        Volatile.Write(ref ready, true);
        await desk.Finished();
        Assert.IsType<CommitOutcome.Committed>(await desk.Coordinator.Commit(act));
    }

    [Fact]
    public async Task An_act_that_was_only_decided_waits_to_be_taken_up_or_dropped()
    {
        var acts = new List<DecidedAct>();
        await using (var desk = await Desk.Open(folder, Impatient, new Failpoints
        {
            OnReached = (point, _) => point is Failpoint.Decided ? Task.Delay(Timeout.Infinite) : Task.CompletedTask,
        }))
        {
            for (var i = 1; i <= 2; i++) acts.Add(People.Move(TimeProvider.System, await desk.Person(i), merged: true));
            foreach (var act in acts) _ = desk.Coordinator.Commit(act);
            while ((await desk.Stores.Journal.Open()).Count < 2) await Task.Delay(
                5, TestContext.Current.CancellationToken);
        }
        await using var later = await Desk.Open(folder, load: false);
        await later.Coordinator.Recover();
        Assert.Equal(acts.Select(act => act.Header.Act),
            (await later.Coordinator.UnfinishedActs()).Select(open => open.Act));
        Assert.IsType<CommitOutcome.Committed>(await later.Coordinator.TakeUp(acts[0].Header.Act));
        Assert.Equal(RefusalCode.DraftExpired,
            Assert.IsType<CommitOutcome.Refused>(await later.Coordinator.Drop(acts[1].Header.Act)).Code);
        Assert.Empty(await later.Coordinator.UnfinishedActs());
        Assert.Equal((2L, 1L),
            ((await later.Person(1)).Residence!.Version, (await later.Person(2)).Residence!.Version));
        Assert.Equal(RefusalCode.ActUnknown,
            Assert.IsType<CommitOutcome.Refused>(await later.Coordinator.TakeUp(ActId.New(TimeProvider.System))).Code);
    }

    [Fact]
    public async Task Readers_under_load_never_see_half_an_act()
    {
        await using var desk = await Desk.Open(folder);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var reading = new SemaphoreSlim(0);
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            var readings = 0;
            for (; !stop.IsCancellationRequested; readings++)
            {
                if (readings == 1) reading.Release();
                Desks.RequireWhole(await desk.Person(1 + (readings % 2)));
                Desks.RequireWhole((await desk.Coordinator.View.ByMyNumber(People.MyNumberOf(1 + (readings % 2))))!);
            }
            return readings;
        })).ToArray();
        // A busy machine starts them when it likes; the desks wait until all of them read.
        foreach (var _ in readers)
            Assert.True(await reading.WaitAsync(StartBound, stop.Token), "A reader did not read even once.");
        await new Desks(desk.Stores, desk.Coordinator, people: 2, seed: 7)
            .Work(desks: 4, actsEach: 40, CancellationToken.None);
        await stop.CancelAsync();
        Assert.True((await Task.WhenAll(readers)).Sum() > readers.Length, "Nobody read while the desks worked.");
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed class Desk(Stores stores, Coordinator coordinator, CardDrawer drawer) : IAsyncDisposable
    {
        public Stores Stores { get; } = stores;

        public Coordinator Coordinator { get; } = coordinator;

        public CardDrawer Drawer { get; } = drawer;

        public static async Task<Desk> Open(
            TemporaryFolder folder, CoordinatorSettings? settings = null, Failpoints? failpoints = null,
            Completion? completion = null, bool load = true)
        {
            var stores = Stores.OpenSqlite(
                folder.Path, new StoreSettings { Failpoints = failpoints ?? Failpoints.None });
            if (load) await People.Load(stores, 3);
            var drawer = new CardDrawer(folder.Path);
            return new(stores, new Coordinator(stores, completion ?? drawer.Order, settings), drawer);
        }

        public async Task<JoinedPerson> Person(int i) => (await Coordinator.View.ByResidence(People.ResidenceId(i)))!;

        public async Task Finished()
        {
            while ((await Stores.Journal.Open()).Count > 0) await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await Coordinator.DisposeAsync();
            await Stores.DisposeAsync();
        }
    }
}
