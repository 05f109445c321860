using Musubi.TransparencyLog.Merkle;

namespace Musubi.TransparencyLog.Tiles;

/// <summary>Up to 256 hashes in a row and, above them, the inner nodes of the subtree that they are the leaves of
/// (tlog-tiles, Merkle Tree). Only the hashes are published; the nodes are computed when first asked for.</summary>
public sealed class HashTile
{
    private readonly TreeHash[] hashes;

    // Level 1 to 8 above the hashes: 128, 64, … 1 nodes of a full tile. Computed by whoever asks first; two who ask at
    // once compute the same.
    private volatile TreeHash[][]? inner;

    /// <summary>A tile of hashes that are known already.</summary>
    /// <exception cref="ArgumentException">None, or more than 256.</exception>
    public HashTile(ReadOnlySpan<TreeHash> hashes)
    {
        if (hashes.Length is 0 or > TileAddress.FullWidth)
            throw new ArgumentException($"a tile has 1 to {TileAddress.FullWidth} hashes", nameof(hashes));
        this.hashes = hashes.ToArray();
    }

    public int Width => hashes.Length;

    public ReadOnlySpan<TreeHash> Hashes => hashes;

    /// <summary>Reads a published tile.</summary>
    /// <exception cref="TileException">It has not the length of its width.</exception>
    public static HashTile Parse(TileAddress address, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != address.Width * TreeHash.Length)
            throw new TileException(address.Path,
                $"has {bytes.Length} bytes, not {address.Width} hashes of {TreeHash.Length}");
        var hashes = new TreeHash[address.Width];
        for (var i = 0; i < hashes.Length; i++)
            hashes[i] = new(bytes.Slice(i * TreeHash.Length, TreeHash.Length));
        return new(hashes);
    }

    /// <summary>The bytes as they are published.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[hashes.Length * TreeHash.Length];
        for (var i = 0; i < hashes.Length; i++) hashes[i].CopyTo(bytes.AsSpan(i * TreeHash.Length));
        return bytes;
    }

    /// <summary>The node <paramref name="level"/> levels above the tile's hashes, counted from the tile's left edge.
    /// </summary>
    /// <param name="level">0 for the hashes themselves, 8 for the root of a full tile.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tile does not span that node yet.</exception>
    public TreeHash Node(int level, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, TileAddress.Height);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Width >> level);
        return level == 0 ? hashes[index] : (inner ??= Inner())[level - 1][index];
    }

    private TreeHash[][] Inner()
    {
        var levels = new List<TreeHash[]>(TileAddress.Height);
        var below = hashes;
        while (below.Length > 1)
        {
            var level = new TreeHash[below.Length / 2];
            for (var i = 0; i < level.Length; i++) level[i] = TreeHash.Node(below[2 * i], below[(2 * i) + 1]);
            levels.Add(level);
            below = level;
        }
        return [.. levels];
    }
}
