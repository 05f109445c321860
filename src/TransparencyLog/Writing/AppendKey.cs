using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Musubi.TransparencyLog.Writing;

/// <summary>What an appender calls an entry, so that asking again gives the same place and no second entry: an act's
/// identifier, say. It is never published.</summary>
public readonly record struct AppendKey
{
    /// <summary>Bytes of a key.</summary>
    public const int Length = 16;

    private AppendKey(UInt128 value) => Value = value;

    internal UInt128 Value { get; }

    /// <summary>A UUID as it is.</summary>
    public static AppendKey Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[Length];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return Read(bytes);
    }

    /// <summary>Any other name, by the first half of its SHA-256: two names that meet are not to be found.</summary>
    public static AppendKey Of(ReadOnlySpan<byte> name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(name, hash);
        return Read(hash);
    }

    internal static AppendKey Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    internal void Write(Span<byte> bytes) => BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
}
