using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Musubi.TransparencyLog.Tiles;

/// <summary>Which tile, and where it is published: <c>tile/L/N[.p/W]</c> for hashes and <c>tile/entries/N[.p/W]</c> for
/// entries (C2SP tlog-tiles, Merkle Tree and Log entries). The path is read strictly, so one tile has one path.
/// </summary>
public readonly record struct TileAddress
{
    /// <summary>Hashes of a full tile, entries of a full bundle.</summary>
    public const int FullWidth = 256;

    /// <summary>Levels of the tree that a tile spans: 2^8 = 256.</summary>
    public const int Height = 8;

    /// <summary>Highest level with a tile in a tree of at most 2^63 − 1 entries.</summary>
    public const int MostLevel = 7;

    private const string Root = "tile/";
    private const string Entries = "entries";
    private const string Partial = ".p/";

    // Seven groups of three digits hold 2^63.
    private const int MostGroups = 7;
    private const int GroupSize = 1000;

    private TileAddress(int? level, long index, int width) => (Level, Index, Width) = (level, index, width);

    /// <summary>The level of a tile of hashes, 0 for hashes of leaves; null for a bundle of entries.</summary>
    public int? Level { get; }

    /// <summary>The tile's number in its level, from 0.</summary>
    public long Index { get; }

    /// <summary>Hashes or entries in it: 256, or fewer in a partial tile.</summary>
    public int Width { get; }

    public bool IsPartial => Width < FullWidth;

    /// <summary>The tile which this one becomes part of when the tree has grown.</summary>
    public TileAddress Full => new(Level, Index, FullWidth);

    /// <summary>Bytes of a tile of hashes; an upper bound for a bundle.</summary>
    public int MostBytes =>
        Width * (Level is null ? EntryBundle.MostEntryBytes + sizeof(ushort) : Merkle.TreeHash.Length);

    /// <summary>The path below the log's prefix, without a leading slash.</summary>
    public string Path
    {
        get
        {
            var path = new StringBuilder(Root)
                .Append(Level?.ToString(CultureInfo.InvariantCulture) ?? Entries).Append('/');
            AppendIndex(path, Index);
            if (IsPartial) path.Append(Partial).Append(Width.ToString(CultureInfo.InvariantCulture));
            return path.ToString();
        }
    }

    /// <summary>A tile of hashes.</summary>
    public static TileAddress Hashes(int level, long index, int width = FullWidth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, MostLevel);
        return Checked(level, index, width);
    }

    /// <summary>A bundle of entries.</summary>
    public static TileAddress Bundle(long index, int width = FullWidth) => Checked(null, index, width);

    /// <summary>The tile of hashes with that number as a tree of <paramref name="size"/> entries has it, or null: the
    /// tree is too small (tlog-tiles, Partial Tiles).</summary>
    public static TileAddress? InTree(int level, long index, long size)
    {
        var hashes = size >> (Height * level);
        var width = index > hashes / FullWidth ? 0 : Math.Min(hashes - (index * FullWidth), FullWidth);
        return width > 0 ? Hashes(level, index, (int)width) : null;
    }

    /// <summary>The bundle with that number as a tree of <paramref name="size"/> entries has it, or null.</summary>
    public static TileAddress? BundleInTree(long index, long size) =>
        InTree(0, index, size) is { } hashes ? new(null, index, hashes.Width) : null;

    /// <summary>Reads a path below the log's prefix; false says that it names no tile.</summary>
    public static bool TryParse(string? path, [NotNullWhen(true)] out TileAddress? address)
    {
        address = null;
        if (path is null || !path.StartsWith(Root, StringComparison.Ordinal)) return false;
        var rest = path.AsSpan(Root.Length);
        var slash = rest.IndexOf('/');
        if (slash < 0 || !TryLevel(rest[..slash], out var level)) return false;
        rest = rest[(slash + 1)..];
        var width = FullWidth;
        if (rest.IndexOf(Partial) is >= 0 and var mark)
        {
            if (!TryWidth(rest[(mark + Partial.Length)..], out width)) return false;
            rest = rest[..mark];
        }
        if (!TryIndex(rest, out var index)) return false;
        address = new TileAddress(level, index, width);
        return true;
    }

    public override string ToString() => Path;

    private static TileAddress Checked(int? level, long index, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, FullWidth);
        return new(level, index, width);
    }

    private static void AppendIndex(StringBuilder path, long index)
    {
        if (index >= GroupSize)
        {
            AppendGroups(path, index / GroupSize);
        }
        path.Append(CultureInfo.InvariantCulture, $"{index % GroupSize:000}");
    }

    private static void AppendGroups(StringBuilder path, long index)
    {
        if (index >= GroupSize) AppendGroups(path, index / GroupSize);
        path.Append(CultureInfo.InvariantCulture, $"x{index % GroupSize:000}/");
    }

    private static bool TryLevel(ReadOnlySpan<char> text, out int? level)
    {
        level = null;
        if (text is Entries) return true;
        if (text.Length != 1 || text[0] < '0' || text[0] > '0' + MostLevel) return false;
        level = text[0] - '0';
        return true;
    }

    private static bool TryWidth(ReadOnlySpan<char> text, out int width) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out width)
        && width is > 0 and < FullWidth && text[0] != '0';

    private static bool TryIndex(ReadOnlySpan<char> text, out long index)
    {
        index = 0;
        var groups = 0;
        while (true)
        {
            var slash = text.IndexOf('/');
            var isLast = slash < 0;
            var group = isLast ? text : text[..slash];
            if (!isLast)
            {
                if (group is not ['x', ..]) return false;
                group = group[1..];
            }
            if (++groups > MostGroups || group.Length != 3
                || !int.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out var digits)
                || index > (long.MaxValue - digits) / GroupSize)
                return false;
            // A leading group of zeros would be a second path for the same tile.
            if (!isLast && groups == 1 && digits == 0) return false;
            index = (index * GroupSize) + digits;
            if (isLast) return true;
            text = text[(slash + 1)..];
        }
    }
}
