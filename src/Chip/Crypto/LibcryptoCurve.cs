using System.Security.Cryptography;

namespace Musubi.Chip.Crypto;

/// <summary>A curve by libcrypto. Thread-safe: the group is only read.</summary>
internal sealed class LibcryptoCurve : ICurve
{
    private const int ConstantTime = 0x04; // BN_FLG_CONSTTIME
    private readonly GroupHandle group;
    private readonly byte[] order;

    public LibcryptoCurve(DomainParameters parameters)
    {
        Parameters = parameters;
        group = Libcrypto.EC_GROUP_new_by_curve_name(Libcrypto.OBJ_sn2nid(parameters.Name));
        if (group.IsInvalid) throw new CryptographicException($"libcrypto has no curve {parameters.Name}.");
        order = new byte[parameters.FieldLength];
        if (Libcrypto.BN_bn2binpad(Libcrypto.EC_GROUP_get0_order(group), order, order.Length) != order.Length)
            throw new CryptographicException($"libcrypto gave no order for {parameters.Name}.");
    }

    public DomainParameters Parameters { get; }

    public ReadOnlySpan<byte> Order => order;

    public byte[] MultiplyGenerator(ReadOnlySpan<byte> scalar)
    {
        using var context = Libcrypto.BN_CTX_new();
        using var product = Libcrypto.EC_POINT_new(group);
        using var n = Secret(scalar);
        Demand(Libcrypto.EC_POINT_mul(group, product, n.DangerousGetHandle(), 0, 0, context));
        return TryEncode(product, context, out var bytes)
            ? bytes
            : throw new ArgumentOutOfRangeException(nameof(scalar), "A scalar is from 1 to the order minus 1.");
    }

    public bool TryMultiply(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point, out byte[] product)
    {
        product = [];
        using var context = Libcrypto.BN_CTX_new();
        using var q = Libcrypto.EC_POINT_new(group);
        if (!TryDecode(point, q, context)) return false;
        using var m = Secret(scalar);
        Demand(Libcrypto.EC_POINT_mul(group, q, 0, q.DangerousGetHandle(), m.DangerousGetHandle(), context));
        return TryEncode(q, context, out product);
    }

    public bool TryMapGenerator(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point, out byte[] mapped)
    {
        mapped = [];
        using var context = Libcrypto.BN_CTX_new();
        using var h = Libcrypto.EC_POINT_new(group);
        if (!TryDecode(point, h, context)) return false;
        using var product = Libcrypto.EC_POINT_new(group);
        using var n = Secret(scalar);
        // Product and sum apart: EC_POINT_mul of both at once would leave the constant-time ladder.
        Demand(Libcrypto.EC_POINT_mul(group, product, n.DangerousGetHandle(), 0, 0, context));
        Demand(Libcrypto.EC_POINT_add(group, product, product, h, context));
        return TryEncode(product, context, out mapped);
    }

    private bool TryDecode(ReadOnlySpan<byte> bytes, PointHandle point, ContextHandle context)
    {
        if (bytes.Length != Parameters.PointLength || bytes[0] != 0x04) return false;
        if (Libcrypto.EC_POINT_oct2point(group, point, bytes, (nuint)bytes.Length, context) == 1) return true;
        // The failure is an answer here; left in the thread's queue it would surface in someone else's TLS call.
        Libcrypto.ERR_clear_error();
        return false;
    }

    private bool TryEncode(PointHandle point, ContextHandle context, out byte[] bytes)
    {
        bytes = [];
        if (Libcrypto.EC_POINT_is_at_infinity(group, point) == 1) return false;
        var encoded = new byte[Parameters.PointLength];
        var length = Libcrypto.EC_POINT_point2oct(
            group, point, Libcrypto.Uncompressed, encoded, (nuint)encoded.Length, context);
        Demand(length == (nuint)encoded.Length ? 1 : 0);
        bytes = encoded;
        return true;
    }

    private static BignumHandle Secret(ReadOnlySpan<byte> scalar)
    {
        var number = Libcrypto.BN_bin2bn(scalar, scalar.Length, 0);
        Demand(number.IsInvalid ? 0 : 1);
        Libcrypto.BN_set_flags(number, ConstantTime);
        return number;
    }

    private static void Demand(int result)
    {
        if (result != 1) throw new CryptographicException("libcrypto could not compute a curve point.");
    }
}
