using System.Collections.Immutable;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Tiles;
using Musubi.TransparencyLog.Writing;

namespace Musubi.TransparencyLog.Audit;

/// <summary>Makes a log's root anew from its entries and compares every tile on the way. A tile is only compared, never
/// believed.</summary>
internal sealed class Rehash(TileSource source, long size, IProgress<long>? progress)
{
    /// <summary>Bundles hashed before their tiles above are compared: 16 million entries, 2 MB of hashes.</summary>
    private const int MostOfSpan = 65_536;

    private readonly Lock gate = new();
    private readonly ImmutableArray<AuditFinding>.Builder findings = ImmutableArray.CreateBuilder<AuditFinding>();

    // Hashes to the right of the last full tile, by level.
    private readonly List<List<TreeHash>> edge = [];
    private readonly List<long> tilesDone = [];
    private long hashed;

    public long Broken { get; private set; }

    public ImmutableArray<AuditFinding> Findings
    {
        get
        {
            lock (gate) return findings.ToImmutable();
        }
    }

    /// <summary>The root that the entries lead to; without meaning where something is broken.</summary>
    public async Task<TreeHash> Run(CancellationToken cancel)
    {
        var bundles = (size + TileAddress.FullWidth - 1) / TileAddress.FullWidth;
        for (var first = 0L; first < bundles; first += MostOfSpan)
        {
            var count = (int)Math.Min(MostOfSpan, bundles - first);
            var roots = new TreeHash?[count];
            await Parallel.ForAsync(0, count,
                new ParallelOptions { MaxDegreeOfParallelism = Degree, CancellationToken = cancel },
                async (i, stop) => roots[i] = await Bundle(first + i, stop));
            // Nothing above a broken bundle can be compared.
            if (Broken > 0) return TreeHash.Empty;
            foreach (var root in roots)
                if (root is { } full) await Add(1, full, cancel);
        }
        for (var level = 1; level < edge.Count; level++)
            if (edge[level].Count > 0) await Compare(level, edge[level].ToArray(), cancel);
        return Broken > 0 ? TreeHash.Empty : TreeEdge.RootOf(edge);
    }

    // A folder is read by as many as there are cores; a web server answers several at once.
    private int Degree => source is HttpTiles ? 16 : Environment.ProcessorCount;

    /// <summary>Hashes a bundle and compares its tile of leaves.</summary>
    /// <returns>The root of a full one; null for the partial one at the end, or when it is broken.</returns>
    private async ValueTask<TreeHash?> Bundle(long index, CancellationToken cancel)
    {
        var address = TileAddress.BundleInTree(index, size)!.Value;
        try
        {
            var (found, bytes) = await new TileReader(source).ReadOrFull(address, cancel);
            var leaves = EntryBundle.Leaves(found, bytes)[..address.Width];
            if (!await Compare(0, index, leaves, cancel)) return null;
            lock (gate) hashed += leaves.Length;
            progress?.Report(Interlocked.Read(ref hashed));
            if (!address.IsPartial) return new HashTile(leaves).Node(TileAddress.Height, 0);
            lock (gate) Level(0).AddRange(leaves);
            return null;
        }
        catch (TileException broken)
        {
            Found(broken.Path, broken.What);
            return null;
        }
    }

    private async Task Add(int level, TreeHash hash, CancellationToken cancel)
    {
        var open = Level(level);
        open.Add(hash);
        if (open.Count < TileAddress.FullWidth) return;
        var full = open.ToArray();
        await Compare(level, full, cancel);
        open.Clear();
        tilesDone[level]++;
        await Add(level + 1, new HashTile(full).Node(TileAddress.Height, 0), cancel);
    }

    private Task<bool> Compare(int level, TreeHash[] hashes, CancellationToken cancel) =>
        Compare(level, tilesDone[level], hashes, cancel);

    private async Task<bool> Compare(int level, long index, TreeHash[] hashes, CancellationToken cancel)
    {
        var address = TileAddress.Hashes(level, index, hashes.Length);
        try
        {
            var (found, bytes) = await new TileReader(source).ReadOrFull(address, cancel);
            var there = HashTile.Parse(found, bytes).Hashes;
            for (var i = 0; i < hashes.Length; i++)
            {
                if (there[i] == hashes[i]) continue;
                Found(found.Path, level == 0
                    ? $"entry {(index * TileAddress.FullWidth) + i} does not hash to its leaf {i}"
                    : $"hash {i} is not that of the tile below it");
                return false;
            }
            return true;
        }
        catch (TileException broken)
        {
            Found(broken.Path, broken.What);
            return false;
        }
    }

    private List<TreeHash> Level(int level)
    {
        while (edge.Count <= level)
        {
            edge.Add([]);
            tilesDone.Add(0);
        }
        return edge[level];
    }

    private void Found(string path, string what)
    {
        lock (gate)
        {
            Broken++;
            if (findings.Count < LogAudit.MostFindings) findings.Add(new(path, what));
        }
    }
}
