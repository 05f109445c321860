using System.Collections.Immutable;

namespace Musubi.TransparencyLog.Merkle;

/// <summary>That a leaf stands at an index of a tree (RFC 9162 §2.1.3). A proof is a list of hashes, from the leaf's
/// neighbour up.</summary>
public static class InclusionProof
{
    /// <summary>Whose hashes the proof consists of, in order (RFC 9162 §2.1.3.1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in a tree of that size.</exception>
    public static ImmutableArray<TreeRange> Ranges(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var ranges = ImmutableArray.CreateBuilder<TreeRange>();
        var (begin, end) = (0L, size);
        while (end - begin > 1)
        {
            var middle = begin + TreeRange.Split(end - begin);
            ranges.Add(index < middle ? new(middle, end) : new(begin, middle));
            (begin, end) = index < middle ? (begin, middle) : (middle, end);
        }
        // Found from the root down; a proof begins at the leaf.
        ranges.Reverse();
        return ranges.DrainToImmutable();
    }

    /// <summary>Checks a proof (RFC 9162 §2.1.3.2).</summary>
    public static ProofVerdict Verify(
        long index, long size, in TreeHash leaf, ReadOnlySpan<TreeHash> proof, in TreeHash root)
    {
        // 1. The index is in the tree.
        if (index < 0 || index >= size) return ProofVerdict.NotInTree;
        // 2.–3. fn walks up from the leaf, sn from the last leaf.
        var (fn, sn) = (index, size - 1);
        var r = leaf;
        // 4. Each hash is the neighbour on the left where fn is a right child or the last of its level.
        foreach (var p in proof)
        {
            if (sn == 0) return ProofVerdict.WrongLength;
            if ((fn & 1) == 1 || fn == sn)
            {
                r = TreeHash.Node(p, r);
                // The last of its level has no neighbour until it is a right child.
                while ((fn & 1) == 0 && fn != 0) (fn, sn) = (fn >> 1, sn >> 1);
            }
            else
            {
                r = TreeHash.Node(r, p);
            }
            (fn, sn) = (fn >> 1, sn >> 1);
        }
        // 5. The walk ends at the root, and it is the root.
        if (sn != 0) return ProofVerdict.WrongLength;
        return r == root ? ProofVerdict.Holds : ProofVerdict.WrongRoot;
    }
}
