using System.Security.Cryptography;
using Musubi.Chip.Crypto;
using Musubi.Chip.SecureMessaging;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Pace;

/// <summary>The computations that both sides of PACE share (TR-03110-3 §A.3).</summary>
internal static class PaceCryptography
{
    public const int TokenLength = 8;
    private const int Block = 16;
    private static readonly byte[] ZeroBlock = new byte[Block];

    /// <summary>Bytes of the nonce: whole blocks, at least as long as the key.</summary>
    public static int NonceLength(AesStrength strength) => (strength.KeyLength() + Block - 1) / Block * Block;

    /// <summary>True for a cryptogram of whole blocks that a nonce can be.</summary>
    public static bool IsNonce(int length) => length is Block or 2 * Block;

    public static byte[] EncryptNonce(ReadOnlySpan<byte> passwordKey, ReadOnlySpan<byte> nonce)
    {
        using var aes = Aes.Create();
        aes.SetKey(passwordKey);
        return aes.EncryptCbc(nonce, ZeroBlock, PaddingMode.None);
    }

    public static byte[] DecryptNonce(ReadOnlySpan<byte> passwordKey, ReadOnlySpan<byte> encrypted)
    {
        using var aes = Aes.Create();
        aes.SetKey(passwordKey);
        return aes.DecryptCbc(encrypted, ZeroBlock, PaddingMode.None);
    }

    /// <summary>The session keys from the x coordinate of the shared point.</summary>
    public static SessionKeys DeriveKeys(ReadOnlySpan<byte> sharedX, ReadOnlySpan<byte> nonce, AesStrength strength) =>
        new(KeyDerivation.Derive(sharedX, nonce, KeyPurpose.Encryption, strength.KeyLength()),
            KeyDerivation.Derive(sharedX, nonce, KeyPurpose.Mac, strength.KeyLength()));

    /// <summary>T = MAC(KSmac, 7F49{06 protocol, 86 the other side's public key}), eight bytes.</summary>
    public static byte[] Token(SessionKeys keys, ReadOnlySpan<byte> oid, ReadOnlySpan<byte> otherPublic)
    {
        var oidBytes = oid.ToArray();
        var point = otherPublic.ToArray();
        var input = TlvWriter.Encode(0x7F49, w => w.Write(0x06, oidBytes).Write(0x86, point));
        using var cmac = new AesCmac(keys.Mac);
        var token = new byte[TokenLength];
        cmac.Compute(input, token);
        return token;
    }
}

/// <summary>Where fresh secrets come from; worked examples put their own in its place.</summary>
internal class Freshness
{
    public static readonly Freshness System = new();

    public virtual byte[] Nonce(int length) => RandomNumberGenerator.GetBytes(length);

    /// <summary>A key pair on the standard generator.</summary>
    public virtual CurveKey Key(ICurve curve) => CurveKey.Create(curve);

    /// <summary>A key pair on another generator; false when that is no point of the curve.</summary>
    public virtual bool TryKey(ICurve curve, ReadOnlySpan<byte> generator, out CurveKey key) =>
        CurveKey.TryCreate(curve, generator, out key);
}
