using System.Collections.Immutable;

namespace Musubi.Chip.Tlv;

/// <summary>One BER-TLV object as a slice of the bytes it was read from.</summary>
public readonly struct TlvObject
{
    private readonly int depth;

    internal TlvObject(uint tag, ReadOnlyMemory<byte> value, ReadOnlyMemory<byte> encoded, int depth)
    {
        Tag = tag;
        Value = value;
        Encoded = encoded;
        this.depth = depth;
    }

    /// <summary>The tag bytes as one number: 0x7F49 for the two bytes 7F 49.</summary>
    public uint Tag { get; }

    /// <summary>The value bytes.</summary>
    public ReadOnlyMemory<byte> Value { get; }

    /// <summary>Tag, length and value as received.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>True when the value is itself BER-TLV.</summary>
    public bool IsConstructed => (Tag > 0xFFFF ? Tag >> 16 : Tag > 0xFF ? Tag >> 8 : Tag) is var first
        && (first & 0x20) != 0;

    /// <summary>The objects inside.</summary>
    /// <exception cref="TlvException">The value is not BER-TLV or beyond a bound.</exception>
    public ImmutableArray<TlvObject> Children() => BerTlv.ReadLevel(Value, depth + 1);

    /// <summary>The objects inside; false when the value is not BER-TLV or beyond a bound.</summary>
    public bool TryChildren(out ImmutableArray<TlvObject> children) =>
        BerTlv.TryReadLevel(Value, depth + 1, out children, out _);
}

/// <summary>Finds objects by tag on one level.</summary>
public static class TlvLevel
{
    /// <summary>The first object with the tag, or null.</summary>
    public static TlvObject? Find(this ImmutableArray<TlvObject> level, uint tag)
    {
        foreach (var candidate in level)
        {
            if (candidate.Tag == tag) return candidate;
        }

        return null;
    }

    /// <summary>The value of the first object with the tag, or null.</summary>
    public static ReadOnlyMemory<byte>? FindValue(this ImmutableArray<TlvObject> level, uint tag) =>
        level.Find(tag)?.Value;

    /// <summary>The first object with the tag.</summary>
    /// <exception cref="TlvException">It is missing.</exception>
    public static TlvObject Require(this ImmutableArray<TlvObject> level, uint tag) =>
        level.Find(tag) ?? throw new TlvException($"Object {tag:X} is missing.");
}
