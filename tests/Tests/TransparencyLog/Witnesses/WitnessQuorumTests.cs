using System.Net;
using Microsoft.Extensions.Time.Testing;
using Musubi.Tests.Registers;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Policies;
using Musubi.TransparencyLog.Witnesses;

namespace Musubi.Tests.TransparencyLog.Witnesses;

/// <summary>Three witnesses, two of which must cosign.</summary>
public sealed class WitnessQuorumTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
    private readonly TemporaryFolder folder = new();
    private readonly TestLog log = new(300);
    private readonly FakeTimeProvider clock = new(TestLog.Now);
    private readonly WitnessNet net = new();
    private readonly HttpClient http;
    private readonly List<NoteSigner> keys = [];
    private readonly List<Witness> witnesses = [];
    private readonly WitnessQuorum quorum;
    private readonly TrustPolicy policy;

    public WitnessQuorumTests()
    {
        http = new HttpClient(net);
        for (var i = 0; i < 3; i++)
        {
            // The last one signs twice and stands in the policy twice; it is asked once.
            List<NoteSigner> own = [Key(i, NoteAlgorithm.Ed25519Cosignature)];
            if (i == 2) own.Add(Key(i, NoteAlgorithm.MlDsa44));
            keys.AddRange(own);
            witnesses.Add(new Witness(Path.Combine(folder.Path, $"{i}"), own, [log.Trusted], clock));
            net.Serve($"w{i}", witnesses[i]);
        }
        policy = TrustPolicy.Parse(
            $"""
            log {log.Key}
            witness A {keys[0].Key} http://w0/
            witness B {keys[1].Key} http://w1/
            witness C {keys[2].Key} http://w2/
            witness C-quantum {keys[3].Key} http://w2/
            group both-of-C all C C-quantum
            group two 2 A B both-of-C
            quorum two

            """);
        quorum = new WitnessQuorum(policy, log.Trusted, http, clock);
    }

    public void Dispose()
    {
        quorum.Dispose();
        foreach (var witness in witnesses) witness.Dispose();
        foreach (var key in keys) key.Dispose();
        http.Dispose();
        net.Dispose();
        log.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task All_answer_and_the_checkpoint_is_accepted_by_the_policy()
    {
        var result = await Collect(10);

        Assert.True(result.IsReached);
        Assert.Equal(PolicyVerdict.Accepted, policy.Check(result.Note));
        Assert.Equal(3, net.Requests.Count);
        Assert.Equal(3, result.Reports.Length + (await result.Late).Length);
    }

    [Fact]
    public async Task One_that_is_down_is_named_and_two_are_enough()
    {
        net.Say("w0", HttpStatusCode.BadGateway, "");

        var result = await Collect(10);

        Assert.True(result.IsReached);
        var down = Assert.Single([.. result.Reports, .. await result.Late],
            report => report.Reply.Outcome is WitnessOutcome.Down);
        Assert.Equal(["A"], down.Names);
    }

    [Fact]
    public async Task A_slow_one_is_not_waited_for_and_is_heard_later()
    {
        net.Hang("w2");

        var result = await Collect(10);

        Assert.True(result.IsReached);
        clock.Advance(Deadline);
        var slow = Assert.Single(await result.Late);
        Assert.Equal((WitnessOutcome.Slow, "C C-quantum"), (slow.Reply.Outcome, string.Join(' ', slow.Names)));
    }

    [Fact]
    public async Task Without_the_quorum_the_answer_comes_at_the_deadline_and_says_who_is_missing()
    {
        net.Hang("w1");
        net.Say("w2", HttpStatusCode.Forbidden, "no\n");

        var waiting = Collect(10);
        while (!waiting.IsCompleted)
        {
            clock.Advance(Deadline);
            await Task.Yield();
        }

        var result = await waiting;
        Assert.False(result.IsReached);
        Assert.Equal(PolicyVerdict.QuorumMissed, policy.Check(result.Note));
        Assert.Equal([("A", WitnessOutcome.Cosigned), ("B", WitnessOutcome.Slow), ("C", WitnessOutcome.Refused)],
            result.Reports.Select(report => (report.Names[0], report.Reply.Outcome)).Order());
    }

    [Fact]
    public async Task One_that_holds_another_history_is_heard_even_when_the_others_are_enough()
    {
        using var fork = log.Fork(3);
        witnesses[0].Add(fork.Request(0, 8));

        var result = await Collect(10);

        Assert.True(result.IsReached);
        var other = Assert.Single([.. result.Reports, .. await result.Late],
            report => report.Reply.Outcome is WitnessOutcome.OtherHistory);
        Assert.True(other.Reply.Evidence!.Proves(log.Trusted));
    }

    [Fact]
    public async Task A_checkpoint_that_the_log_did_not_sign_reaches_no_quorum()
    {
        using var stranger = NoteSigner.Generate(new KeyName(TestLog.Origin), NoteAlgorithm.Ed25519);
        var note = SignedNote.Sign(log.Checkpoint(10).Text, TestLog.Now, stranger);

        var result = await quorum.Collect(note, log.Tree, Deadline, Cancel);

        Assert.False(result.IsReached);
        Assert.All(result.Reports, report => Assert.Equal(WitnessOutcome.Refused, report.Reply.Outcome));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<QuorumResult> Collect(long size) => quorum.Collect(log.Sign(size), log.Tree, Deadline, Cancel);

    private static NoteSigner Key(int i, NoteAlgorithm algorithm) =>
        NoteSigner.Generate(new KeyName($"w{i}.example"), algorithm);
}
