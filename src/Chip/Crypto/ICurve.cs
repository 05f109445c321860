namespace Musubi.Chip.Crypto;

/// <summary>
/// Arithmetic on one curve: what PACE, chip authentication and restricted identification need and .NET's key classes
/// cannot give, and the check of signatures, for which those classes would check the key again each time.
/// Points are uncompressed bytes (04 ‖ x ‖ y), scalars big-endian bytes below the order.
/// </summary>
/// <remarks>Implementations: libcrypto (fast), BouncyCastle (portable). Tests run both over the same vectors.</remarks>
internal interface ICurve
{
    DomainParameters Parameters { get; }

    /// <summary>The order of the generator, big-endian, in <see cref="DomainParameters.FieldLength"/> bytes.</summary>
    ReadOnlySpan<byte> Order { get; }

    /// <summary>scalar · G. The scalar is from 1 to order − 1.</summary>
    byte[] MultiplyGenerator(ReadOnlySpan<byte> scalar);

    /// <summary>scalar · point; false when the point is not on the curve or the product is infinity.</summary>
    bool TryMultiply(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point, out byte[] product);

    /// <summary>scalar · G + point, the generic mapping; false as for <see cref="TryMultiply"/>.</summary>
    bool TryMapGenerator(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point, out byte[] mapped);

    /// <summary>ECDSA: whether the point's key signed the hash; false also for no point of the curve.</summary>
    /// <param name="point">The public key.</param>
    /// <param name="hash">The hash of what was signed.</param>
    /// <param name="signature">r ‖ s, each in <see cref="DomainParameters.FieldLength"/> bytes.</param>
    bool Verifies(ReadOnlySpan<byte> point, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature);
}
