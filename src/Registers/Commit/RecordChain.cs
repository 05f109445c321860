using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Musubi.Registers;

/// <summary>
/// What the log takes instead of a record, and how one resident's records hang together. Commitment n covers the nonce,
/// n, link n−1 and the record; link n is a keyed hash of commitment n. Who holds all of a resident's records with their
/// keys sees that none is missing between two of them; who holds only commitments sees no chain at all.
/// </summary>
/// <remarks>Destroying nonce and key of one record later unlinks it: its link stays, so the chain holds. A cut tail
/// cannot be seen from here: that is why we say "no gaps" and never "complete".</remarks>
public static class RecordChain
{
    /// <summary>Bytes of a commitment, a nonce, a link and its key.</summary>
    public const int Length = 32;

    /// <summary>
    /// SHA-256(nonce ‖ n in 8 bytes, most significant first ‖ link n−1 ‖ record in UTF-8). A record in no chain is
    /// number 0, and its commitment is SHA-256(nonce ‖ record). Records are JSON objects, so neither reads as the
    /// other.
    /// </summary>
    /// <param name="nonce">32 random bytes: without them a short record could be guessed.</param>
    /// <param name="number">From 1; 0 is in no chain.</param>
    /// <param name="previousLink">32 bytes; zeros before the first.</param>
    /// <param name="record">A JSON object.</param>
    public static byte[] Commitment(
        ReadOnlySpan<byte> nonce, long number, ReadOnlySpan<byte> previousLink, string record)
    {
        Require(nonce, nameof(nonce));
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentNullException.ThrowIfNull(record);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(nonce);
        if (number > 0)
        {
            Require(previousLink, nameof(previousLink));
            Span<byte> bytes = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(bytes, number);
            hash.AppendData(bytes);
            hash.AppendData(previousLink);
        }
        hash.AppendData(Encoding.UTF8.GetBytes(record));
        return hash.GetHashAndReset();
    }

    /// <summary>HMAC-SHA-256(key n, commitment n): what record n+1 is bound to.</summary>
    public static byte[] Link(ReadOnlySpan<byte> key, ReadOnlySpan<byte> commitment)
    {
        Require(key, nameof(key));
        Require(commitment, nameof(commitment));
        return HMACSHA256.HashData(key, commitment);
    }

    private static void Require(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length != Length) throw new ArgumentException($"It has {Length} bytes, not {bytes.Length}.", name);
    }
}
