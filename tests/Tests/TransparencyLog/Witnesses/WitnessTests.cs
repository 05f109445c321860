using System.Text;
using Microsoft.Extensions.Time.Testing;
using Musubi.Tests.Registers;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Witnesses;

namespace Musubi.Tests.TransparencyLog.Witnesses;

/// <summary>C2SP tlog-witness, add-checkpoint: who is answered what.</summary>
public sealed class WitnessTests : IDisposable
{
    private static readonly KeyName Name = new("w1.example");
    private readonly TemporaryFolder folder = new();
    private readonly TestLog log = new(300);
    private readonly FakeTimeProvider clock = new(TestLog.Now);
    private readonly NoteSigner ed25519 = NoteSigner.Generate(Name, NoteAlgorithm.Ed25519Cosignature);
    private readonly NoteSigner mlDsa = NoteSigner.Generate(Name, NoteAlgorithm.MlDsa44);

    public void Dispose()
    {
        log.Dispose();
        ed25519.Dispose();
        mlDsa.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void The_first_checkpoint_is_cosigned_as_it_is_with_every_key()
    {
        using var witness = Open();

        var answer = witness.Add(log.Request(0, 10));

        Assert.Equal((200, "text/plain; charset=utf-8"), (answer.Status, answer.ContentType));
        var cosigned = log.Sign(10).With(SignedNote.ParseLines(Text(answer)));
        var verdict = cosigned.Verify(new NoteVerifier(ed25519.Key), new NoteVerifier(mlDsa.Key));
        Assert.Equal([ed25519.Key, mlDsa.Key], verdict.Signatures.Select(signature => signature.Key));
        Assert.All(verdict.Signatures, signature => Assert.Equal(TestLog.Now, signature.At));
    }

    [Fact]
    public void A_tree_that_goes_on_from_the_known_one_is_cosigned()
    {
        using var witness = Open();
        long[] sizes = [0, 1, 2, 3, 64, 255, 256, 257, 300, 300];
        foreach (var (old, size) in sizes.Zip(sizes.Skip(1)))
            Assert.Equal(200, witness.Add(log.Request(old, size)).Status);
    }

    [Fact]
    public void An_unknown_origin_is_answered_404()
    {
        using var stranger = NoteSigner.Generate(new KeyName("other.example"), NoteAlgorithm.Ed25519);
        var note = SignedNote.Sign(
            new Checkpoint(new LogOrigin("other.example"), 1, TreeHash.Empty).Text, TestLog.Now, stranger);
        using var witness = Open();

        Expect(witness.Add(new AddCheckpoint(0, [], note).ToBytes()), 404, WitnessRefusal.UnknownOrigin);
    }

    [Fact]
    public void A_signature_of_no_trusted_key_is_answered_403()
    {
        using var stranger = NoteSigner.Generate(new KeyName(TestLog.Origin), NoteAlgorithm.Ed25519);
        var note = SignedNote.Sign(log.Checkpoint(5).Text, TestLog.Now, stranger);
        using var witness = Open();

        Expect(witness.Add(new AddCheckpoint(0, [], note).ToBytes()), 403, WitnessRefusal.NotSigned);
    }

    [Fact]
    public void A_signature_of_a_trusted_key_over_something_else_is_answered_403()
    {
        var note = new SignedNote(log.Checkpoint(6).Text, log.Sign(5).Signatures);
        using var witness = Open();

        Expect(witness.Add(new AddCheckpoint(0, [], note).ToBytes()), 403, WitnessRefusal.NotSigned);
    }

    [Theory]
    [InlineData("")]
    [InlineData("old 0\n")]
    [InlineData("old 00\n\n")]
    [InlineData("new 0\n\n")]
    [InlineData("old 0\nnot a hash\n\n")]
    [InlineData("old -1\n\n")]
    public void A_body_that_is_no_request_is_answered_400(string head)
    {
        using var witness = Open();

        Expect(witness.Add(Encoding.UTF8.GetBytes(head + (head.EndsWith("\n\n", StringComparison.Ordinal)
            ? log.Sign(1).ToString() : ""))), 400, WitnessRefusal.Malformed);
    }

    [Fact]
    public void Sixty_three_proof_lines_are_read_and_sixty_four_are_not()
    {
        string Body(int hashes) =>
            $"old 1\n{string.Concat(Enumerable.Repeat($"{TreeHash.Empty}\n", hashes))}\n{log.Sign(2)}";

        Assert.Equal(63, AddCheckpoint.Parse(Encoding.UTF8.GetBytes(Body(63))).Proof.Length);
        Assert.Throws<NoteException>(() => AddCheckpoint.Parse(Encoding.UTF8.GetBytes(Body(64))));
    }

    [Fact]
    public void An_old_size_above_the_new_one_is_answered_400()
    {
        using var witness = Open();

        Expect(witness.Add(new AddCheckpoint(6, [], log.Sign(5)).ToBytes()), 400, WitnessRefusal.OldAboveNew);
    }

    [Fact]
    public void An_old_size_that_is_not_the_known_one_is_answered_409_with_the_known_one()
    {
        using var witness = Open();
        witness.Add(log.Request(0, 10));

        foreach (var answer in new[] { witness.Add(log.Request(0, 20)), witness.Add(log.Request(9, 20)),
            witness.Add(log.Request(5, 5)) })
        {
            Expect(answer, 409, WitnessRefusal.Stale);
            Assert.Equal(("10\n", "text/x.tlog.size"), (Text(answer), answer.ContentType));
        }
    }

    [Fact]
    public void A_proof_that_leads_elsewhere_is_answered_422()
    {
        using var fork = log.Fork(5);
        using var witness = Open();
        witness.Add(log.Request(0, 10));

        Expect(witness.Add(fork.Request(10, 20)), 422, WitnessRefusal.WrongProof);
        Expect(witness.Add(new AddCheckpoint(10, [], log.Sign(20)).ToBytes()), 422, WitnessRefusal.WrongProof);
        Expect(witness.Add(new AddCheckpoint(10, log.Consistency(10, 20), log.Sign(10)).ToBytes()), 422,
            WitnessRefusal.WrongProof);
        Assert.Equal(200, witness.Add(log.Request(10, 20)).Status);
    }

    [Fact]
    public void A_first_checkpoint_comes_without_a_proof()
    {
        using var witness = Open();

        Expect(witness.Add(new AddCheckpoint(0, [TreeHash.Empty], log.Sign(10)).ToBytes()), 422,
            WitnessRefusal.WrongProof);
    }

    [Fact]
    public void The_empty_tree_has_one_root()
    {
        using var witness = Open();
        var note = NoteOf(new Checkpoint(new LogOrigin(TestLog.Origin), 0, TreeHash.Leaf([])));

        Expect(witness.Add(new AddCheckpoint(0, [], note).ToBytes()), 422, WitnessRefusal.OtherRoot);
        Assert.Equal(200, witness.Add(log.Request(0, 0)).Status);
    }

    [Fact]
    public void Another_root_for_the_known_size_is_answered_422_and_kept_as_proof_against_the_log()
    {
        using var fork = log.Fork(5);
        using var witness = Open();
        witness.Add(log.Request(0, 10));

        Expect(witness.Add(new AddCheckpoint(10, [], fork.Sign(10)).ToBytes()), 422, WitnessRefusal.OtherRoot);

        var published = witness.Answer("GET", $"/{log.Trusted.OriginHash}/split-view", []);
        Assert.Equal(200, published.Status);
        Assert.True(SplitView.Parse(published.Body.Span).Proves(log.Trusted));
    }

    [Fact]
    public void The_last_cosigned_checkpoint_is_published_with_all_signatures()
    {
        using var witness = Open();
        var path = $"/{log.Trusted.OriginHash}/checkpoint";
        Assert.Equal(404, witness.Answer("GET", path, []).Status);

        witness.Answer("POST", "/add-checkpoint", log.Request(0, 10));

        var published = SignedNote.Parse(witness.Answer("GET", path, []).Body.Span);
        Assert.Equal(log.Checkpoint(10).Text, published.Text);
        Assert.Equal(3, published.Verify(new NoteVerifier(log.Key), new NoteVerifier(ed25519.Key),
            new NoteVerifier(mlDsa.Key)).Signatures.Length);
    }

    [Fact]
    public void Signatures_of_strangers_are_not_published()
    {
        using var stranger = NoteSigner.Generate(new KeyName("stranger.example"), NoteAlgorithm.Ed25519);
        using var witness = Open();
        var note = log.Sign(10).With([stranger.Sign(log.Checkpoint(10).Text, TestLog.Now)]);

        Assert.Equal(200, witness.Add(new AddCheckpoint(0, [], note).ToBytes()).Status);

        Assert.DoesNotContain("stranger", Text(witness.Answer("GET", $"/{log.Trusted.OriginHash}/checkpoint", [])),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_clock_set_back_makes_no_cosignature_that_is_older_than_the_last()
    {
        using (var witness = Open()) witness.Add(log.Request(0, 10));
        clock.SetUtcNow(TestLog.Now.AddDays(1));
        using (var witness = Open()) witness.Add(log.Request(10, 20));
        var before = new FakeTimeProvider(TestLog.Now);

        using var later = new Witness(folder.Path, [ed25519], [log.Trusted], before);

        var lines = SignedNote.ParseLines(Text(later.Add(log.Request(20, 30))));
        var verdict = log.Sign(30).With(lines).Verify(new NoteVerifier(ed25519.Key));
        Assert.Equal(TestLog.Now.AddDays(1), Assert.Single(verdict.Signatures).At);
    }

    [Theory]
    [InlineData("GET", "/add-checkpoint", 405)]
    [InlineData("POST", "/checkpoint", 404)]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/../checkpoint", 404)]
    [InlineData("GET", "/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/checkpoint", 404)]
    public void Other_paths_are_not_served(string method, string path, int status)
    {
        using var witness = Open();

        Assert.Equal(status, witness.Answer(method, path, []).Status);
    }

    [Fact]
    public void A_key_that_makes_no_cosignatures_is_no_witness_key()
    {
        using var plain = NoteSigner.Generate(new KeyName("w1.example"), NoteAlgorithm.Ed25519);

        Assert.Throws<ArgumentException>(() => new Witness(folder.Path, [plain], [log.Trusted], clock));
    }

    private Witness Open() => new(folder.Path, [ed25519, mlDsa], [log.Trusted], clock);

    private SignedNote NoteOf(Checkpoint checkpoint) => log.SignText(checkpoint.Text);

    private static string Text(WitnessAnswer answer) => Encoding.UTF8.GetString(answer.Body.Span);

    private static void Expect(WitnessAnswer answer, int status, WitnessRefusal refusal) =>
        Assert.Equal((status, refusal), (answer.Status, answer.Refusal));
}
