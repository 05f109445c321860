using System.Security.Cryptography;
using Musubi.Chip.Crypto;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.CvCertificates;

/// <summary>The key in a certificate (TR-03110-3 §D.3): signature algorithm, curve (root only) and point.</summary>
public sealed class CvPublicKey
{
    private readonly ReadOnlyMemory<byte> oid;
    private readonly CvCurve? curve;

    private CvPublicKey(ReadOnlyMemory<byte> oid, CvCurve? curve, ReadOnlyMemory<byte> point) =>
        (this.oid, this.curve, Point) = (oid, curve, point);

    /// <summary>The uncompressed point; empty for keys that are not elliptic-curve keys.</summary>
    public ReadOnlyMemory<byte> Point { get; }

    /// <summary>The value bytes of the signature algorithm's identifier.</summary>
    public ReadOnlyMemory<byte> AlgorithmOid => oid;

    /// <summary>True where the certificate carries the curve itself.</summary>
    public bool HasDomainParameters => curve is not null;

    /// <summary>The same key on the curve of the certificate above, when it carries none itself.</summary>
    public CvPublicKey Inherit(CvPublicKey issuer) => HasDomainParameters ? this : new(oid, issuer.curve, Point);

    /// <summary>Checks a plain r ‖ s signature; false also for keys on no curve and algorithms unknown here.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (curve is null || Point.IsEmpty || !CvSignatureAlgorithms.TryHash(oid.Span, out var hash)) return false;
        return curve.Standard is { } standard
            ? standard.Curve.Verifies(Point.Span, CryptographicOperations.HashData(hash, data), signature)
            : VerifyBySpelledOut(curve.Numbers, data, signature, hash);
    }

    /// <summary>A root's curve that nobody standardised: .NET takes it number by number.</summary>
    private bool VerifyBySpelledOut(
        ECCurve numbers, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, HashAlgorithmName hash)
    {
        try
        {
            var length = (Point.Length - 1) / 2;
            using var key = ECDsa.Create(new ECParameters
            {
                Curve = numbers,
                Q = new ECPoint { X = Point.Slice(1, length).ToArray(), Y = Point.Slice(1 + length).ToArray() },
            });
            return key.VerifyData(data, signature, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            return false; // the point is not on the curve, or the curve is none: nothing such a key signs is right
        }
    }

    internal static CvPublicKey Create(CvSignatureAlgorithm algorithm, CvCurve? curve, byte[] point) =>
        new(algorithm.Oid(), curve, point);

    internal static CvPublicKey Create(byte[] oid, CvCurve curve, byte[] point) => new(oid, curve, point);

    /// <summary>True when the objects of a key spell out exactly this curve.</summary>
    internal static bool IsOn(
        DomainParameters parameters, System.Collections.Immutable.ImmutableArray<TlvObject> level)
    {
        try
        {
            return ReadCurve(level).Standard == parameters;
        }
        catch (Exception e) when (e is TlvException or CvCertificateException)
        {
            return false;
        }
    }

    /// <summary>Tag 7F49 with the curve where this key has one.</summary>
    internal byte[] ToBytes() => TlvWriter.Encode(0x7F49, w =>
    {
        w.Write(0x06, oid.Span);
        if (curve?.Numbers is { } c)
        {
            w.Write(0x81, c.Prime!).Write(0x82, c.A!).Write(0x83, c.B!);
            w.Write(0x84, [0x04, .. c.G.X!, .. c.G.Y!]).Write(0x85, c.Order!);
        }

        w.Write(0x86, Point.Span);
        if (curve is not null) w.Write(0x87, curve.Numbers.Cofactor!);
    });

    internal static CvPublicKey Read(TlvObject encoded)
    {
        var level = encoded.Children();
        var algorithm = level.Require(0x06).Value;
        // Other algorithms (RSA) are read so that a certificate can be shown; their point stays empty, nothing
        // verifies.
        if (!algorithm.Span.StartsWith(EacOids.TerminalAuthenticationEcdsa))
            return new CvPublicKey(algorithm, null, default);
        var point = level.Require(0x86).Value;
        if (point.Length < 3 || point.Length % 2 == 0 || point.Span[0] != 4)
            throw new CvCertificateException("A point is 04, x and y.");
        return new CvPublicKey(algorithm, level.Find(0x81) is null ? null : ReadCurve(level), point);
    }

    private static CvCurve ReadCurve(System.Collections.Immutable.ImmutableArray<TlvObject> level)
    {
        var prime = level.Require(0x81).Value.ToArray();
        var generator = level.Require(0x84).Value.Span;
        if (generator.Length != 1 + 2 * prime.Length || generator[0] != 4)
            throw new CvCertificateException("The generator does not fit the field.");
        return CvCurves.Recognise(new ECCurve
        {
            CurveType = ECCurve.ECCurveType.PrimeShortWeierstrass,
            Prime = prime,
            A = Fit(level.Require(0x82).Value, prime.Length),
            B = Fit(level.Require(0x83).Value, prime.Length),
            G = new ECPoint
            {
                X = generator.Slice(1, prime.Length).ToArray(),
                Y = generator[(1 + prime.Length)..].ToArray(),
            },
            Order = level.Require(0x85).Value.ToArray(),
            Cofactor = level.FindValue(0x87)?.ToArray() ?? [1],
        });
    }

    private static byte[] Fit(ReadOnlyMemory<byte> number, int length)
    {
        if (number.Length > length) throw new CvCertificateException("A coefficient does not fit the field.");
        var bytes = new byte[length];
        number.CopyTo(bytes.AsMemory(length - number.Length));
        return bytes;
    }
}
