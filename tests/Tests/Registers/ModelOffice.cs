using Microsoft.Extensions.Time.Testing;
using Musubi.CrashHost;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Tests.Registers;

/// <summary>Stores and a coordinator whose registers fail, fall silent or crash on demand. Its clock is a fake one: a
/// register is late because we say so, never because the machine is slow.</summary>
internal sealed class ModelOffice : IAsyncDisposable
{
    private static readonly CoordinatorSettings NoRetries = new() { RetryTick = TimeSpan.FromDays(40) };
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(1);

    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 6, 15, 0, 0, 0, TimeSpan.Zero));
    private readonly CardDrawer drawer;
    private Fault fault = new();
    private Stores stores;

    private ModelOffice()
    {
        drawer = new CardDrawer(folder.Path);
        (stores, Coordinator) = Start();
    }

    public Coordinator Coordinator { get; private set; }

    public static async Task<ModelOffice> Open(int residents)
    {
        var office = new ModelOffice();
        await People.Load(office.stores, residents);
        return office;
    }

    /// <summary>One register is asked to change a version that the person does not have.</summary>
    public static DecidedAct Stale(DecidedAct act) =>
        act with { Number = [act.Number[0] with { ExpectedVersion = act.Number[0].ExpectedVersion + 1 }] };

    public async Task<JoinedPerson> See(int person) =>
        (await Coordinator.View.ByResidence(People.ResidenceId(person)))!;

    /// <summary>Every third act leaves the link alone.</summary>
    public async Task<DecidedAct> Move(int person, int desk)
    {
        time.Advance(TimeSpan.FromSeconds(1));
        var seen = await See(person);
        return People.Move(time, seen, desk % 3 == 0 ? null : !seen.IsMerged, desk);
    }

    public Task<CommitOutcome> Commit(DecidedAct act) => Coordinator.Commit(act);

    /// <summary>The number register fails at that call.</summary>
    public Task<CommitOutcome> CommitFailing(DecidedAct act, Failpoint call)
    {
        fault.FailAt = call;
        return Coordinator.Commit(act);
    }

    /// <summary>The card cannot be ordered yet.</summary>
    public Task<CommitOutcome> CommitWithoutCard(DecidedAct act)
    {
        fault.CardIsSilent = true;
        return Coordinator.Commit(act);
    }

    /// <summary>The number register answers only after the desk has stopped waiting; then it does what it was
    /// asked.</summary>
    public async Task<CommitOutcome> CommitLate(DecidedAct act, Failpoint sent, Failpoint answered)
    {
        var (late, others) = (new TaskCompletionSource(), act.Links.Length + 1);
        fault.Hold(sent, late.Task, answered);
        var commit = Coordinator.Commit(act);
        while (fault.AnsweredBesides < others) await Task.Delay(Poll);
        await AdvanceUntil(commit);
        late.SetResult();
        var wanted = sent is Failpoint.PrepareSent ? ActInRegister.Prepared : ActInRegister.Confirmed;
        while (await stores.Number.StateOf(act.Header.Act) != wanted) await Task.Delay(Poll);
        fault.Release();
        return await commit;
    }

    /// <summary>The process is gone at that point of the act, and another is started and recovers.</summary>
    public async Task CrashAt(Failpoint point, DecidedAct act)
    {
        fault.HangAt = point;
        _ = Coordinator.Commit(act);
        await fault.Hanging.Task;
        await Crash();
    }

    /// <summary>Nobody is told and nothing is tidied up: whoever waited at a fault waits there for ever.</summary>
    public async Task Crash()
    {
        await AdvanceUntil(Coordinator.DisposeAsync().AsTask());
        await stores.DisposeAsync();
        fault = new();
        (stores, Coordinator) = Start();
        await Coordinator.Recover();
    }

    /// <summary>Each act that happened is in both registers and in the outbox once and has one card; no other act is
    /// anywhere; the chains hold.</summary>
    public async Task VerifyStores(IEnumerable<ModelAct> happened)
    {
        var acts = happened.ToList();
        var names = acts.Select(act => act.Act.Header.Act.Stored).ToHashSet(StringComparer.Ordinal);
        Assert.True(names.SetEquals(drawer.Cards()));
        foreach (var person in acts.GroupBy(act => act.Person))
        {
            var wanted = person.Select(act => act.Act.Header.Act).ToList();
            Assert.Equal(wanted, (await stores.Residence.History(People.ResidenceId(person.Key))).Skip(1)
                .Select(entry => entry.Act));
            Assert.Equal(wanted, (await stores.Number.History(People.NumberId(person.Key))).Skip(1)
                .Select(entry => entry.Act));
        }
        var commitments = (await stores.Outbox.After(0, Outbox.PageLimit)).Select(entry => entry.Act!.Value.Stored);
        Assert.Equal(names.Order(StringComparer.Ordinal), commitments.Order(StringComparer.Ordinal));
        await stores.Residence.VerifyChain();
        await stores.Number.VerifyChain();
        await stores.Links.VerifyChain();
    }

    public async ValueTask DisposeAsync()
    {
        await AdvanceUntil(Coordinator.DisposeAsync().AsTask());
        await stores.DisposeAsync();
        folder.Dispose();
    }

    private (Stores Stores, Coordinator Coordinator) Start()
    {
        var mine = fault;
        var opened = Stores.OpenSqlite(folder.Path, new StoreSettings
        {
            Time = time,
            Failpoints = new() { OnReached = mine.Reach },
        });
        return (opened, new Coordinator(opened, mine.Completed(drawer), NoRetries));
    }

    private async Task AdvanceUntil(Task end)
    {
        while (!end.IsCompleted)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(Poll);
        }
    }

    /// <summary>What goes wrong in one life of the process.</summary>
    private sealed class Fault
    {
        private (Failpoint Sent, Task Until, Failpoint Answered)? delay;
        private int answeredBesides;

        public int AnsweredBesides => Volatile.Read(ref answeredBesides);

        public Failpoint? FailAt { get; set; }

        public Failpoint? HangAt { get; set; }

        public bool CardIsSilent { get; set; }

        public TaskCompletionSource Hanging { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Hold(Failpoint sent, Task until, Failpoint answered) =>
            (delay, answeredBesides) = ((sent, until, answered), 0);

        public void Release() => delay = null;

        public Task Reach(Failpoint point, StoreName store)
        {
            if (point == HangAt)
            {
                Hanging.TrySetResult();
                return Task.Delay(Timeout.Infinite);
            }
            if (point == delay?.Answered) Interlocked.Increment(ref answeredBesides);
            if (store is not StoreName.Number) return Task.CompletedTask;
            if (point == FailAt)
            {
                FailAt = null;
                throw new StoreException(StoreFault.Failed, $"{store} fails because the history says so.");
            }
            return point == delay?.Sent ? delay.Value.Until : Task.CompletedTask;
        }

        public Completion Completed(CardDrawer drawer) => (act, cancel) =>
        {
            if (!CardIsSilent) return drawer.Order(act, cancel);
            CardIsSilent = false;
            return Task.FromResult(CompletionAnswer.NotYet(RefusalCode.CardSilent));
        };
    }
}
