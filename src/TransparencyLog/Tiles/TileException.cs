namespace Musubi.TransparencyLog.Tiles;

/// <summary>Published bytes that are not the tile or bundle which they should be, or that are missing although a
/// checkpoint covers them.</summary>
/// <param name="path">The tile's path below the log's prefix, or what else was read.</param>
/// <param name="what">What is wrong with it.</param>
public sealed class TileException(string path, string what) : FormatException($"{path}: {what}")
{
    public string Path { get; } = path;

    public string What { get; } = what;
}
