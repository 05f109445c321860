using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Musubi.Chip.Crypto;

/// <summary>One of the standardised elliptic-curve domain parameters (TR-03110-3 table 4, ids 8 to 18).</summary>
/// <remarks>Instances exist for the eleven curves only; compare by reference or <see cref="Id"/>.</remarks>
public sealed class DomainParameters
{
    /// <summary>The curve a Musubi card uses, and the one that all published worked examples use.</summary>
    public static readonly DomainParameters BrainpoolP256r1 = new(13, "brainpoolP256r1", "1.3.36.3.3.2.8.1.1.7", 256);

    /// <summary>NIST P-256.</summary>
    public static readonly DomainParameters NistP256 = new(12, "prime256v1", "1.2.840.10045.3.1.7", 256);

    /// <summary>All eleven, by id.</summary>
    public static readonly ImmutableArray<DomainParameters> All =
    [
        new(8, "prime192v1", "1.2.840.10045.3.1.1", 192),
        new(9, "brainpoolP192r1", "1.3.36.3.3.2.8.1.1.3", 192),
        new(10, "secp224r1", "1.3.132.0.33", 224),
        new(11, "brainpoolP224r1", "1.3.36.3.3.2.8.1.1.5", 224),
        NistP256,
        BrainpoolP256r1,
        new(14, "brainpoolP320r1", "1.3.36.3.3.2.8.1.1.9", 320),
        new(15, "secp384r1", "1.3.132.0.34", 384),
        new(16, "brainpoolP384r1", "1.3.36.3.3.2.8.1.1.11", 384),
        new(17, "brainpoolP512r1", "1.3.36.3.3.2.8.1.1.13", 512),
        new(18, "secp521r1", "1.3.132.0.35", 521),
    ];

    private readonly Lazy<ICurve> curve;

    private DomainParameters(int id, string name, string oid, int bits)
    {
        (Id, Name, Oid, Bits) = (id, name, oid, bits);
        curve = new Lazy<ICurve>(() =>
            Libcrypto.IsAvailable ? new LibcryptoCurve(this) : new BouncyCastleCurve(this));
    }

    /// <summary>The id of TR-03110-3 table 4.</summary>
    public int Id { get; }

    /// <summary>libcrypto's short name.</summary>
    public string Name { get; }

    /// <summary>The named-curve object identifier.</summary>
    public string Oid { get; }

    /// <summary>Bits of the field and of the order.</summary>
    public int Bits { get; }

    /// <summary>Bytes of a coordinate and of a scalar.</summary>
    public int FieldLength => (Bits + 7) / 8;

    /// <summary>Bytes of an uncompressed point.</summary>
    public int PointLength => 1 + 2 * FieldLength;

    /// <summary>The curve for .NET's own ECDSA.</summary>
    public ECCurve ToECCurve() => ECCurve.CreateFromValue(Oid);

    internal ICurve Curve => curve.Value;

    /// <summary>The parameters with this id; false for ids that name no elliptic curve.</summary>
    public static bool TryFind(int id, out DomainParameters parameters)
    {
        var index = id - All[0].Id;
        var known = index >= 0 && index < All.Length;
        parameters = known ? All[index] : BrainpoolP256r1;
        return known;
    }

    /// <summary>The curve's name.</summary>
    public override string ToString() => Name;
}
