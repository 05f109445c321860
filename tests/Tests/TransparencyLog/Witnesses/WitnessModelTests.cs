using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Musubi.Tests.Registers;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Witnesses;

namespace Musubi.Tests.TransparencyLog.Witnesses;

/// <summary>Random histories of a witness against a few lines that say by roots, not by proofs, what it may cosign.
/// </summary>
public sealed class WitnessModelTests : IDisposable
{
    private const int Most = 40;
    private const int ForkAt = 5;

    private static readonly Gen<Step> AnyStep =
        from kind in Gen.Frequency((8, Gen.Const(StepKind.Offer)), (1, Gen.Const(StepKind.OfferByStranger)),
            (1, Gen.Const(StepKind.Restart)))
        from isFork in Gen.Bool
        from grow in Gen.Int[-3, 6]
        from off in Gen.Frequency((6, Gen.Const(0)), (1, Gen.Int[-4, 4]))
        from proof in Gen.Frequency((6, Gen.Const(ProofKind.Honest)), (1, Gen.Const(ProofKind.None)),
            (1, Gen.Const(ProofKind.OneHashWrong)), (1, Gen.Const(ProofKind.OneHashMore)))
        select new Step(kind, isFork, grow, off, proof);

    private readonly TestLog log = new(Most);
    private readonly TestLog fork;
    private readonly NoteSigner stranger = NoteSigner.Generate(new KeyName(TestLog.Origin), NoteAlgorithm.Ed25519);
    private readonly NoteSigner key = NoteSigner.Generate(new KeyName("w1.example"), NoteAlgorithm.Ed25519Cosignature);

    public WitnessModelTests() => fork = log.Fork(ForkAt);

    private enum StepKind { Offer, OfferByStranger, Restart }

    private enum ProofKind { Honest, None, OneHashWrong, OneHashMore }

    public void Dispose()
    {
        fork.Dispose();
        log.Dispose();
        stranger.Dispose();
        key.Dispose();
    }

    [Fact]
    public void It_cosigns_what_continues_its_history_and_nothing_else() =>
        AnyStep.Array[1, 30].Sample(Play, iter: 60, threads: 1);

    private void Play(Step[] steps)
    {
        using var folder = new TemporaryFolder();
        var witness = Open(folder);
        try
        {
            var (size, root) = (0L, TreeHash.Empty);
            foreach (var step in steps)
            {
                if (step.Kind is StepKind.Restart)
                {
                    witness.Dispose();
                    witness = Open(folder);
                    continue;
                }
                var history = step.IsFork ? fork : log;
                var next = Math.Clamp(size + step.Grow, 0, Most);
                var old = Math.Clamp(size + step.Off, 0, Most);
                TreeHash[] proof = Proof(step.Proof, history, old, next);

                var answer = witness.Add(new AddCheckpoint(old, [.. proof], Signed(step, history, next)).ToBytes());

                var expected = step.Kind is StepKind.OfferByStranger ? WitnessRefusal.NotSigned
                    : Refuse(size, root, old, next, history, proof.AsSpan().SequenceEqual(
                        history.Consistency(old, next).AsSpan()));
                Assert.Equal((step, expected), (step, answer.Refusal));
                if (expected is null) (size, root) = (next, history.Root(next));
            }
        }
        finally
        {
            witness.Dispose();
        }
    }

    /// <summary>The rules by what the trees are: an honest proof leads from a prefix to the whole.</summary>
    private static WitnessRefusal? Refuse(
        long size, TreeHash root, long old, long next, TestLog history, bool isHonest)
    {
        if (old > next) return WitnessRefusal.OldAboveNew;
        if (old != size) return WitnessRefusal.Stale;
        if (history.Root(size) != root) return next == size ? WitnessRefusal.OtherRoot : WitnessRefusal.WrongProof;
        return isHonest ? null : WitnessRefusal.WrongProof;
    }

    private static TreeHash[] Proof(ProofKind kind, TestLog history, long old, long next)
    {
        TreeHash[] honest = [.. history.Consistency(old, next)];
        return kind switch
        {
            ProofKind.Honest => honest,
            ProofKind.None => [],
            ProofKind.OneHashWrong => [.. honest.Select((hash, i) => i == 0 ? TreeHash.Leaf("wrong"u8) : hash)],
            ProofKind.OneHashMore => [.. honest, TreeHash.Leaf("more"u8)],
        };
    }

    private SignedNote Signed(Step step, TestLog history, long next) => step.Kind is StepKind.OfferByStranger
        ? SignedNote.Sign(history.Checkpoint(next).Text, TestLog.Now, stranger)
        : history.Sign(next);

    private Witness Open(TemporaryFolder folder) =>
        new(folder.Path, [key], [log.Trusted], new FakeTimeProvider(TestLog.Now));

    private sealed record Step(StepKind Kind, bool IsFork, int Grow, int Off, ProofKind Proof);
}
