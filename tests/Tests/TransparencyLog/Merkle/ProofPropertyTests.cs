using CsCheck;
using Musubi.TransparencyLog.Merkle;

namespace Musubi.Tests.TransparencyLog.Merkle;

/// <summary>Trees of any size against the recursive definitions, and proofs that were tampered with.</summary>
public sealed class ProofPropertyTests
{
    private const int Largest = 300;

    private static readonly TreeHash[] Leaves =
        [.. Enumerable.Range(0, Largest).Select(i => TreeHash.Leaf(BitConverter.GetBytes(i)))];

    private static readonly Gen<(int Index, int Size)> Place =
        Gen.Int[1, Largest].SelectMany(size => Gen.Int[0, size - 1].Select(index => (index, size)));

    private static readonly Gen<(int Old, int New)> Growth =
        Gen.Int[1, Largest].SelectMany(size => Gen.Int[1, size].Select(old => (old, size)));

    [Fact]
    public void A_compact_range_has_the_root_of_the_definition_at_every_size()
    {
        var range = new CompactRange();
        for (var size = 0; size < Largest; size++)
        {
            Assert.Equal(ReferenceTree.Root(Leaves.AsSpan(0, size)), range.Root());
            range.Append(Leaves[size]);
        }
    }

    [Fact]
    public void A_compact_range_goes_on_from_its_nodes() => Gen.Int[0, Largest - 1].Sample(size =>
    {
        var range = CompactRange.Of(size, Hashes(new TreeRange(0, size)));
        range.Append(Leaves[size]);
        Assert.Equal(ReferenceTree.Root(Leaves.AsSpan(0, size + 1)), range.Root());
    });

    [Fact]
    public void An_inclusion_proof_is_that_of_the_definition_and_holds() => Place.Sample(place =>
    {
        var (index, size) = place;
        TreeHash[] proof = [.. InclusionProof.Ranges(index, size).Select(Hash)];
        Assert.Equal(ReferenceTree.Path(index, Leaves.AsSpan(0, size)), proof);
        Assert.Equal(ProofVerdict.Holds, InclusionProof.Verify(index, size, Leaves[index], proof, Root(size)));
    });

    [Fact]
    public void A_consistency_proof_is_that_of_the_definition_and_holds() => Growth.Sample(growth =>
    {
        var (old, size) = growth;
        TreeHash[] proof = [.. ConsistencyProof.Ranges(old, size).Select(Hash)];
        Assert.Equal(ReferenceTree.Proof(old, Leaves.AsSpan(0, size)), proof);
        Assert.Equal(ProofVerdict.Holds, ConsistencyProof.Verify(old, size, Root(old), Root(size), proof));
    });

    [Fact]
    public void Another_leaf_another_index_or_another_root_is_refused() => Place.Sample(place =>
    {
        var (index, size) = place;
        var proof = ReferenceTree.Path(index, Leaves.AsSpan(0, size));
        Assert.Equal(ProofVerdict.WrongRoot,
            InclusionProof.Verify(index, size, TreeHash.Leaf("another"u8), proof, Root(size)));
        Assert.Equal(ProofVerdict.WrongRoot,
            InclusionProof.Verify(index, size, Leaves[index], proof, Leaves[0].Next()));
        for (var other = 0; other < size; other++)
        {
            if (other == index) continue;
            Assert.NotEqual(ProofVerdict.Holds, InclusionProof.Verify(other, size, Leaves[index], proof, Root(size)));
        }
    }, iter: 30);

    [Fact]
    public void A_changed_added_or_missing_hash_is_refused() => Growth.Sample(growth =>
    {
        var (old, size) = growth;
        if (old == size) return;
        var proof = ReferenceTree.Proof(old, Leaves.AsSpan(0, size));
        for (var i = 0; i < proof.Length; i++)
        {
            TreeHash[] changed = [.. proof];
            changed[i] = changed[i].Next();
            Assert.Equal(ProofVerdict.WrongRoot,
                ConsistencyProof.Verify(old, size, Root(old), Root(size), changed));
        }
        Assert.Equal(ProofVerdict.WrongLength,
            ConsistencyProof.Verify(old, size, Root(old), Root(size), proof.AsSpan(1)));
        Assert.NotEqual(ProofVerdict.Holds,
            ConsistencyProof.Verify(old, size, Root(old), Root(size), [.. proof, Leaves[0]]));
    }, iter: 30);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 5)]
    [InlineData(5, 5)]
    [InlineData(1, long.MinValue)]
    public void An_index_outside_of_the_tree_is_refused(long index, long size) =>
        Assert.Equal(ProofVerdict.NotInTree, InclusionProof.Verify(index, size, Leaves[0], [], Leaves[0]));

    [Theory]
    [InlineData(0, 5)]
    [InlineData(0, 0)]
    [InlineData(-1, 5)]
    [InlineData(6, 5)]
    public void No_growth_is_proved_from_nothing_or_backwards(long oldSize, long newSize) =>
        Assert.Equal(ProofVerdict.NotInTree,
            ConsistencyProof.Verify(oldSize, newSize, Leaves[0], Leaves[0], []));

    [Fact]
    public void The_largest_tree_has_proofs_within_the_bound()
    {
        Assert.Equal(TreeRange.MostLevels, InclusionProof.Ranges(0, long.MaxValue).Length);
        Assert.InRange(ConsistencyProof.Ranges(1, long.MaxValue).Length, 1, TreeRange.MostLevels);
        Assert.InRange(ConsistencyProof.Ranges(long.MaxValue - 1, long.MaxValue).Length, 1, TreeRange.MostLevels);
    }

    private static TreeHash Root(int size) => ReferenceTree.Root(Leaves.AsSpan(0, size));

    private static TreeHash Hash(TreeRange range) =>
        ReferenceTree.Root(Leaves.AsSpan((int)range.Begin, (int)(range.End - range.Begin)));

    private static TreeHash[] Hashes(TreeRange range) =>
        [.. range.Nodes().Select(node => Hash(new(node.Index << node.Level, (node.Index + 1) << node.Level)))];
}

internal static class TreeHashAlteration
{
    /// <summary>Another hash: this one with a bit turned over.</summary>
    public static TreeHash Next(this TreeHash hash)
    {
        var bytes = hash.ToArray();
        bytes[7] ^= 1;
        return new(bytes);
    }
}
