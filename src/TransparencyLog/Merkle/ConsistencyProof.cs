using System.Collections.Immutable;
using System.Numerics;

namespace Musubi.TransparencyLog.Merkle;

/// <summary>That a tree is the beginning of a later one: nothing in it was changed or taken out (RFC 9162 §2.1.4).
/// </summary>
public static class ConsistencyProof
{
    /// <summary>Whose hashes the proof consists of, in order (RFC 9162 §2.1.4.1); none for equal sizes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The old size is 0 or above the new one: the empty tree begins
    /// every tree and proves nothing.</exception>
    public static ImmutableArray<TreeRange> Ranges(long oldSize, long newSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, newSize);
        var ranges = ImmutableArray.CreateBuilder<TreeRange>();
        var (begin, end) = (0L, newSize);
        while (end != oldSize)
        {
            var middle = begin + TreeRange.Split(end - begin);
            ranges.Add(oldSize <= middle ? new(middle, end) : new(begin, middle));
            (begin, end) = oldSize <= middle ? (begin, middle) : (middle, end);
        }
        // The old tree whole is known to who checks; its last part is not.
        if (begin != 0) ranges.Add(new(begin, end));
        ranges.Reverse();
        return ranges.DrainToImmutable();
    }

    /// <summary>Checks a proof (RFC 9162 §2.1.4.2).</summary>
    public static ProofVerdict Verify(
        long oldSize, long newSize, in TreeHash oldRoot, in TreeHash newRoot, ReadOnlySpan<TreeHash> proof)
    {
        if (oldSize <= 0 || oldSize > newSize) return ProofVerdict.NotInTree;
        if (oldSize == newSize)
        {
            if (proof.Length > 0) return ProofVerdict.WrongLength;
            return oldRoot == newRoot ? ProofVerdict.Holds : ProofVerdict.WrongRoot;
        }
        // 1. Something must lead from one to the other.
        if (proof.IsEmpty) return ProofVerdict.WrongLength;
        // 2. An old tree that is perfect is a node of the new one, and is left out of the proof.
        var isPerfect = BitOperations.IsPow2(oldSize);
        var (fr, sr) = isPerfect ? (oldRoot, oldRoot) : (proof[0], proof[0]);
        // 3.–4. fn is the last leaf of the old tree, sn that of the new one; the walk begins at the largest perfect
        // subtree that ends the old tree.
        var (fn, sn) = (oldSize - 1, newSize - 1);
        while ((fn & 1) == 1) (fn, sn) = (fn >> 1, sn >> 1);
        // 6. Hashes on the left are in both trees, hashes on the right in the new one only.
        foreach (var c in isPerfect ? proof : proof[1..])
        {
            if (sn == 0) return ProofVerdict.WrongLength;
            if ((fn & 1) == 1 || fn == sn)
            {
                (fr, sr) = (TreeHash.Node(c, fr), TreeHash.Node(c, sr));
                while ((fn & 1) == 0 && fn != 0) (fn, sn) = (fn >> 1, sn >> 1);
            }
            else
            {
                sr = TreeHash.Node(sr, c);
            }
            (fn, sn) = (fn >> 1, sn >> 1);
        }
        // 7. Both walks end at their roots.
        if (sn != 0) return ProofVerdict.WrongLength;
        return fr == oldRoot && sr == newRoot ? ProofVerdict.Holds : ProofVerdict.WrongRoot;
    }
}
