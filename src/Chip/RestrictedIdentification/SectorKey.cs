using System.Security.Cryptography;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.RestrictedIdentification;

/// <summary>A sector's public key (TR-03110-3 §2.8): every card has one pseudonym for each.</summary>
/// <remarks>
/// The terminal's certificate carries the hash; the key itself goes to the card, which checks that they fit. Whoever
/// has the private key can compute from a card's public key which pseudonym it has there; whoever threw it away cannot.
/// </remarks>
public sealed class SectorKey
{
    private SectorKey(DomainParameters parameters, ReadOnlyMemory<byte> point)
    {
        (Parameters, Point) = (parameters, point);
        Encoded = CvPublicKey.Create(
            IdentificationOid.ToArray(), CvCurves.Standard(parameters), point.ToArray()).ToBytes();
    }

    /// <summary>The curve; the card's key is on the same.</summary>
    public DomainParameters Parameters { get; }

    /// <summary>The point, uncompressed.</summary>
    public ReadOnlyMemory<byte> Point { get; }

    /// <summary>The public key data object 7F49 with the curve spelled out: what the hash is taken of.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>id-RI-ECDH-SHA-256, the one variant of our cards.</summary>
    internal static ReadOnlySpan<byte> IdentificationOid => [0x04, 0, 0x7F, 0, 7, 2, 2, 5, 2, 3];

    /// <summary>A sector whose private key nobody has: its pseudonyms cannot be computed without the card.</summary>
    public static SectorKey Create(DomainParameters parameters)
    {
        using var key = CurveKey.Create(parameters.Curve);
        return new(parameters, key.Public);
    }

    /// <summary>A sector whose key pair is kept elsewhere.</summary>
    /// <exception cref="ArgumentException">Not an uncompressed point of this curve's length.</exception>
    public static SectorKey FromPoint(DomainParameters parameters, ReadOnlyMemory<byte> point) =>
        point.Length == parameters.PointLength && point.Span[0] == 4
            ? new(parameters, point)
            : throw new ArgumentException("A sector key is an uncompressed point of its curve.", nameof(point));

    /// <summary>The hash for the terminal's certificate; the hash function is that of its signature.</summary>
    public byte[] Hash(CvSignatureAlgorithm signedWith) =>
        CryptographicOperations.HashData(signedWith.Hash(), Encoded.Span);
}

/// <summary>The sectors of a terminal: hashes of one key or two (TR-03110-3 §C.3.2.1).</summary>
/// <param name="First">Hash of the first sector's key, or empty.</param>
/// <param name="Second">Hash of the second sector's key, or empty.</param>
public sealed record TerminalSector(ReadOnlyMemory<byte> First, ReadOnlyMemory<byte> Second = default)
{
    /// <summary>The hash in one place.</summary>
    public ReadOnlyMemory<byte> At(SectorPlace place) => place switch
    {
        SectorPlace.First => First,
        SectorPlace.Second => Second,
    };
}

/// <summary>Which of a terminal's two sectors.</summary>
public enum SectorPlace
{
    /// <summary>Tag 80 in the certificate, A0 and 81 on the wire.</summary>
    First,

    /// <summary>Tag 81 in the certificate, A2 and 83 on the wire.</summary>
    Second,
}

internal static class SectorPlaces
{
    public static uint CommandTag(this SectorPlace place) => place == SectorPlace.First ? 0xA0u : 0xA2u;

    public static uint AnswerTag(this SectorPlace place) => place == SectorPlace.First ? 0x81u : 0x83u;
}
