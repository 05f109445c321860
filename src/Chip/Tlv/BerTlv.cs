using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Musubi.Chip.Tlv;

/// <summary>Reads the BER-TLV of card commands, files and certificates (ISO/IEC 7816-4 §6.3), one level at a
/// time.</summary>
/// <remarks>
/// Definite lengths only, tags of one to three bytes, lengths of up to three bytes after the form byte.
/// Values are slices of the input: signed bytes stay the bytes that were received.
/// </remarks>
public static class BerTlv
{
    /// <summary>Nothing on a card nests deeper; the bound stops a hostile answer from costing stack.</summary>
    public const int MaximumDepth = 16;

    /// <summary>Objects on one level: EF.CardSecurity and certificates stay far below.</summary>
    public const int MaximumObjectsPerLevel = 512;

    /// <summary>The longest value: photographs are the largest objects and stay below 100 kB.</summary>
    public const int MaximumValueLength = 1 << 20;

    /// <summary>Reads all objects of one level.</summary>
    /// <exception cref="TlvException">Not BER-TLV, or beyond a bound.</exception>
    public static ImmutableArray<TlvObject> ReadAll(ReadOnlyMemory<byte> encoded) => ReadLevel(encoded, 0);

    /// <summary>Reads all objects of one level; false when it is not BER-TLV or beyond a bound.</summary>
    public static bool TryReadAll(ReadOnlyMemory<byte> encoded, out ImmutableArray<TlvObject> objects) =>
        TryReadLevel(encoded, 0, out objects, out _);

    /// <summary>Reads one object that fills the input.</summary>
    /// <exception cref="TlvException">Not one BER-TLV object, or bytes left over.</exception>
    public static TlvObject Read(ReadOnlyMemory<byte> encoded) =>
        TryRead(encoded, out var only) ? only.Value : throw new TlvException("Not exactly one BER-TLV object.");

    /// <summary>Reads one object that fills the input.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out TlvObject? only)
    {
        only = TryReadFirst(encoded, 0, out var first, out var used, out _) && used == encoded.Length ? first : null;
        return only is not null;
    }

    /// <summary>The number of bytes that the object at the start will have, from its first bytes alone.</summary>
    /// <returns>Null while too few bytes are there or they start no object.</returns>
    public static int? EncodedLength(ReadOnlySpan<byte> start) =>
        TryReadHeader(start, out _, out var header, out var length, out _) ? header + length : null;

    internal static ImmutableArray<TlvObject> ReadLevel(ReadOnlyMemory<byte> encoded, int depth) =>
        TryReadLevel(encoded, depth, out var objects, out var wrong) ? objects : throw new TlvException(wrong);

    internal static bool TryReadLevel(
        ReadOnlyMemory<byte> encoded, int depth, out ImmutableArray<TlvObject> objects, out string wrong)
    {
        objects = [];
        wrong = "Nested deeper than any card object.";
        if (depth > MaximumDepth) return false;
        var found = ImmutableArray.CreateBuilder<TlvObject>();
        while (!encoded.IsEmpty)
        {
            wrong = "More objects on one level than any card object has.";
            if (found.Count == MaximumObjectsPerLevel) return false;
            if (!TryReadFirst(encoded, depth, out var next, out var used, out wrong)) return false;
            found.Add(next);
            encoded = encoded[used..];
        }

        objects = found.ToImmutable();
        return true;
    }

    private static bool TryReadFirst(
        ReadOnlyMemory<byte> encoded, int depth, out TlvObject first, out int used, out string wrong)
    {
        (first, used) = (default, 0);
        if (!TryReadHeader(encoded.Span, out var tag, out var header, out var length, out wrong)) return false;
        wrong = $"Object {tag:X} is cut short: {length} bytes announced, {encoded.Length - header} there.";
        if (encoded.Length - header < length) return false;
        used = header + length;
        first = new TlvObject(tag, encoded.Slice(header, length), encoded[..used], depth);
        return true;
    }

    private static bool TryReadHeader(
        ReadOnlySpan<byte> encoded, out uint tag, out int header, out int length, out string wrong)
    {
        (tag, header, length, wrong) = (0, 0, 0, "Cut short inside a tag.");
        if (encoded.IsEmpty) return false;
        tag = encoded[header++];
        if ((tag & 0x1F) == 0x1F)
        {
            byte part;
            do
            {
                if (header == encoded.Length) return false;
                wrong = "Tags have at most three bytes.";
                if (header == 3) return false;
                part = encoded[header++];
                tag = (tag << 8) | part;
            }
            while ((part & 0x80) != 0);
        }

        wrong = "Cut short inside a length.";
        if (header == encoded.Length) return false;
        int form = encoded[header++];
        if (form < 0x80)
        {
            length = form;
            return true;
        }

        wrong = "Lengths have one to three bytes after the form byte.";
        if (form is 0x80 or > 0x83) return false;
        wrong = "Cut short inside a length.";
        if (encoded.Length - header < form - 0x80) return false;
        for (var left = form - 0x80; left > 0; left--) length = (length << 8) | encoded[header++];
        wrong = "Longer than any card object.";
        return length <= MaximumValueLength;
    }
}
