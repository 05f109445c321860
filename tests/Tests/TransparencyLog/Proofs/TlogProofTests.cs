using System.Text;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Policies;
using Musubi.TransparencyLog.Proofs;

namespace Musubi.Tests.TransparencyLog.Proofs;

/// <summary>C2SP tlog-proof: a resident's receipt.</summary>
public sealed class TlogProofTests : IDisposable
{
    private readonly TestLog log = new(40);
    private readonly NoteSigner witness = NoteSigner.Generate(new KeyName("w1.example"), NoteAlgorithm.MlDsa44);

    public void Dispose()
    {
        log.Dispose();
        witness.Dispose();
    }

    [Fact]
    public void Every_entry_of_every_size_has_a_proof_that_survives_its_file()
    {
        for (var size = 1; size <= 40; size++)
        {
            var note = Cosigned(size);
            for (var index = 0; index < size; index++)
            {
                var file = new TlogProof(index, log.Inclusion(index, size), note).ToBytes();
                Assert.Equal(file, TlogProof.Parse(file).ToBytes());
                Assert.Equal(TlogProofVerdict.Logged, TlogProof.Parse(file).Verify(LogOnly, TestLog.Entry(index)));
            }
        }
    }

    [Fact]
    public void A_file_has_the_lines_of_the_specification_in_their_order()
    {
        var proof = new TlogProof(2, log.Inclusion(2, 3), log.Sign(3), "hello"u8.ToArray());

        Assert.Equal($"c2sp.org/tlog-proof@v1\nextra aGVsbG8=\nindex 2\n{log.Root(2)}\n\n{log.Sign(3)}",
            proof.ToString());
        Assert.Equal("hello", Encoding.UTF8.GetString(TlogProof.Parse(proof.ToBytes()).Extra!.Value.Span));
    }

    [Fact]
    public void Another_entry_index_or_tree_is_not_proved()
    {
        var proof = new TlogProof(7, log.Inclusion(7, 40), Cosigned(40));

        Assert.Equal(TlogProofVerdict.Logged, proof.Verify(Policy, TestLog.Entry(7)));
        Assert.Equal(TlogProofVerdict.NotIncluded, proof.Verify(Policy, TestLog.Entry(8)));
        Assert.Equal(TlogProofVerdict.NotIncluded,
            new TlogProof(8, log.Inclusion(7, 40), Cosigned(40)).Verify(Policy, TestLog.Entry(7)));
        Assert.Equal(TlogProofVerdict.NotIncluded,
            new TlogProof(7, log.Inclusion(7, 40), Cosigned(39)).Verify(Policy, TestLog.Entry(7)));
        Assert.Equal(TlogProofVerdict.NotIncluded,
            new TlogProof(40, log.Inclusion(7, 40), Cosigned(40)).Verify(Policy, TestLog.Entry(7)));
    }

    [Fact]
    public void Without_the_quorum_nothing_is_proved() =>
        Assert.Equal(TlogProofVerdict.QuorumMissed,
            new TlogProof(7, log.Inclusion(7, 40), log.Sign(40)).Verify(Policy, TestLog.Entry(7)));

    [Fact]
    public void A_log_that_the_policy_does_not_list_proves_nothing()
    {
        using var other = new TestLog(40);
        Assert.Equal(TlogProofVerdict.UnknownLog,
            new TlogProof(7, other.Inclusion(7, 40), other.Sign(40)).Verify(LogOnly, TestLog.Entry(7)));
    }

    [Fact]
    public void A_checkpoint_changed_after_signing_is_found()
    {
        var forged = new SignedNote(log.Checkpoint(39).Text, log.Sign(40).Signatures);

        Assert.Equal(TlogProofVerdict.BadSignature,
            new TlogProof(7, log.Inclusion(7, 39), forged).Verify(LogOnly, TestLog.Entry(7)));
    }

    [Theory]
    [InlineData("c2sp.org/tlog-proof@v2\nindex 0\n", "line 1 is not")]
    [InlineData("c2sp.org/tlog-proof@v1\n", "the index line")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 00\n", "the index line")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex -1\n", "the index line")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra aGVsbG8\nindex 0\n", "the extra data")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\nextra aGVsbG8=\n", "hash 1 of the proof")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n", "hash 1 of the proof")]
    public void What_is_no_proof_is_refused_with_its_reason(string head, string reason) =>
        Assert.Contains(reason, Assert.Throws<NoteException>(
            () => TlogProof.Parse(Encoding.UTF8.GetBytes($"{head}\n{log.Sign(1)}"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Sixty_four_hashes_are_one_too_many()
    {
        byte[] File(int hashes) => Encoding.UTF8.GetBytes("c2sp.org/tlog-proof@v1\nindex 0\n"
            + string.Concat(Enumerable.Repeat($"{TreeHash.Empty}\n", hashes)) + $"\n{log.Sign(1)}");

        Assert.Equal(63, TlogProof.Parse(File(63)).Hashes.Length);
        Assert.Throws<NoteException>(() => TlogProof.Parse(File(64)));
    }

    private TrustPolicy Policy => TrustPolicy.Parse($"log {log.Key}\nwitness W {witness.Key}\nquorum W\n");

    private TrustPolicy LogOnly => TrustPolicy.Parse($"log {log.Key}\nquorum none\n");

    private SignedNote Cosigned(long size) =>
        log.Sign(size).With([witness.Sign(log.Checkpoint(size).Text, TestLog.Now)]);
}
