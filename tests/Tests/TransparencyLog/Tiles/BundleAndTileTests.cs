using CsCheck;
using Musubi.Tests.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Tiles;

namespace Musubi.Tests.TransparencyLog.Tiles;

public sealed class BundleAndTileTests
{
    private static readonly TreeHash[] Leaves =
        [.. Enumerable.Range(0, TileAddress.FullWidth).Select(i => TreeHash.Leaf(BitConverter.GetBytes(i)))];

    [Fact]
    public void A_bundle_is_lengths_and_entries()
    {
        using var bundle = new MemoryStream();
        EntryBundle.Append(bundle, "ab"u8);
        EntryBundle.Append(bundle, []);
        EntryBundle.Append(bundle, new byte[0x0102]);
        Assert.Equal([0, 2, (byte)'a', (byte)'b', 0, 0, 1, 2, .. new byte[0x0102]], bundle.ToArray());
    }

    [Fact]
    public void A_bundle_is_read_as_it_was_written() => Gen.Byte.Array[0, 40].Array[1, 256].Sample(entries =>
    {
        using var bundle = new MemoryStream();
        foreach (var entry in entries) EntryBundle.Append(bundle, entry);
        var read = EntryBundle.Parse(TileAddress.Bundle(0, entries.Length), bundle.ToArray());
        Assert.Equal(entries, read.Select(entry => entry.ToArray()));
    }, iter: 50);

    [Fact]
    public void The_longest_entry_fits_and_one_byte_more_does_not()
    {
        using var bundle = new MemoryStream();
        EntryBundle.Append(bundle, new byte[EntryBundle.MostEntryBytes]);
        Assert.Equal(EntryBundle.MostEntryBytes,
            EntryBundle.Parse(TileAddress.Bundle(0, 1), bundle.ToArray())[0].Length);
        Assert.Throws<ArgumentException>(() => EntryBundle.Append(bundle, new byte[EntryBundle.MostEntryBytes + 1]));
    }

    [Theory]
    [InlineData(new byte[] { 0, 1, 7 }, "ends after 1 of 2 entries")]
    [InlineData(new byte[] { 0, 1, 7, 0 }, "ends after 1 of 2 entries")]
    [InlineData(new byte[] { 0, 1, 7, 0, 2, 7 }, "ends in the middle of entry 1")]
    [InlineData(new byte[] { 0, 1, 7, 0, 1, 7, 0 }, "goes on for 1 bytes after its last entry")]
    public void A_bundle_of_another_length_is_refused(byte[] bytes, string what) =>
        Assert.Equal(what, Assert.Throws<TileException>(() => EntryBundle.Parse(TileAddress.Bundle(3, 2), bytes)).What);

    [Fact]
    public void A_tile_of_another_length_is_refused() => Assert.Equal(
        "tile/0/000.p/2: has 63 bytes, not 2 hashes of 32",
        Assert.Throws<TileException>(() => HashTile.Parse(TileAddress.Hashes(0, 0, 2), new byte[63])).Message);

    [Fact]
    public void A_tile_has_the_nodes_of_its_subtree() => Gen.Int[1, TileAddress.FullWidth].Sample(width =>
    {
        var tile = HashTile.Parse(TileAddress.Hashes(0, 0, width), new HashTile(Leaves.AsSpan(0, width)).ToBytes());
        for (var level = 0; 1 << level <= width; level++)
        {
            for (var index = 0; index < width >> level; index++)
            {
                Assert.Equal(ReferenceTree.Root(Leaves.AsSpan(index << level, 1 << level)), tile.Node(level, index));
            }
            Assert.Throws<ArgumentOutOfRangeException>(() => tile.Node(level, width >> level));
        }
    }, iter: 20);
}
