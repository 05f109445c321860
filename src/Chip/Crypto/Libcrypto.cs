using System.Runtime.InteropServices;

namespace Musubi.Chip.Crypto;

/// <summary>The few functions of OpenSSL's libcrypto that curve points need.</summary>
/// <remarks>
/// Trust: OpenSSL 3, which .NET itself uses on Linux. Where the library is missing, BouncyCastle answers instead.
/// </remarks>
internal static partial class Libcrypto
{
    private const string Library = "libcrypto.so.3";

    /// <summary>EC_GROUP's uncompressed point form.</summary>
    public const int Uncompressed = 4;

    /// <summary>True where the library can be loaded.</summary>
    public static readonly bool IsAvailable =
        NativeLibrary.TryLoad(Library, typeof(Libcrypto).Assembly, DllImportSearchPath.SafeDirectories, out _);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OBJ_sn2nid(string shortName);

    [LibraryImport(Library)]
    public static partial GroupHandle EC_GROUP_new_by_curve_name(int nid);

    [LibraryImport(Library)]
    public static partial void EC_GROUP_free(nint group);

    [LibraryImport(Library)]
    public static partial nint EC_GROUP_get0_order(GroupHandle group);

    /// <summary>1 where the curve comes with a table of its generator's multiples, and constant-time code.</summary>
    [LibraryImport(Library)]
    public static partial int EC_GROUP_have_precompute_mult(GroupHandle group);

    /// <summary>Makes that table for other curves.</summary>
    [LibraryImport(Library)]
    public static partial int EC_GROUP_precompute_mult(GroupHandle group, ContextHandle context);

    [LibraryImport(Library)]
    public static partial PointHandle EC_POINT_new(GroupHandle group);

    [LibraryImport(Library)]
    public static partial void EC_POINT_clear_free(nint point);

    /// <summary>r = n·G + m·q; null leaves a product out. A single product takes the constant-time ladder; both at
    /// once take time that follows the digits of n and m.</summary>
    [LibraryImport(Library)]
    public static partial int EC_POINT_mul(
        GroupHandle group, PointHandle result, nint n, nint q, nint m, ContextHandle context);

    [LibraryImport(Library)]
    public static partial int EC_POINT_add(
        GroupHandle group, PointHandle result, PointHandle a, PointHandle b, ContextHandle context);

    /// <summary>Fails for points that are not on the curve.</summary>
    [LibraryImport(Library)]
    public static partial int EC_POINT_oct2point(
        GroupHandle group, PointHandle point, ReadOnlySpan<byte> bytes, nuint length, ContextHandle context);

    [LibraryImport(Library)]
    public static partial nuint EC_POINT_point2oct(
        GroupHandle group, PointHandle point, int form, Span<byte> bytes, nuint length, ContextHandle context);

    [LibraryImport(Library)]
    public static partial int EC_POINT_is_at_infinity(GroupHandle group, PointHandle point);

    [LibraryImport(Library)]
    public static partial BignumHandle BN_bin2bn(ReadOnlySpan<byte> bytes, int length, nint result);

    [LibraryImport(Library)]
    public static partial BignumHandle BN_new();

    /// <summary>The number 1; it belongs to the library.</summary>
    [LibraryImport(Library)]
    public static partial nint BN_value_one();

    /// <summary>Uniform from 0 to below the range, for secrets.</summary>
    [LibraryImport(Library)]
    public static partial int BN_priv_rand_range(BignumHandle number, nint range);

    /// <summary>a − b mod m in constant time, for a and b below m.</summary>
    [LibraryImport(Library)]
    public static partial int BN_mod_sub_quick(BignumHandle result, BignumHandle a, BignumHandle b, nint m);

    [LibraryImport(Library)]
    public static partial int BN_bn2binpad(nint number, Span<byte> bytes, int length);

    [LibraryImport(Library)]
    public static partial void BN_set_flags(BignumHandle number, int flags);

    [LibraryImport(Library)]
    public static partial void BN_clear_free(nint number);

    [LibraryImport(Library)]
    public static partial ContextHandle BN_CTX_new();

    [LibraryImport(Library)]
    public static partial void BN_CTX_free(nint context);

    [LibraryImport(Library)]
    public static partial KeyHandle EC_KEY_new();

    [LibraryImport(Library)]
    public static partial void EC_KEY_free(nint key);

    [LibraryImport(Library)]
    public static partial int EC_KEY_set_group(KeyHandle key, GroupHandle group);

    [LibraryImport(Library)]
    public static partial int EC_KEY_set_public_key(KeyHandle key, PointHandle point);

    /// <summary>1 for a right signature (DER), 0 for a wrong one, −1 for what is none.</summary>
    [LibraryImport(Library)]
    public static partial int ECDSA_verify(
        int type, ReadOnlySpan<byte> hash, int hashLength, ReadOnlySpan<byte> signature, int length, KeyHandle key);

    [LibraryImport(Library)]
    public static partial void ERR_clear_error();
}

/// <summary>EC_GROUP.</summary>
internal sealed class GroupHandle() : NativeHandle(Libcrypto.EC_GROUP_free);

/// <summary>EC_POINT; cleared when freed, for shared secrets are points.</summary>
internal sealed class PointHandle() : NativeHandle(Libcrypto.EC_POINT_clear_free);

/// <summary>EC_KEY; here it holds public keys only.</summary>
internal sealed class KeyHandle() : NativeHandle(Libcrypto.EC_KEY_free);

/// <summary>BIGNUM; cleared when freed.</summary>
internal sealed class BignumHandle() : NativeHandle(Libcrypto.BN_clear_free);

/// <summary>BN_CTX; its numbers are cleared when freed.</summary>
internal sealed class ContextHandle() : NativeHandle(Libcrypto.BN_CTX_free);

/// <summary>A pointer of libcrypto that frees itself.</summary>
internal abstract class NativeHandle(Action<nint> free) : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        free(handle);
        return true;
    }
}
