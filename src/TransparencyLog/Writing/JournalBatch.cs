using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Musubi.TransparencyLog.Writing;

/// <summary>An entry with its key, as it waits to be published.</summary>
internal sealed record JournalEntry(AppendKey Key, ReadOnlyMemory<byte> Bytes);

/// <summary>What one fsync made durable: entries in a row. Format, big-endian: magic, length of the whole, first index,
/// published size then, number of entries; for each its key, length and bytes; SHA-256 over all of it.</summary>
/// <param name="PublishedSize">Size of the checkpoint that was published when the batch was written: a public folder
/// that is behind it was put back.</param>
internal sealed record JournalBatch(long First, long PublishedSize, ImmutableArray<JournalEntry> Entries)
{
    /// <summary>Most bytes of a batch: what one write and one flush take without anybody noticing.</summary>
    public const int MostBytes = 16 << 20;

    /// <summary>Bytes beside those of the entry itself.</summary>
    public const int EntryOverhead = AppendKey.Length + sizeof(ushort);

    public const int Overhead = HeadBytes + SHA256.HashSizeInBytes;

    private const int HeadBytes = 4 + sizeof(int) + sizeof(long) + sizeof(long) + sizeof(int);

    public static ReadOnlySpan<byte> Magic => "MLB1"u8;

    public long End => First + Entries.Length;

    public byte[] ToBytes()
    {
        var length = Overhead + Entries.Sum(entry => EntryOverhead + entry.Bytes.Length);
        var bytes = new byte[length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), length);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), First);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), PublishedSize);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(24), Entries.Length);
        var at = HeadBytes;
        foreach (var entry in Entries)
        {
            entry.Key.Write(bytes.AsSpan(at));
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at + AppendKey.Length), (ushort)entry.Bytes.Length);
            entry.Bytes.Span.CopyTo(bytes.AsSpan(at + EntryOverhead));
            at += EntryOverhead + entry.Bytes.Length;
        }
        SHA256.HashData(bytes.AsSpan(0, at), bytes.AsSpan(at));
        return bytes;
    }

    /// <summary>The batch at the beginning of these bytes and its length, or null: there is no whole one.</summary>
    public static (JournalBatch Batch, int Length)? TryRead(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        if (span.Length < Overhead || !span.StartsWith(Magic)) return null;
        var length = BinaryPrimitives.ReadInt32BigEndian(span[4..]);
        if (length < Overhead || length > MostBytes || length > span.Length) return null;
        var body = length - SHA256.HashSizeInBytes;
        if (!SHA256.HashData(span[..body]).AsSpan().SequenceEqual(span[body..length])) return null;
        // The hash holds, so these are the bytes that were written; what is read from here on is our own.
        var first = BinaryPrimitives.ReadInt64BigEndian(span[8..]);
        var published = BinaryPrimitives.ReadInt64BigEndian(span[16..]);
        var entries = ImmutableArray.CreateBuilder<JournalEntry>(BinaryPrimitives.ReadInt32BigEndian(span[24..]));
        for (var at = HeadBytes; at < body;)
        {
            var size = BinaryPrimitives.ReadUInt16BigEndian(span[(at + AppendKey.Length)..]);
            entries.Add(new(AppendKey.Read(span[at..]), bytes.Slice(at + EntryOverhead, size)));
            at += EntryOverhead + size;
        }
        return (new(first, published, entries.MoveToImmutable()), length);
    }

    /// <summary>Whether a whole batch begins anywhere in these bytes.</summary>
    public static bool IsAnywhereIn(ReadOnlyMemory<byte> bytes)
    {
        for (var at = 0; at < bytes.Length; at++)
        {
            var next = bytes.Span[at..].IndexOf(Magic);
            if (next < 0) return false;
            at += next;
            if (TryRead(bytes[at..]) is not null) return true;
        }
        return false;
    }

    /// <summary>Cuts entries into batches within the bound.</summary>
    public static IEnumerable<JournalBatch> Cut(long first, long publishedSize, IEnumerable<JournalEntry> entries)
    {
        var batch = ImmutableArray.CreateBuilder<JournalEntry>();
        var bytes = Overhead;
        foreach (var entry in entries)
        {
            var size = EntryOverhead + entry.Bytes.Length;
            if (bytes + size > MostBytes)
            {
                var full = new JournalBatch(first, publishedSize, batch.DrainToImmutable());
                yield return full;
                first = full.End;
                bytes = Overhead;
            }
            batch.Add(entry);
            bytes += size;
        }
        if (batch.Count > 0) yield return new(first, publishedSize, batch.DrainToImmutable());
    }
}
