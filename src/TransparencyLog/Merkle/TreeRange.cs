using System.Collections.Immutable;
using System.Numerics;

namespace Musubi.TransparencyLog.Merkle;

/// <summary>A perfect subtree: 2^<see cref="Level"/> leaves from <c>Index · 2^Level</c> on. Its hash never changes once
/// they are all there.</summary>
/// <param name="Level">0 for a leaf, at most 62.</param>
public readonly record struct TreeNode(int Level, long Index);

/// <summary>The leaves D[begin:end] of a tree, as a Merkle tree hash of RFC 9162 §2.1.1 spans them.</summary>
public readonly record struct TreeRange(long Begin, long End)
{
    /// <summary>Most hashes of a proof: the levels of a tree of 2^63 − 1 leaves.</summary>
    public const int MostLevels = 63;

    /// <summary>The perfect subtrees that the range is made of, from left to right, largest first.</summary>
    /// <remarks>Every range of a proof begins at a multiple of the largest power of two in it.</remarks>
    public ImmutableArray<TreeNode> Nodes()
    {
        var nodes = ImmutableArray.CreateBuilder<TreeNode>();
        for (var at = Begin; at < End;)
        {
            var level = BitOperations.Log2((ulong)(End - at));
            nodes.Add(new(level, at >> level));
            at += 1L << level;
        }
        return nodes.DrainToImmutable();
    }

    /// <summary>The range's hash from those of its <see cref="Nodes"/>; of an empty range, the empty tree's.</summary>
    public static TreeHash Fold(ReadOnlySpan<TreeHash> nodes)
    {
        if (nodes.IsEmpty) return TreeHash.Empty;
        var hash = nodes[^1];
        for (var i = nodes.Length - 2; i >= 0; i--) hash = TreeHash.Node(nodes[i], hash);
        return hash;
    }

    /// <summary>The largest power of two below n: where a tree of n ≥ 2 leaves is split.</summary>
    internal static long Split(long n) => 1L << BitOperations.Log2((ulong)(n - 1));
}
