using System.Collections.Immutable;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Policies;
using Musubi.TransparencyLog.Tiles;
using Musubi.TransparencyLog.Writing;

namespace Musubi.TransparencyLog.Witnesses;

/// <summary>What one witness of the policy did.</summary>
/// <param name="Address">Its submission prefix; keys that share one are one witness.</param>
/// <param name="Names">What the policy calls its keys.</param>
public sealed record WitnessReport(Uri Address, ImmutableArray<string> Names, WitnessReply Reply);

/// <summary>What asking the witnesses gave.</summary>
/// <param name="IsReached">Whether the policy's quorum cosigned.</param>
/// <param name="Note">The checkpoint with the cosignatures that had come when the answer was given.</param>
/// <param name="Reports">Who had answered by then, in the order of their answers.</param>
/// <param name="Late">Who answers after that, until the deadline: a slow witness may be the one that holds another
/// history.</param>
public sealed record QuorumResult(
    bool IsReached, SignedNote Note, ImmutableArray<WitnessReport> Reports, Task<ImmutableArray<WitnessReport>> Late);

/// <summary>Asks the witnesses of a policy all at once and waits for the quorum, not for the slowest. Safe for one
/// checkpoint at a time.</summary>
public sealed class WitnessQuorum : IDisposable
{
    private readonly TrustPolicy policy;
    private readonly TimeProvider clock;
    private readonly ImmutableArray<(Uri Address, ImmutableArray<string> Names, WitnessClient Client)> witnesses;

    /// <param name="policy">Its witnesses need addresses; one without can cosign only by other ways.</param>
    /// <param name="log">Whose checkpoints.</param>
    /// <param name="http">Stays the caller's.</param>
    public WitnessQuorum(TrustPolicy policy, TrustedLog log, HttpClient http, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(policy);
        this.policy = policy;
        this.clock = clock;
        // A witness that signs twice stands in the policy twice, with one address: it is asked once.
        witnesses =
        [
            .. from witness in policy.Witnesses
               where witness.Address is not null
               group witness by witness.Address into one
               select (one.Key, one.Select(witness => witness.Name).ToImmutableArray(),
                   new WitnessClient(log, one.Key, one.Select(witness => witness.Key), http)),
        ];
    }

    /// <summary>Asks all, until the quorum is there or the time is over.</summary>
    /// <param name="note">The checkpoint, signed by the log.</param>
    /// <param name="tree">Where proofs come from; holds at least the checkpoint's tree.</param>
    /// <param name="deadline">From now; who has not answered by then is slow.</param>
    /// <param name="cancel">Ends the whole: the call throws.</param>
    /// <exception cref="TileException">Our own tree could not be read.</exception>
    public async Task<QuorumResult> Collect(
        SignedNote note, TileReader tree, TimeSpan deadline, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(note);
        var time = new CancellationTokenSource(deadline, clock);
        var all = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancel);
        var asked = witnesses.Select(async witness => new WitnessReport(
            witness.Address, witness.Names, await witness.Client.Ask(note, tree, all.Token))).ToList();
        var reports = ImmutableArray.CreateBuilder<WitnessReport>();
        var isReached = policy.Check(note) is PolicyVerdict.Accepted;
        try
        {
            while (!isReached && asked.Count > 0)
            {
                var answered = await Task.WhenAny(asked);
                asked.Remove(answered);
                var report = await answered;
                reports.Add(report);
                if (report.Reply.Outcome is not WitnessOutcome.Cosigned) continue;
                note = note.With(report.Reply.Cosignatures);
                isReached = policy.Check(note) is PolicyVerdict.Accepted;
            }
            cancel.ThrowIfCancellationRequested();
        }
        catch
        {
            // Our own tree could not be read, or nobody waits any more: the others need not go on.
            await all.CancelAsync();
            await Task.WhenAll(asked).ContinueWith(_ => { }, TaskScheduler.Default);
            all.Dispose();
            time.Dispose();
            throw;
        }
        return new QuorumResult(isReached, note, reports.ToImmutable(), Late(asked, time, all));
    }

    /// <summary>Collects before a log publishes, as its writer wants it.</summary>
    /// <param name="deadline">For each checkpoint.</param>
    /// <param name="heard">Told what every witness did, when the last has answered or the time is over: an operator
    /// wants to know who is down, the world who was shown another history.</param>
    public CheckpointCosigner Cosigner(TimeSpan deadline, Action<ImmutableArray<WitnessReport>> heard) =>
        async (note, tree, cancel) =>
        {
            var result = await Collect(note, tree, deadline, cancel);
            _ = Tell(result);
            return result.IsReached ? result.Note : null;

            async Task Tell(QuorumResult said) => heard([.. said.Reports, .. await said.Late]);
        };

    public void Dispose()
    {
        foreach (var (_, _, client) in witnesses) client.Dispose();
    }

    private static async Task<ImmutableArray<WitnessReport>> Late(
        List<Task<WitnessReport>> asked, CancellationTokenSource time, CancellationTokenSource all)
    {
        using (time)
        using (all) return [.. await Task.WhenAll(asked)];
    }
}
