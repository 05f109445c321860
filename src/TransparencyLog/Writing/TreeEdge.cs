using System.Collections.Immutable;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Tiles;

namespace Musubi.TransparencyLog.Writing;

/// <summary>One file of a log and its bytes.</summary>
public sealed record TileFile(TileAddress Address, byte[] Bytes);

/// <summary>The right edge of a log in tiles: the partial bundle and, for each level, the hashes of the partial tile.
/// It is what a log grows from; growing makes a new one and leaves this as it is, so that a round that fails is tried
/// again from the same place.</summary>
public sealed class TreeEdge
{
    private readonly ImmutableArray<ReadOnlyMemory<byte>> bundle;

    // By level; the last may be empty, where a tile has just become full.
    private readonly ImmutableArray<ImmutableArray<TreeHash>> hashes;

    private TreeEdge(
        long size, ImmutableArray<ReadOnlyMemory<byte>> bundle, ImmutableArray<ImmutableArray<TreeHash>> hashes) =>
        (Size, this.bundle, this.hashes) = (size, bundle, hashes);

    public static TreeEdge Empty { get; } = new(0, [], []);

    /// <summary>Entries of the log.</summary>
    public long Size { get; }

    /// <summary>Reads the edge of a log of that size from its published files.</summary>
    /// <exception cref="TileException">A file is missing or malformed, or the bundle does not hash to its leaves.
    /// </exception>
    public static async Task<TreeEdge> Read(TileReader reader, long size, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var levels = ImmutableArray.CreateBuilder<ImmutableArray<TreeHash>>();
        for (var level = 0; level <= TileAddress.MostLevel && size >> (TileAddress.Height * level) > 0; level++)
        {
            var index = size >> (TileAddress.Height * level) >> TileAddress.Height;
            levels.Add(TileAddress.InTree(level, index, size) is { } address
                ? [.. (await reader.ReadTile(address, cancel)).Hashes]
                : []);
        }
        ImmutableArray<ReadOnlyMemory<byte>> bundle = [];
        if (TileAddress.BundleInTree(size / TileAddress.FullWidth, size) is { } last)
        {
            var (found, bytes) = await reader.ReadOrFull(last, cancel);
            bundle = [.. EntryBundle.Parse(found, bytes)[..last.Width]];
            for (var i = 0; i < bundle.Length; i++)
                if (TreeHash.Leaf(bundle[i].Span) != levels[0][i])
                    throw new TileException(last.Path, $"entry {i} does not hash to its leaf");
        }
        return new(size, bundle, levels.DrainToImmutable());
    }

    /// <summary>The root of the whole tree.</summary>
    public TreeHash Root() => RootOf([.. hashes]);

    /// <summary>The root of a tree whose hashes to the right of the last full tile, level by level, are
    /// these.</summary>
    internal static TreeHash RootOf(IReadOnlyList<IReadOnlyList<TreeHash>> levels)
    {
        // The perfect subtrees of all levels stand side by side, those of the highest level on the left.
        var nodes = new List<TreeHash>();
        for (var level = levels.Count - 1; level >= 0; level--)
        {
            if (levels[level].Count == 0) continue;
            var tile = new HashTile([.. levels[level]]);
            foreach (var node in new TreeRange(0, tile.Width).Nodes())
                nodes.Add(tile.Node(node.Level, (int)node.Index));
        }
        return TreeRange.Fold(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(nodes));
    }

    /// <summary>The edge after these entries, and every file that the larger log has and this one has not: full tiles
    /// and bundles, and the partial ones at the new edge.</summary>
    public (TreeEdge Edge, IReadOnlyList<TileFile> Files) Grow(IEnumerable<ReadOnlyMemory<byte>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var files = new List<TileFile>();
        var open = bundle.ToBuilder();
        var levels = hashes.Select(level => level.ToBuilder()).ToList();
        var size = Size;
        foreach (var entry in entries)
        {
            open.Add(entry);
            Add(levels, 0, TreeHash.Leaf(entry.Span), size, files);
            size++;
            if (open.Count < TileAddress.FullWidth) continue;
            files.Add(Bundle(open, (size - 1) / TileAddress.FullWidth));
            open.Clear();
        }
        if (open.Count > 0) files.Add(Bundle(open, size / TileAddress.FullWidth));
        for (var level = 0; level < levels.Count; level++)
        {
            if (levels[level].Count == 0) continue;
            var index = size >> (TileAddress.Height * level) >> TileAddress.Height;
            var isOld = level < hashes.Length && hashes[level].Length == levels[level].Count
                && Size >> (TileAddress.Height * level) >> TileAddress.Height == index;
            if (isOld) continue;
            files.Add(Tile(level, index, levels[level]));
        }
        return (new(size, open.ToImmutable(), [.. levels.Select(level => level.ToImmutable())]), files);
    }

    private static void Add(List<ImmutableArray<TreeHash>.Builder> levels, int level, TreeHash hash, long before,
        List<TileFile> files)
    {
        if (levels.Count == level) levels.Add(ImmutableArray.CreateBuilder<TreeHash>(TileAddress.FullWidth));
        var open = levels[level];
        open.Add(hash);
        if (open.Count < TileAddress.FullWidth) return;
        var index = before >> (TileAddress.Height * level) >> TileAddress.Height;
        var full = new HashTile(open.ToArray());
        files.Add(new(TileAddress.Hashes(level, index), full.ToBytes()));
        open.Clear();
        Add(levels, level + 1, full.Node(TileAddress.Height, 0), before, files);
    }

    private static TileFile Tile(int level, long index, ImmutableArray<TreeHash>.Builder hashes)
    {
        var tile = new HashTile(hashes.ToArray());
        return new(TileAddress.Hashes(level, index, tile.Width), tile.ToBytes());
    }

    private static TileFile Bundle(ImmutableArray<ReadOnlyMemory<byte>>.Builder entries, long index)
    {
        using var bytes = new MemoryStream();
        foreach (var entry in entries) EntryBundle.Append(bytes, entry.Span);
        return new(TileAddress.Bundle(index, entries.Count), bytes.ToArray());
    }
}
