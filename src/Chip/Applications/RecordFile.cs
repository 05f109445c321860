using System.Buffers.Binary;
using System.Collections.Immutable;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications;

/// <summary>The records of text and face application: one outer object, in some an offset table first.</summary>
/// <remarks>Two bytes name how far from the file's start each object begins; the table is checked, not
/// trusted.</remarks>
internal static class RecordFile
{
    private const int OffsetLength = 2;

    /// <summary>A record with its offset table.</summary>
    public static byte[] Encode(uint tag, uint offsetsTag, byte[][] fields)
    {
        var content = fields.SelectMany(field => field).ToArray();
        var tableLength = TlvWriter.Encode(offsetsTag, new byte[OffsetLength * fields.Length]).Length;
        var valueLength = tableLength + content.Length;
        var header = TlvWriter.Encode(tag, new byte[valueLength]).Length - valueLength;
        return TlvWriter.Encode(tag, [.. Table(offsetsTag, fields, header + tableLength), .. content]);
    }

    /// <summary>The outer object of a file, without what fills the file up behind it.</summary>
    /// <exception cref="TlvException">Another object, or none.</exception>
    public static TlvObject Outer(ReadOnlyMemory<byte> file, uint tag)
    {
        var length = BerTlv.EncodedLength(file.Span);
        if (length is null || length > file.Length) throw new TlvException("The file is cut short.");
        var outer = BerTlv.Read(file[..length.Value]);
        return outer.Tag == tag ? outer : throw new TlvException($"Expected object {tag:X}, found {outer.Tag:X}.");
    }

    /// <summary>The objects behind a table that fits them.</summary>
    /// <exception cref="TlvException">No table first, or one that does not fit.</exception>
    public static ImmutableArray<TlvObject> Fields(TlvObject outer, uint offsetsTag)
    {
        var all = outer.Children();
        if (all is not [{ } table, .. var fields] || table.Tag != offsetsTag)
            throw new TlvException("The offset table is not the first object.");
        if (table.Value.Length != OffsetLength * fields.Length)
            throw new TlvException("The offset table has another length.");
        var offset = outer.Encoded.Length - fields.Sum(field => field.Encoded.Length);
        for (var i = 0; i < fields.Length; i++)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(table.Value.Span[(OffsetLength * i)..]) != offset)
                throw new TlvException("The offset table does not fit the objects.");
            offset += fields[i].Encoded.Length;
        }
        return fields;
    }

    /// <summary>The objects before one, as they are written: what a record's signature covers.</summary>
    public static byte[] Before(ImmutableArray<TlvObject> fields, uint tag) =>
        [.. fields.TakeWhile(field => field.Tag != tag).SelectMany(field => field.Encoded.ToArray())];

    /// <summary>Some objects, as they are written.</summary>
    public static byte[] Parts(ImmutableArray<TlvObject> fields, params ReadOnlySpan<uint> tags)
    {
        var parts = new List<byte>();
        foreach (var tag in tags) parts.AddRange(fields.Require(tag).Encoded.Span);
        return [.. parts];
    }

    private static byte[] Table(uint tag, byte[][] fields, int firstOffset)
    {
        var table = new byte[OffsetLength * fields.Length];
        var offset = firstOffset;
        for (var i = 0; i < fields.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(table.AsSpan(OffsetLength * i), (ushort)offset);
            offset += fields[i].Length;
        }
        return TlvWriter.Encode(tag, table);
    }
}
