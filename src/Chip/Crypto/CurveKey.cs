using System.Security.Cryptography;

namespace Musubi.Chip.Crypto;

/// <summary>A key pair on a curve, or on a mapped generator of it. Owns the secret scalar and clears it.</summary>
internal sealed class CurveKey : IDisposable
{
    private readonly byte[] secret;
    private readonly ICurve curve;
    private byte[]? point;

    private CurveKey(ICurve curve, byte[] scalar, byte[]? point) =>
        (this.curve, secret, this.point) = (curve, scalar, point);

    /// <summary>The public point, uncompressed; computed when first asked for on the standard generator.</summary>
    public byte[] Public => point ??= curve.MultiplyGenerator(secret);

    /// <summary>A fresh key on the standard generator.</summary>
    public static CurveKey Create(ICurve curve) => From(curve, RandomScalar(curve));

    /// <summary>A fresh key on another generator; false when that is no point of the curve.</summary>
    public static bool TryCreate(ICurve curve, ReadOnlySpan<byte> generator, out CurveKey key) =>
        TryFrom(curve, RandomScalar(curve), generator, out key);

    /// <summary>A stored key on the standard generator; takes over the scalar.</summary>
    public static CurveKey From(ICurve curve, byte[] scalar) => new(curve, scalar, point: null);

    /// <summary>A known key on another generator; takes over the scalar.</summary>
    public static bool TryFrom(ICurve curve, byte[] scalar, ReadOnlySpan<byte> generator, out CurveKey key)
    {
        var found = curve.TryMultiply(scalar, generator, out var product);
        key = new CurveKey(curve, scalar, product);
        return found;
    }

    /// <summary>Diffie-Hellman: the shared point; false when the other side's is none of the curve.</summary>
    public bool TryAgree(ReadOnlySpan<byte> other, out byte[] shared) => curve.TryMultiply(secret, other, out shared);

    /// <summary>A copy of the scalar, for storing it; the caller owns and clears it.</summary>
    public byte[] CopySecret() => (byte[])secret.Clone();

    /// <summary>The x coordinate: the shared secret of an agreement, and Comp() of a public key.</summary>
    public static ReadOnlySpan<byte> X(ReadOnlySpan<byte> point) => point.Slice(1, (point.Length - 1) / 2);

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(secret);

    /// <summary>Uniform from 1 to order − 1, by drawing again what is out of range.</summary>
    private static byte[] RandomScalar(ICurve curve)
    {
        var scalar = new byte[curve.Parameters.FieldLength];
        var excess = scalar.Length * 8 - curve.Parameters.Bits;
        do
        {
            RandomNumberGenerator.Fill(scalar);
            scalar[0] = (byte)(scalar[0] >> excess);
        }
        while (scalar.AsSpan().SequenceCompareTo(curve.Order) >= 0 || scalar.AsSpan().IndexOfAnyExcept((byte)0) < 0);

        return scalar;
    }
}
