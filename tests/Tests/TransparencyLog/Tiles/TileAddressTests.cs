using CsCheck;
using Musubi.TransparencyLog.Tiles;

namespace Musubi.Tests.TransparencyLog.Tiles;

/// <summary>Paths as C2SP tlog-tiles writes them, and nothing else.</summary>
public sealed class TileAddressTests
{
    [Theory]
    [InlineData("tile/0/000", 0, 0, 256)]
    [InlineData("tile/1/000.p/17", 1, 0, 17)]
    [InlineData("tile/0/273.p/112", 0, 273, 112)]
    [InlineData("tile/2/x001/x234/067", 2, 1234067, 256)]
    [InlineData("tile/7/x009/x223/x372/x036/x854/x775/807.p/255", 7, long.MaxValue, 255)]
    [InlineData("tile/entries/x001/000.p/1", null, 1000, 1)]
    public void A_path_and_its_tile_are_one(string path, int? level, long index, int width)
    {
        var address = level is { } at ? TileAddress.Hashes(at, index, width) : TileAddress.Bundle(index, width);
        Assert.Equal(path, address.Path);
        Assert.True(TileAddress.TryParse(path, out var read));
        Assert.Equal(address, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("checkpoint")]
    [InlineData("/tile/0/000")]
    [InlineData("tile/0")]
    [InlineData("tile/0/")]
    [InlineData("tile/00/000")]
    [InlineData("tile/8/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/Entries/000")]
    [InlineData("tile/0/00")]
    [InlineData("tile/0/0000")]
    [InlineData("tile/0/+01")]
    [InlineData("tile/0/x001")]
    [InlineData("tile/0/x000/001")]
    [InlineData("tile/0/001/067")]
    [InlineData("tile/0/x001/../067")]
    [InlineData("tile/0/x009/x223/x372/x036/x854/x775/808")]
    [InlineData("tile/0/x001/x001/x001/x001/x001/x001/x001/001")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/01")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/")]
    [InlineData("tile/0/000.p/1/")]
    [InlineData("tile/0/000.p/1.p/1")]
    public void Anything_else_names_no_tile(string path) => Assert.False(TileAddress.TryParse(path, out _));

    [Fact]
    public void Every_tile_is_read_back_from_its_path() =>
        Gen.Select(Gen.Int[-1, TileAddress.MostLevel], Gen.Long[0, long.MaxValue], Gen.Int[1, 256]).Sample(
            (level, index, width) =>
            {
                var address = level < 0 ? TileAddress.Bundle(index, width) : TileAddress.Hashes(level, index, width);
                Assert.True(TileAddress.TryParse(address.Path, out var read));
                Assert.Equal(address, read);
            });

    // The example of tlog-tiles, Partial Tiles.
    [Theory]
    [InlineData(0, 272, 256)]
    [InlineData(0, 273, 112)]
    [InlineData(0, 274, null)]
    [InlineData(1, 0, 256)]
    [InlineData(1, 1, 17)]
    [InlineData(2, 0, 1)]
    [InlineData(3, 0, null)]
    public void A_tree_of_70_000_has_the_tiles_of_the_specification(int level, long index, int? width) =>
        Assert.Equal(width, TileAddress.InTree(level, index, 70_000)?.Width);

    [Fact]
    public void A_tree_of_256_has_a_full_tile_and_one_hash_above_it()
    {
        Assert.Equal("tile/0/000", TileAddress.InTree(0, 0, 256)?.Path);
        Assert.Equal("tile/1/000.p/1", TileAddress.InTree(1, 0, 256)?.Path);
        Assert.Null(TileAddress.InTree(0, 1, 256));
        Assert.Equal("tile/entries/000", TileAddress.BundleInTree(0, 256)?.Path);
    }

    [Fact]
    public void The_largest_index_has_no_tile_in_a_small_tree() =>
        Assert.Null(TileAddress.InTree(0, long.MaxValue, 70_000));
}
