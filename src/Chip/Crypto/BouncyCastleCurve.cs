using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;

namespace Musubi.Chip.Crypto;

/// <summary>A curve by BouncyCastle: portable, about five times slower.</summary>
/// <remarks>Trust: its arithmetic is not constant-time; where secrets matter the card should run on
/// libcrypto.</remarks>
internal sealed class BouncyCastleCurve : ICurve
{
    private readonly X9ECParameters curve;
    private readonly byte[] order;

    public BouncyCastleCurve(DomainParameters parameters)
    {
        Parameters = parameters;
        var oid = new DerObjectIdentifier(parameters.Oid);
        curve = CustomNamedCurves.GetByOid(oid) ?? ECNamedCurveTable.GetByOid(oid)
            ?? throw new NotSupportedException($"BouncyCastle has no curve {parameters.Name}.");
        order = curve.N.ToByteArrayUnsigned();
    }

    public DomainParameters Parameters { get; }

    public ReadOnlySpan<byte> Order => order;

    public byte[] MultiplyGenerator(ReadOnlySpan<byte> scalar) =>
        TryEncode(curve.G.Multiply(Number(scalar)), out var product)
            ? product
            : throw new ArgumentOutOfRangeException(nameof(scalar), "A scalar is from 1 to the order minus 1.");

    public bool TryMultiply(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point, out byte[] product)
    {
        product = [];
        return TryDecode(point, out var q) && TryEncode(q.Multiply(Number(scalar)), out product);
    }

    public bool TryMapGenerator(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point, out byte[] mapped)
    {
        mapped = [];
        return TryDecode(point, out var h) && TryEncode(curve.G.Multiply(Number(scalar)).Add(h), out mapped);
    }

    public bool Verifies(ReadOnlySpan<byte> point, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        var half = Parameters.FieldLength;
        if (signature.Length != 2 * half || !TryDecode(point, out var q)) return false;
        var signer = new ECDsaSigner();
        signer.Init(forSigning: false, new ECPublicKeyParameters(q, new ECDomainParameters(curve)));
        return signer.VerifySignature(hash.ToArray(), Number(signature[..half]), Number(signature[half..]));
    }

    private bool TryDecode(ReadOnlySpan<byte> bytes, out ECPoint point)
    {
        point = curve.Curve.Infinity;
        if (bytes.Length != Parameters.PointLength || bytes[0] != 0x04) return false;
        try
        {
            point = curve.Curve.DecodePoint(bytes.ToArray());
            return true;
        }
        catch (ArgumentException)
        {
            return false; // DecodePoint's only way to say "not on the curve"
        }
    }

    private static bool TryEncode(ECPoint point, out byte[] bytes)
    {
        bytes = point.IsInfinity ? [] : point.Normalize().GetEncoded(compressed: false);
        return !point.IsInfinity;
    }

    private static BigInteger Number(ReadOnlySpan<byte> scalar) => new(1, scalar.ToArray());
}
