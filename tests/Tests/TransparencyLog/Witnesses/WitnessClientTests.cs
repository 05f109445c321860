using System.Net;
using Microsoft.Extensions.Time.Testing;
using Musubi.Tests.Registers;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Witnesses;

namespace Musubi.Tests.TransparencyLog.Witnesses;

/// <summary>What the log makes of every answer that a witness can give.</summary>
public sealed class WitnessClientTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TestLog log = new(600);
    private readonly TestLog fork;
    private readonly FakeTimeProvider clock = new(TestLog.Now);
    private readonly NoteSigner key = NoteSigner.Generate(new KeyName("w1.example"), NoteAlgorithm.Ed25519Cosignature);
    private readonly WitnessNet net = new();
    private readonly HttpClient http;
    private readonly Witness witness;
    private readonly WitnessClient client;

    public WitnessClientTests()
    {
        fork = log.Fork(5);
        http = new HttpClient(net);
        witness = new Witness(folder.Path, [key], [log.Trusted], clock);
        net.Serve("w1", witness);
        client = new WitnessClient(log.Trusted, new Uri("http://w1/"), [key.Key], http);
    }

    public void Dispose()
    {
        client.Dispose();
        witness.Dispose();
        http.Dispose();
        net.Dispose();
        key.Dispose();
        fork.Dispose();
        log.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task One_request_is_enough_while_all_goes_well()
    {
        foreach (var size in (long[])[1, 7, 300, 300, 600])
        {
            var reply = await Ask(size);
            Assert.Equal(WitnessOutcome.Cosigned, reply.Outcome);
            Assert.True(log.Sign(size).With(reply.Cosignatures).Verify(new NoteVerifier(key.Key)).IsTrusted);
        }
        Assert.Equal(5, net.Requests.Count);
    }

    [Fact]
    public async Task A_client_that_forgot_hears_the_size_and_asks_again()
    {
        witness.Add(log.Request(0, 10));
        witness.Add(log.Request(10, 257));

        Assert.Equal(WitnessOutcome.Cosigned, (await Ask(300)).Outcome);
        Assert.Equal(2, net.Requests.Count);
    }

    [Theory]
    [InlineData(5 + 1, 300)]
    [InlineData(257, 600)]
    [InlineData(300, 300)]
    public async Task A_witness_with_another_history_gives_the_proof_against_the_log(long theirs, long ours)
    {
        witness.Add(fork.Request(0, theirs));

        var reply = await Ask(ours);

        Assert.Equal(WitnessOutcome.OtherHistory, reply.Outcome);
        var published = SplitView.Parse(reply.Evidence!.ToBytes());
        Assert.True(published.Proves(log.Trusted));
        Assert.Equal(fork.Checkpoint(theirs).Text, published.Smaller.Text);
        Assert.Equal(log.Checkpoint(ours).Text, published.Larger.Text);
    }

    [Fact]
    public async Task A_witness_that_is_ahead_of_a_log_set_back_is_told_from_a_refusal()
    {
        witness.Add(log.Request(0, 300));

        var reply = await Ask(200);

        Assert.Equal(WitnessOutcome.Ahead, reply.Outcome);
        Assert.Equal("it holds size 300, we offer 200", reply.Detail);
        Assert.Equal(log.Checkpoint(300).Text, reply.Theirs!.Text);
        Assert.Null(reply.Evidence);
    }

    [Fact]
    public async Task A_witness_that_is_down_is_told_from_one_that_refuses()
    {
        using var other = new WitnessClient(log.Trusted, new Uri("http://nobody/"), [key.Key], http);
        Assert.Equal(WitnessOutcome.Down, (await other.Ask(log.Sign(3), log.Tree, Cancel)).Outcome);

        net.Say("w1", HttpStatusCode.ServiceUnavailable, "later");
        Assert.Equal(WitnessOutcome.Down, (await Ask(3)).Outcome);

        net.Say("w1", HttpStatusCode.NotFound, "No log of this origin.\nMore.");
        Assert.Equal((WitnessOutcome.Refused, "status 404: No log of this origin."), Said(await Ask(3)));
    }

    [Fact]
    public async Task A_witness_that_does_not_answer_is_slow()
    {
        net.Hang("w1");
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));

        Assert.Equal(WitnessOutcome.Slow, (await client.Ask(log.Sign(3), log.Tree, soon.Token)).Outcome);
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, "", "a signature line ends with a newline")]
    [InlineData(HttpStatusCode.OK, "nonsense\n", "a signature line begins with an em dash and a space")]
    [InlineData(HttpStatusCode.OK, "— w9.example AAAAAAA=\n", "no line is of a key of this witness")]
    [InlineData(HttpStatusCode.Found, "", "status 302: ")]
    [InlineData(HttpStatusCode.UnprocessableEntity, "no", "it refuses and shows no checkpoint of this log")]
    [InlineData(HttpStatusCode.Conflict, "7 sizes\n", "it refuses and shows no checkpoint of this log")]
    public async Task What_no_witness_answers_is_a_wrong_answer(HttpStatusCode status, string body, string detail)
    {
        net.Say("w1", status, body, status is HttpStatusCode.Conflict ? "text/x.tlog.size" : "text/plain");

        Assert.Equal((WitnessOutcome.WrongAnswer, detail), Said(await Ask(3)));
    }

    [Fact]
    public async Task A_cosignature_of_something_else_is_a_wrong_answer()
    {
        net.Say("w1", HttpStatusCode.OK, $"{key.Sign(log.Checkpoint(4).Text, TestLog.Now)}\n");

        Assert.Equal((WitnessOutcome.WrongAnswer, "a cosignature does not hold"), Said(await Ask(3)));
    }

    [Fact]
    public async Task A_checkpoint_of_a_witness_that_the_log_did_not_sign_is_no_evidence()
    {
        using var stranger = NoteSigner.Generate(new KeyName(TestLog.Origin), NoteAlgorithm.Ed25519);
        var forged = SignedNote.Sign(fork.Checkpoint(10).Text, TestLog.Now, stranger);
        net.Say("w1", HttpStatusCode.UnprocessableEntity, forged.ToString());

        var reply = await Ask(20);

        Assert.Equal(WitnessOutcome.WrongAnswer, reply.Outcome);
        Assert.Null(reply.Evidence);
    }

    [Fact]
    public async Task A_wrong_root_of_the_empty_tree_belongs_to_no_history()
    {
        var held = log.SignText(new Checkpoint(new LogOrigin(TestLog.Origin), 0, TreeHash.Leaf([])).Text);
        net.Answer("w1", request => request.Method == HttpMethod.Get
            ? (HttpStatusCode.OK, held.ToString())
            : (HttpStatusCode.UnprocessableEntity, "no\n"));

        var reply = await Ask(20);

        Assert.Equal(WitnessOutcome.OtherHistory, reply.Outcome);
        Assert.True(SplitView.Parse(reply.Evidence!.ToBytes()).Proves(log.Trusted));
    }

    [Fact]
    public async Task A_witness_that_refuses_what_continues_its_own_checkpoint_is_wrong()
    {
        net.Answer("w1", request => request.Method == HttpMethod.Get
            ? (HttpStatusCode.OK, log.Sign(10).ToString())
            : (HttpStatusCode.UnprocessableEntity, "no\n"));

        Assert.Equal((WitnessOutcome.WrongAnswer, "it refuses although its checkpoint begins ours"),
            Said(await Ask(20)));
    }

    [Fact]
    public void Honest_checkpoints_prove_no_split_view()
    {
        var honest = new SplitView(log.Sign(10), log.Sign(20), log.Root(10), log.Consistency(10, 20));
        var invented = new SplitView(log.Sign(10), log.Sign(20), fork.Root(10), fork.Consistency(10, 20));
        var unsigned = new SplitView(
            new SignedNote(fork.Checkpoint(10).Text, log.Sign(10).Signatures), log.Sign(20), log.Root(10),
            log.Consistency(10, 20));

        Assert.False(honest.Proves(log.Trusted));
        Assert.False(invented.Proves(log.Trusted));
        Assert.False(unsigned.Proves(log.Trusted));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("null")]
    public void What_is_no_split_view_is_refused(string json) =>
        Assert.Throws<NoteException>(() => SplitView.Parse(System.Text.Encoding.UTF8.GetBytes(json)));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<WitnessReply> Ask(long size) => client.Ask(log.Sign(size), log.Tree, Cancel);

    private static (WitnessOutcome, string) Said(WitnessReply reply) => (reply.Outcome, reply.Detail);
}
