using System.Collections.Immutable;
using System.Text;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Tiles;
using Musubi.TransparencyLog.Witnesses;

namespace Musubi.Tests.TransparencyLog;

/// <summary>A log in memory, of a few entries, that can lie: its forks have the same key and another history.</summary>
internal sealed class TestLog : IDisposable
{
    public const string Origin = "log.example.jp/readings";

    public static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    private readonly TreeHash[] leaves;
    private readonly NoteSigner[] signers;
    private readonly bool ownsSigners;

    public TestLog(int entries)
        : this([.. Enumerable.Range(0, entries).Select(i => TreeHash.Leaf(Entry(i)))],
            [NoteSigner.Generate(new KeyName(Origin), NoteAlgorithm.Ed25519)], ownsSigners: true)
    {
    }

    private TestLog(TreeHash[] leaves, NoteSigner[] signers, bool ownsSigners)
    {
        (this.leaves, this.signers, this.ownsSigners) = (leaves, signers, ownsSigners);
        Tree = new TileReader(new Tiles(leaves));
    }

    public TileReader Tree { get; }

    public NoteKey Key => signers[0].Key;

    public TrustedLog Trusted => new(new LogOrigin(Origin), [Key]);

    public static byte[] Entry(int index) => Encoding.UTF8.GetBytes($"entry {index}");

    /// <summary>The same log with other entries from an index on.</summary>
    public TestLog Fork(int at) => new(
        [.. leaves.Select((leaf, i) => i < at ? leaf : TreeHash.Leaf(Encoding.UTF8.GetBytes($"other {i}")))], signers,
        ownsSigners: false);

    public Checkpoint Checkpoint(long size) => new(new LogOrigin(Origin), size, Root(size));

    public SignedNote Sign(long size) => SignedNote.Sign(Checkpoint(size).Text, Now, signers);

    public SignedNote SignText(string text) => SignedNote.Sign(text, Now, signers);

    /// <summary>What an honest log sends to a witness that knows <paramref name="old"/>.</summary>
    public byte[] Request(long old, long size) =>
        new AddCheckpoint(old, Consistency(old, size), Sign(size)).ToBytes();

    public ImmutableArray<TreeHash> Consistency(long old, long size) =>
        old == 0 || old >= size ? []
        : [.. ConsistencyProof.Ranges(old, size).Select(range => Hash(leaves, range))];

    public ImmutableArray<TreeHash> Inclusion(long index, long size) =>
        [.. InclusionProof.Ranges(index, size).Select(range => Hash(leaves, range))];

    public TreeHash Root(long size) => Hash(leaves, new TreeRange(0, size));

    public void Dispose()
    {
        if (!ownsSigners) return;
        foreach (var signer in signers) signer.Dispose();
    }

    // RFC 9162 §2.1.1, by its definition: a second way to every hash, beside the product's.
    private static TreeHash Hash(TreeHash[] leaves, TreeRange range)
    {
        var count = range.End - range.Begin;
        if (count == 0) return TreeHash.Empty;
        if (count == 1) return leaves[range.Begin];
        var half = 1L;
        while (half * 2 < count) half *= 2;
        return TreeHash.Node(
            Hash(leaves, range with { End = range.Begin + half }),
            Hash(leaves, range with { Begin = range.Begin + half }));
    }

    /// <summary>Tiles of any size, made when asked for.</summary>
    private sealed class Tiles(TreeHash[] leaves) : TileSource
    {
        public override string Name => "a log in memory";

        public override ValueTask<byte[]?> Read(string path, int mostBytes, CancellationToken cancel)
        {
            if (!TileAddress.TryParse(path, out var found) || found is not { Level: { } level } tile)
                return ValueTask.FromResult<byte[]?>(null);
            var span = 1L << (level * TileAddress.Height);
            var first = tile.Index * TileAddress.FullWidth;
            if ((first + tile.Width) * span > leaves.Length) return ValueTask.FromResult<byte[]?>(null);
            byte[] bytes = [.. Enumerable.Range(0, tile.Width).SelectMany(i =>
                Hash(leaves, new TreeRange((first + i) * span, (first + i + 1) * span)).ToArray())];
            return ValueTask.FromResult<byte[]?>(bytes);
        }
    }
}
