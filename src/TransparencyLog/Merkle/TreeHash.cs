using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Musubi.TransparencyLog.Notes;

namespace Musubi.TransparencyLog.Merkle;

/// <summary>A SHA-256 hash of the Merkle tree: 32 bytes, a leaf, an inner node or a root (RFC 9162 §2.1.1). The
/// default value is 32 zero bytes, which is the hash of nothing that anybody knows.</summary>
public readonly struct TreeHash : IEquatable<TreeHash>
{
    /// <summary>Bytes of a hash.</summary>
    public const int Length = 32;

    private const byte LeafPrefix = 0x00;
    private const byte NodePrefix = 0x01;

    // Entries up to this size are hashed from the stack; longer ones are rare.
    private const int LeafOnStack = 1024;

    private readonly Bytes32 bytes;

    /// <param name="hash">Exactly 32 bytes.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public TreeHash(ReadOnlySpan<byte> hash)
    {
        if (hash.Length != Length)
            throw new ArgumentException($"a tree hash has {Length} bytes, not {hash.Length}", nameof(hash));
        hash.CopyTo(bytes);
    }

    /// <summary>The root of a tree without leaves: SHA-256 of nothing (RFC 9162 §2.1.1).</summary>
    public static TreeHash Empty { get; } = new(SHA256.HashData([]));

    /// <summary>The 32 bytes, in place.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Span => bytes;

    /// <summary>SHA-256(0x00 || entry): the prefix keeps a leaf from passing for a node.</summary>
    public static TreeHash Leaf(ReadOnlySpan<byte> entry)
    {
        var input = entry.Length < LeafOnStack ? stackalloc byte[entry.Length + 1] : new byte[entry.Length + 1];
        input[0] = LeafPrefix;
        entry.CopyTo(input[1..]);
        return Sha256(input);
    }

    /// <summary>SHA-256(0x01 || left || right).</summary>
    public static TreeHash Node(in TreeHash left, in TreeHash right)
    {
        Span<byte> input = stackalloc byte[1 + 2 * Length];
        input[0] = NodePrefix;
        left.Span.CopyTo(input[1..]);
        right.Span.CopyTo(input[(1 + Length)..]);
        return Sha256(input);
    }

    /// <summary>Reads the 44 characters of canonical base64.</summary>
    public static bool TryParse(ReadOnlySpan<char> base64, out TreeHash hash)
    {
        hash = default;
        if (!NoteText.TryBase64(base64, Length, out var bytes) || bytes.Length != Length)
            return false;
        hash = new TreeHash(bytes);
        return true;
    }

    public byte[] ToArray() => Span.ToArray();

    public void CopyTo(Span<byte> destination) => Span.CopyTo(destination);

    /// <summary>Standard base64, as checkpoints and proofs write it.</summary>
    public override string ToString() => Convert.ToBase64String(Span);

    public bool Equals(TreeHash other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is TreeHash other && Equals(other);

    // A hash is already spread evenly: any four of its bytes do.
    public override int GetHashCode() => BitConverter.ToInt32(Span);

    public static bool operator ==(TreeHash left, TreeHash right) => left.Equals(right);

    public static bool operator !=(TreeHash left, TreeHash right) => !left.Equals(right);

    private static TreeHash Sha256(ReadOnlySpan<byte> input)
    {
        Span<byte> output = stackalloc byte[Length];
        SHA256.HashData(input, output);
        return new TreeHash(output);
    }

    [InlineArray(Length)]
    private struct Bytes32
    {
        private byte first;
    }
}
