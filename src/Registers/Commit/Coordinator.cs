using System.Collections.Concurrent;
using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>Carries an act to its end across two registers, the links and whatever the act does beyond them, so that
/// all of it happens or nothing does. One per journal.</summary>
/// <remarks>Recovery is the same procedure begun at the stage that the journal names. At every step a comment says what
/// a crash there means.</remarks>
public sealed class Coordinator : IAsyncDisposable
{
    /// <summary>How often an act is tried by itself; afterwards it waits on the desk's list to be taken up.</summary>
    public const int MaxAttempts = 12;

    /// <summary>Open acts that recovery carries on at the same time.</summary>
    private const int RecoveryWidth = 16;

    private readonly ConcurrentDictionary<ActId, Task<CommitOutcome>> running = new();
    private readonly Admission admission = new();
    private readonly Troubles troubles;
    private readonly CancellationTokenSource closing = new();
    private readonly Stores stores;
    private readonly Completion completion;
    private readonly CoordinatorSettings settings;
    private readonly ITimer retries;

    public Coordinator(Stores stores, Completion completion, CoordinatorSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(stores);
        ArgumentNullException.ThrowIfNull(completion);
        this.stores = stores;
        this.completion = completion;
        this.settings = settings ?? new();
        troubles = new Troubles(stores.Time);
        View = new JoinedView(stores);
        retries = stores.Time.CreateTimer(_ => RetryDue(), null, this.settings.RetryTick, this.settings.RetryTick);
    }

    /// <summary>What readers see: both registers and the link of one person, never half of an act.</summary>
    public JoinedView View { get; }

    /// <summary>Carries a decided act to its end. The same act again, from a second tab or a form sent twice, is
    /// answered as it stands and not done twice.</summary>
    public async Task<CommitOutcome> Commit(DecidedAct act, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(act);
        cancel.ThrowIfCancellationRequested();
        return await Once(act.Header.Act, () => Begin(act)).WaitAsync(cancel);
    }

    private async Task<CommitOutcome> Begin(DecidedAct act)
    {
        if (admission.Enter(act) is { } first) return new CommitOutcome.Refused(RefusalCode.PersonBusy, first);
        try
        {
            JournaledAct known;
            try
            {
                await stores.Failpoints.Reach(Failpoint.BeforeDecided);
                // Crash before 1: nobody was answered and nothing is known of the act.
                // 1. Decided.
                known = await stores.Journal.Decide(act);
            }
            catch (StoreException broken)
            {
                // Nothing is prepared. Should the row turn up after a restart, it is an open act that may be dropped.
                return new CommitOutcome.Refused(ReasonOf(broken)!.Value, null);
            }
            await stores.Failpoints.Reach(Failpoint.Decided);
            // Crash after 1: nothing has happened; the act is shown as open and can be taken up or dropped.
            return await CarryOn(known);
        }
        finally
        {
            admission.Leave(act);
        }
    }

    /// <summary>Goes on with an act that waits on the desk's list.</summary>
    public Task<CommitOutcome> TakeUp(ActId act) => Once(act, async () =>
        await stores.Journal.Find(act) is { } known ? await GoOn(known) : Unknown());

    /// <summary>Gives up an act that has not happened. One that has is answered as it stands.</summary>
    public async Task<CommitOutcome> Drop(ActId act)
    {
        if (running.TryGetValue(act, out var before)) await before;
        return await Once(act, async () =>
        {
            if (await stores.Journal.Find(act) is not { } known) return Unknown();
            if (known.Stage is not ActStage.Decided) return await CarryOn(known);
            try
            {
                await stores.Journal.Cancel(act, RefusalCode.DraftExpired, null);
            }
            catch (StoreException broken)
            {
                return Unfinished(known, known.Stage, ReasonOf(broken)!.Value);
            }
            return await CarryOn(known with { Stage = ActStage.Cancelling, Refusal = RefusalCode.DraftExpired });
        });
    }

    /// <summary>After a start: takes every open act to its end, or leaves it on the desk's list where nothing has
    /// begun.</summary>
    public async Task Recover()
    {
        await stores.Failpoints.Reach(Failpoint.Recovering);
        await Parallel.ForEachAsync(await stores.Journal.Open(),
            new ParallelOptions { MaxDegreeOfParallelism = RecoveryWidth },
            async (known, _) => await Once(known.Act.Header.Act, () => Resume(known)));
        // Crash in here: the next start begins again, every step may be repeated.
    }

    /// <summary>The desk's list, oldest first: each with owner, age, stage and the reason why it waits.</summary>
    public async Task<IReadOnlyList<UnfinishedAct>> UnfinishedActs()
    {
        var open = await stores.Journal.Open();
        return [.. open.Where(known => !running.ContainsKey(known.Act.Header.Act)).Select(Describe)];
    }

    /// <summary>Waits for the acts under way, as long as one register may take to answer; recovery does the
    /// rest.</summary>
    public async ValueTask DisposeAsync()
    {
        await retries.DisposeAsync();
        await closing.CancelAsync();
        await ((Task)Task.WhenAll(running.Values)).WaitAsync(settings.AnswerLimit, stores.Time)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        closing.Dispose();
    }

    /// <summary>Steps 2 to 4, from the stage that the journal names.</summary>
    private async Task<CommitOutcome> CarryOn(JournaledAct known)
    {
        var (act, stage, refusal) = (known.Act, known.Stage, (known.Refusal, known.Other));
        var committedAt = known.CommittedAt;
        var id = act.Header.Act;
        try
        {
            if (stage is ActStage.Decided)
            {
                // 2. Prepared: all registers at once, each durably or with a reason.
                var answers = await Each(act, Failpoint.FirstPrepared, register => register.Prepare());
                if (Array.Find(answers, answer => answer.Refusal is not null) is { Refusal: { } code } no)
                {
                    // The refusal is durable before anybody hears it: recovery must not prepare again and succeed.
                    await stores.Journal.Cancel(id, code, no.Other);
                    (stage, refusal) = (ActStage.Cancelling, (code, no.Other));
                    await stores.Failpoints.Reach(Failpoint.Cancelling);
                    // Crash here: recovery cancels in the registers and answers as we would have.
                }
                else
                {
                    await stores.Failpoints.Reach(Failpoint.AllPrepared);
                    // Crash here: invisible everywhere. Recovery finds it prepared and goes on.
                    // 3. Committed: this is the moment it happened, and its commitments are in the outbox with it.
                    committedAt = await stores.Journal.Commit(act, stores.Time.GetUtcNow());
                    stage = ActStage.Committed;
                    await stores.Failpoints.Reach(Failpoint.Committed);
                    // Crash from here on: it has happened. The joined view already shows it; recovery confirms.
                }
            }
            if (stage is ActStage.Committed)
            {
                // 4. Confirmed in every register; repeating it changes nothing.
                await Each(act, Failpoint.FirstConfirmed, register => Done(register.Confirm(committedAt!.Value)));
                await stores.Failpoints.Reach(Failpoint.AllConfirmed);
                // Crash here: recovery confirms again without effect and goes on to the card.
            }
            if (stage is ActStage.Committed or ActStage.Confirmed)
            {
                if (act.Completion is not null && await Complete(act) is { } notYet)
                {
                    await stores.Journal.Confirmed(id);
                    return Unfinished(known with { CommittedAt = committedAt }, ActStage.Confirmed, notYet);
                }
                await stores.Failpoints.Reach(Failpoint.CompletionDone);
                // Crash here: the card is written or ordered, which the completion knows by the act's number.
                await stores.Journal.Completed(id);
                stage = ActStage.Completed;
                await stores.Failpoints.Reach(Failpoint.Completed);
                // Crash here: all is done and the desk was not told. Asking again gives the receipt.
            }
            if (stage is ActStage.Cancelling)
            {
                await Each(act, Failpoint.FirstCancelled, register => Done(register.Cancel(stores.Time.GetUtcNow())));
                await stores.Journal.Cancelled(id);
                stage = ActStage.Cancelled;
            }
            troubles.Forget(id);
            return stage is ActStage.Completed
                ? new CommitOutcome.Committed(await Receipt(act, committedAt!.Value))
                : new CommitOutcome.Refused(refusal.Refusal!.Value, refusal.Other);
        }
        catch (Exception silent) when (ReasonOf(silent) is { } reason)
        {
            var unfinished = Unfinished(known, stage, reason);
            // The no is durable already; only telling the registers is left, and that is not the desk's concern.
            return stage is ActStage.Cancelling
                ? new CommitOutcome.Refused(refusal.Refusal!.Value, refusal.Other)
                : unfinished;
        }
    }

    /// <summary>The step at every store that the act changes, all at once, each with a limit on its answer.</summary>
    private Task<T[]> Each<T>(DecidedAct act, Failpoint? afterwards, Func<Participant, Task<T>> step) =>
        Task.WhenAll(Participant.Of(stores, act).Select(async register =>
        {
            var answer = await step(register).WaitAsync(settings.AnswerLimit, stores.Time);
            // Crash here: some registers have done the step and others not. No reader sees the difference.
            if (afterwards is { } point) await stores.Failpoints.Reach(point, register.Store);
            return answer;
        }));

    private static async Task<bool> Done(Task step)
    {
        await step;
        return true;
    }

    /// <summary>An act taken up or tried again, while others may be at the same people.</summary>
    private async Task<CommitOutcome> GoOn(JournaledAct known)
    {
        // From the commit on the registers themselves keep everybody else out.
        if (known.Stage is ActStage.Decided && admission.Enter(known.Act) is not null)
            return Unfinished(known, known.Stage, RefusalCode.PersonBusy);
        try
        {
            return await CarryOn(known);
        }
        finally
        {
            admission.Leave(known.Act);
        }
    }

    /// <summary>After a crash a decided act goes on only where a register holds it prepared.</summary>
    private async Task<CommitOutcome> Resume(JournaledAct known)
    {
        if (known.Stage is not ActStage.Decided) return await GoOn(known);
        try
        {
            var states = await Each(known.Act, null, register => register.State());
            return Array.Exists(states, state => state is not ActInRegister.Unknown)
                ? await GoOn(known)
                : new CommitOutcome.Unfinished(Describe(known));
        }
        catch (Exception silent) when (ReasonOf(silent) is { } reason)
        {
            return Unfinished(known, known.Stage, reason);
        }
    }

    private async Task<RefusalCode?> Complete(DecidedAct act)
    {
        var answer = await completion(act, closing.Token).WaitAsync(settings.CompletionLimit, stores.Time);
        return answer.NotYetBecause;
    }

    private async Task<ActReceipt> Receipt(DecidedAct act, DateTimeOffset committedAt) => new(
        act.Header.Act, act.Header.Kind, committedAt, [.. await stores.Outbox.Of(act.Header.Act)]);

    /// <summary>One run of an act at a time: whoever comes second waits for the same answer.</summary>
    private async Task<CommitOutcome> Once(ActId act, Func<Task<CommitOutcome>> run)
    {
        var mine = new TaskCompletionSource<CommitOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = running.GetOrAdd(act, mine.Task);
        if (first != mine.Task) return await first;
        try
        {
            var outcome = await run();
            running.TryRemove(act, out _);
            mine.SetResult(outcome);
            return outcome;
        }
        catch (Exception mistake)
        {
            // Ours, and it goes to the caller; the act itself stays in the journal and is tried again.
            troubles.Note(act, RefusalCode.RegisterUnreachable);
            running.TryRemove(act, out _);
            mine.SetException(mistake);
            throw;
        }
    }

    private void RetryDue()
    {
        foreach (var act in troubles.Due())
            if (!running.ContainsKey(act)) _ = Retry(act);
    }

    private async Task Retry(ActId act)
    {
        try
        {
            if (await TakeUp(act) is CommitOutcome.Refused { Code: RefusalCode.ActUnknown }) troubles.Forget(act);
        }
#pragma warning disable CA1031 // nobody waits for this answer: the fault is reported, the act stays on the list
        catch (Exception fault)
#pragma warning restore CA1031
        {
            settings.OnFault?.Invoke(act, fault);
        }
    }

    private CommitOutcome.Unfinished Unfinished(JournaledAct known, ActStage stage, RefusalCode reason)
    {
        troubles.Note(known.Act.Header.Act, reason);
        return new(Describe(known with { Stage = stage }));
    }

    private UnfinishedAct Describe(JournaledAct known)
    {
        var (act, trouble) = (known.Act.Header, troubles.Of(known.Act.Header.Act));
        return new(act.Act, act.Kind, known.Stage, act.Staff, act.Office, act.DecidedAt,
            stores.Time.GetUtcNow() - act.DecidedAt, trouble?.Attempts ?? 0, trouble?.Reason, trouble?.NextTry);
    }

    private static CommitOutcome.Refused Unknown() => new(RefusalCode.ActUnknown, null);

    /// <summary>What a silent store means to the desk; null for an error that is a mistake of ours.</summary>
    private static RefusalCode? ReasonOf(Exception error) => error switch
    {
        StoreException { Fault: var fault } => fault switch
        {
            StoreFault.Full => RefusalCode.DiskFull,
            StoreFault.QueueFull => RefusalCode.TooManyRequests,
            StoreFault.Failed or StoreFault.Closed => RefusalCode.RegisterUnreachable,
        },
        // It may do it yet, after we stopped listening: every call may be repeated.
        TimeoutException => RefusalCode.RegisterLate,
        _ => null,
    };
}
