namespace Musubi.TransparencyLog.Merkle;

/// <summary>The right edge of a growing tree: one hash for each perfect subtree, at most 63. It is all that is needed
/// to go on and to know the root. Not safe for several threads.</summary>
public sealed class CompactRange
{
    private readonly List<TreeHash> edge = new(TreeRange.MostLevels);

    /// <summary>Leaves so far.</summary>
    public long Size { get; private set; }

    /// <summary>The edge of a tree of that size.</summary>
    /// <param name="nodes">The hashes of <c>new TreeRange(0, size).Nodes()</c>.</param>
    /// <exception cref="ArgumentException">Not as many as that size has.</exception>
    public static CompactRange Of(long size, ReadOnlySpan<TreeHash> nodes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (nodes.Length != long.PopCount(size))
            throw new ArgumentException($"a tree of {size} leaves has {long.PopCount(size)} perfect subtrees",
                nameof(nodes));
        var range = new CompactRange { Size = size };
        range.edge.AddRange(nodes);
        return range;
    }

    public void Append(in TreeHash leaf)
    {
        var hash = leaf;
        // Each set bit at the end of the size is a perfect subtree that now finds its neighbour.
        for (var rest = Size; (rest & 1) == 1; rest >>= 1)
        {
            hash = TreeHash.Node(edge[^1], hash);
            edge.RemoveAt(edge.Count - 1);
        }
        edge.Add(hash);
        Size++;
    }

    public TreeHash Root() => TreeRange.Fold(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(edge));
}
