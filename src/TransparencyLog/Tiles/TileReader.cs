using System.Collections.Concurrent;
using System.Collections.Immutable;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;

namespace Musubi.TransparencyLog.Tiles;

/// <summary>Reads a log from its published files: the checkpoint, entries, roots and proofs. It proves nothing by
/// itself: who uses a proof verifies it against a checkpoint whose signatures hold. Safe for several threads.</summary>
public sealed class TileReader(TileSource source)
{
    // Tiles above the leaves kept in memory: 16 KB each with their inner nodes. 1,024 of them span 67 million entries.
    private const int MostKept = 1024;

    private readonly ConcurrentDictionary<TileAddress, HashTile> kept = new();

    // A proof asks for up to eight nodes of one tile of leaves, one after another.
    private volatile KeptTile? lastLeaves;

    public TileSource Source => source;

    /// <summary>The checkpoint as published, or null: the log has published none yet. Nothing is verified.</summary>
    /// <exception cref="NoteException">It is no signed note.</exception>
    public async Task<SignedNote?> ReadCheckpoint(CancellationToken cancel = default) =>
        await source.Read(TileSource.CheckpointPath, SignedNote.MostBytes, cancel) is { } bytes
            ? SignedNote.Parse(bytes)
            : null;

    /// <summary>The entries of the bundle that holds an index, in a tree of that size, and its leaves' place.</summary>
    /// <exception cref="TileException">The bundle is missing or malformed.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadEntry(long index, long size, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var address = TileAddress.BundleInTree(index / TileAddress.FullWidth, size)!.Value;
        var (found, bytes) = await ReadOrFull(address, cancel);
        return EntryBundle.Parse(found, bytes)[(int)(index % TileAddress.FullWidth)];
    }

    /// <summary>The leaf hash at an index, in a tree of that size.</summary>
    public Task<TreeHash> ReadLeaf(long index, long size, CancellationToken cancel = default) =>
        Node(new TreeNode(0, index), size, cancel);

    /// <summary>The root of the tree of that size, from its tiles.</summary>
    public Task<TreeHash> Root(long size, CancellationToken cancel = default) =>
        Hash(new TreeRange(0, size), size, cancel);

    /// <summary>The root that the first entries of a tree have by themselves. Tiles of that smaller size need not be
    /// there: those of the larger tree hold its hashes.</summary>
    public Task<TreeHash> PrefixRoot(long prefix, long size, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefix, size);
        return Hash(new TreeRange(0, prefix), size, cancel);
    }

    /// <summary>The edge of the tree of that size: what a writer goes on from.</summary>
    public async Task<CompactRange> Edge(long size, CancellationToken cancel = default)
    {
        var nodes = new List<TreeHash>();
        foreach (var node in new TreeRange(0, size).Nodes()) nodes.Add(await Node(node, size, cancel));
        return CompactRange.Of(size, nodes.ToArray());
    }

    /// <summary>The inclusion proof of an index in the tree of that size.</summary>
    /// <exception cref="TileException">A tile that the proof needs is missing or malformed.</exception>
    public Task<ImmutableArray<TreeHash>> ProveInclusion(long index, long size, CancellationToken cancel = default) =>
        Hashes(InclusionProof.Ranges(index, size), size, cancel);

    /// <summary>The proof that the tree of the old size is the beginning of that of the new one.</summary>
    /// <exception cref="TileException">A tile that the proof needs is missing or malformed.</exception>
    public Task<ImmutableArray<TreeHash>> ProveConsistency(
        long oldSize, long newSize, CancellationToken cancel = default) =>
        Hashes(ConsistencyProof.Ranges(oldSize, newSize), newSize, cancel);

    /// <summary>A tile of hashes; where a partial one is gone, the beginning of the full one (tlog-tiles, Partial
    /// Tiles).</summary>
    /// <exception cref="TileException">Neither is there, or it is malformed.</exception>
    public async Task<HashTile> ReadTile(TileAddress address, CancellationToken cancel = default)
    {
        if (kept.TryGetValue(address, out var known)) return known;
        if (lastLeaves is { } last && last.Address == address) return last.Tile;
        var (found, bytes) = await ReadOrFull(address, cancel);
        var tile = HashTile.Parse(found, bytes);
        if (tile.Width != address.Width) tile = new HashTile(tile.Hashes[..address.Width]);
        // Leaves are too many to keep; what is above them is needed again for most proofs. A tile never changes.
        if (address.Level > 0)
        {
            if (kept.Count >= MostKept) kept.Clear();
            kept[address] = tile;
        }
        else
        {
            lastLeaves = new(address, tile);
        }
        return tile;
    }

    /// <summary>A tile's bytes; where a partial one is gone, those of the full one.</summary>
    internal async Task<(TileAddress Found, byte[] Bytes)> ReadOrFull(TileAddress address, CancellationToken cancel)
    {
        if (await source.Read(address.Path, address.MostBytes, cancel) is { } bytes) return (address, bytes);
        if (address.IsPartial
            && await source.Read(address.Full.Path, address.Full.MostBytes, cancel) is { } full)
            return (address.Full, full);
        throw new TileException(address.Path, "is missing");
    }

    private async Task<ImmutableArray<TreeHash>> Hashes(
        ImmutableArray<TreeRange> ranges, long size, CancellationToken cancel)
    {
        var hashes = ImmutableArray.CreateBuilder<TreeHash>(ranges.Length);
        foreach (var range in ranges) hashes.Add(await Hash(range, size, cancel));
        return hashes.MoveToImmutable();
    }

    /// <summary>The hash of some leaves in a row, in a tree of that size: what proofs are made of.</summary>
    public async Task<TreeHash> Hash(TreeRange range, long size, CancellationToken cancel = default)
    {
        var nodes = range.Nodes();
        var hashes = new TreeHash[nodes.Length];
        for (var i = 0; i < hashes.Length; i++) hashes[i] = await Node(nodes[i], size, cancel);
        return TreeRange.Fold(hashes);
    }

    private async Task<TreeHash> Node(TreeNode node, long size, CancellationToken cancel)
    {
        var level = node.Level / TileAddress.Height;
        var above = node.Level % TileAddress.Height;
        // The node's first hash in its tile, and the tile.
        var first = node.Index << above;
        var address = TileAddress.InTree(level, first / TileAddress.FullWidth, size)
            ?? throw new ArgumentOutOfRangeException(nameof(node), "the tree does not hold this node");
        var tile = await ReadTile(address, cancel);
        return tile.Node(above, (int)(first % TileAddress.FullWidth) >> above);
    }

    private sealed record KeptTile(TileAddress Address, HashTile Tile);
}
