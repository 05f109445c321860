using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Musubi.Chip.Crypto;

/// <summary>A curve by libcrypto. Thread-safe: the group is only read.</summary>
/// <remarks>
/// Products of any point take libcrypto's constant-time ladder. Products of the generator take a table of its
/// multiples, five times faster; that code's time follows the digits of its scalar, so it is given shares of the secret
/// and never the secret: see <see cref="AddMultiple"/>. Curves that come with a constant-time table need neither.
/// </remarks>
internal sealed class LibcryptoCurve : ICurve
{
    private const int ConstantTime = 0x04; // BN_FLG_CONSTTIME
    private readonly GroupHandle group;
    private readonly nint groupOrder;
    private readonly byte[] order;
    private readonly bool isConstantTime;
    private readonly BignumHandle offset;
    private readonly PointHandle offsetPoint;

    public LibcryptoCurve(DomainParameters parameters)
    {
        Parameters = parameters;
        group = Libcrypto.EC_GROUP_new_by_curve_name(Libcrypto.OBJ_sn2nid(parameters.Name));
        if (group.IsInvalid) throw new CryptographicException($"libcrypto has no curve {parameters.Name}.");
        groupOrder = Libcrypto.EC_GROUP_get0_order(group);
        order = new byte[parameters.FieldLength];
        if (Libcrypto.BN_bn2binpad(groupOrder, order, order.Length) != order.Length)
            throw new CryptographicException($"libcrypto gave no order for {parameters.Name}.");
        using var context = Libcrypto.BN_CTX_new();
        isConstantTime = Libcrypto.EC_GROUP_have_precompute_mult(group) == 1;
        (offset, offsetPoint) = (RandomShare(), Libcrypto.EC_POINT_new(group));
        Demand(Libcrypto.EC_POINT_mul(group, offsetPoint, offset.DangerousGetHandle(), 0, 0, context));
        if (!isConstantTime) Demand(Libcrypto.EC_GROUP_precompute_mult(group, context));
    }

    public DomainParameters Parameters { get; }

    public ReadOnlySpan<byte> Order => order;

    public byte[] MultiplyGenerator(ReadOnlySpan<byte> scalar)
    {
        using var context = Libcrypto.BN_CTX_new();
        using var product = Libcrypto.EC_POINT_new(group);
        using var n = Secret(scalar);
        // A sum needs something to add to: (n − offset)·G + offset·G.
        using var rest = Difference(n, offset);
        AddMultiple(product, rest, offsetPoint, context);
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
        using var n = Secret(scalar);
        AddMultiple(h, n, h, context);
        return TryEncode(h, context, out mapped);
    }

    public bool Verifies(ReadOnlySpan<byte> point, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != 2 * Parameters.FieldLength) return false;
        using var context = Libcrypto.BN_CTX_new();
        using var q = Libcrypto.EC_POINT_new(group);
        // The point is on the curve and not infinity; all our curves have cofactor 1, so it is in the group too.
        if (!TryDecode(point, q, context)) return false;
        using var key = Libcrypto.EC_KEY_new();
        Demand(Libcrypto.EC_KEY_set_group(key, group));
        Demand(Libcrypto.EC_KEY_set_public_key(key, q));
        var encoded = Der(signature);
        var answer = Libcrypto.ECDSA_verify(0, hash, hash.Length, encoded, encoded.Length, key);
        if (answer < 0) Libcrypto.ERR_clear_error();
        return answer == 1;
    }

    /// <summary>result = n·G + addend.</summary>
    /// <remarks>
    /// n is the sum of two shares, the first drawn anew each time: the time of each product is that of a number which
    /// is uniform whatever n is. The addend chooses the code that uses the table.
    /// </remarks>
    private void AddMultiple(PointHandle result, BignumHandle n, PointHandle addend, ContextHandle context)
    {
        if (isConstantTime)
        {
            using var product = Libcrypto.EC_POINT_new(group);
            Demand(Libcrypto.EC_POINT_mul(group, product, n.DangerousGetHandle(), 0, 0, context));
            Demand(Libcrypto.EC_POINT_add(group, result, product, addend, context));
            return;
        }

        using var first = RandomShare();
        using var second = Difference(n, first);
        AddProduct(result, first, addend, context);
        AddProduct(result, second, result, context);
    }

    private void AddProduct(PointHandle result, BignumHandle share, PointHandle addend, ContextHandle context) =>
        Demand(Libcrypto.EC_POINT_mul(
            group, result, share.DangerousGetHandle(), addend.DangerousGetHandle(), Libcrypto.BN_value_one(),
            context));

    private BignumHandle RandomShare()
    {
        var share = Libcrypto.BN_new();
        Demand(Libcrypto.BN_priv_rand_range(share, groupOrder));
        Libcrypto.BN_set_flags(share, ConstantTime);
        return share;
    }

    private BignumHandle Difference(BignumHandle a, BignumHandle b)
    {
        var difference = Libcrypto.BN_new();
        Demand(Libcrypto.BN_mod_sub_quick(difference, a, b, groupOrder));
        Libcrypto.BN_set_flags(difference, ConstantTime);
        return difference;
    }

    private static byte[] Der(ReadOnlySpan<byte> signature)
    {
        var half = signature.Length / 2;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(Unpadded(signature[..half]));
            writer.WriteIntegerUnsigned(Unpadded(signature[half..]));
        }
        return writer.Encode();

        static ReadOnlySpan<byte> Unpadded(ReadOnlySpan<byte> number) =>
            number.IndexOfAnyExcept((byte)0) is var start and >= 0 ? number[start..] : [0];
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
