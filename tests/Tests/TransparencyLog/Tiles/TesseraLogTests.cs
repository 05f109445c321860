using System.Text;
using System.Text.Json;
using Musubi.Tests.Vocabulary;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Tiles;

namespace Musubi.Tests.TransparencyLog.Tiles;

/// <summary>A log that another program wrote: testkit/tlog-tiles.</summary>
public sealed class TesseraLogTests
{
    private const int Sizes = 16;

    private static readonly string Folder = Path.Combine(Repository.Root, "testkit", "tlog-tiles");
    private static readonly Published Log = JsonSerializer.Deserialize<Published>(
        File.ReadAllText(Path.Combine(Folder, "tessera-log.json")), JsonSerializerOptions.Web)!;

    private static readonly string Files = Path.Combine(Folder, "tessera-log");

    [Fact]
    public void Every_checkpoint_is_signed_and_says_size_and_root()
    {
        Assert.Equal(Sizes, Log.Checkpoints.Length);
        foreach (var expected in Log.Checkpoints) Assert.Equal(expected.Root, Open(expected.Size).Root.ToString());
    }

    [Fact]
    public async Task The_root_of_every_size_is_found_from_its_tiles()
    {
        var reader = new TileReader(new DirectoryTiles(Files));
        foreach (var expected in Log.Checkpoints)
        {
            Assert.Equal(expected.Root, (await reader.Root(expected.Size)).ToString());
            Assert.Equal(expected.Root, (await reader.Edge(expected.Size)).Root().ToString());
        }
    }

    [Fact]
    public async Task Every_entry_of_every_size_is_read_and_proved()
    {
        var reader = new TileReader(new DirectoryTiles(Files));
        for (var size = 1; size < Sizes; size++)
        {
            var root = Open(size).Root;
            for (var index = 0; index < size; index++)
            {
                var entry = await reader.ReadEntry(index, size);
                Assert.Equal(Log.Entries[index], Encoding.UTF8.GetString(entry.Span));
                var proof = await reader.ProveInclusion(index, size);
                Assert.Equal(ProofVerdict.Holds,
                    InclusionProof.Verify(index, size, TreeHash.Leaf(entry.Span), proof.AsSpan(), root));
            }
        }
    }

    [Fact]
    public async Task Every_size_is_the_beginning_of_every_later_one()
    {
        var reader = new TileReader(new DirectoryTiles(Files));
        for (var old = 1; old < Sizes; old++)
        {
            for (var size = old; size < Sizes; size++)
            {
                var proof = await reader.ProveConsistency(old, size);
                Assert.Equal(ProofVerdict.Holds,
                    ConsistencyProof.Verify(old, size, Open(old).Root, Open(size).Root, proof.AsSpan()));
            }
        }
    }

    [Fact]
    public async Task A_tile_that_is_missing_is_named()
    {
        var reader = new TileReader(new DirectoryTiles(Files));
        var missing = await Assert.ThrowsAsync<TileException>(() => reader.Root(16));
        Assert.Equal("tile/0/000.p/16: is missing", missing.Message);
    }

    private static Checkpoint Open(int size)
    {
        var note = SignedNote.Parse(File.ReadAllBytes(Path.Combine(Files, $"checkpoint.{size}")));
        Assert.True(note.Verify(NoteVerifier.Parse(Log.Key)).IsTrusted);
        var checkpoint = Checkpoint.Parse(note.Text);
        Assert.Equal((Log.Origin, size), (checkpoint.Origin.Value, checkpoint.Size));
        return checkpoint;
    }

    private sealed record Published(string Origin, string Key, string[] Entries, PublishedRoot[] Checkpoints);

    private sealed record PublishedRoot(int Size, string Root);
}
