using System.Buffers.Binary;
using System.Collections.Immutable;
using Musubi.TransparencyLog.Merkle;

namespace Musubi.TransparencyLog.Tiles;

/// <summary>Up to 256 entries in a row, each with its length before it in two bytes, big-endian (tlog-tiles, Log
/// entries).</summary>
public static class EntryBundle
{
    /// <summary>Longest entry: its length has two bytes.</summary>
    public const int MostEntryBytes = ushort.MaxValue;

    /// <summary>Reads a bundle.</summary>
    /// <param name="address">Which bundle; it says how many entries there are.</param>
    /// <exception cref="TileException">The bytes are not so many entries, or go on after them.</exception>
    public static ImmutableArray<ReadOnlyMemory<byte>> Parse(TileAddress address, ReadOnlyMemory<byte> bytes)
    {
        var entries = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(address.Width);
        while (entries.Count < address.Width)
        {
            if (bytes.Length < sizeof(ushort))
                throw new TileException(address.Path, $"ends after {entries.Count} of {address.Width} entries");
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes.Span);
            bytes = bytes[sizeof(ushort)..];
            if (bytes.Length < length)
                throw new TileException(address.Path, $"ends in the middle of entry {entries.Count}");
            entries.Add(bytes[..length]);
            bytes = bytes[length..];
        }
        return bytes.IsEmpty
            ? entries.MoveToImmutable()
            : throw new TileException(address.Path, $"goes on for {bytes.Length} bytes after its last entry");
    }

    /// <summary>The hashes of the entries, in order.</summary>
    /// <exception cref="TileException">As for <see cref="Parse"/>.</exception>
    public static TreeHash[] Leaves(TileAddress address, ReadOnlyMemory<byte> bytes)
    {
        var entries = Parse(address, bytes);
        var leaves = new TreeHash[entries.Length];
        for (var i = 0; i < leaves.Length; i++) leaves[i] = TreeHash.Leaf(entries[i].Span);
        return leaves;
    }

    /// <summary>Appends one entry with its length.</summary>
    /// <exception cref="ArgumentException">The entry is too long.</exception>
    public static void Append(Stream bundle, ReadOnlySpan<byte> entry)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        if (entry.Length > MostEntryBytes)
            throw new ArgumentException($"an entry has at most {MostEntryBytes} bytes", nameof(entry));
        Span<byte> length = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)entry.Length);
        bundle.Write(length);
        bundle.Write(entry);
    }
}
