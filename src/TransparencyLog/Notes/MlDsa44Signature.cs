using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Musubi.TransparencyLog.Notes;

/// <summary>ML-DSA-44 (FIPS 204), pure, with an empty context. Trust: we trust BouncyCastle for it; the platform's
/// needs OpenSSL 3.5.</summary>
internal static class MlDsa44Signature
{
    public const int Length = 2420;
    public const int PublicKeyLength = 1312;

    public static MLDsaPrivateKeyParameters PrivateKey(byte[] seed) =>
        MLDsaPrivateKeyParameters.FromSeed(MLDsaParameters.ml_dsa_44, seed);

    public static MLDsaPublicKeyParameters PublicKey(byte[] encoding) =>
        MLDsaPublicKeyParameters.FromEncoding(MLDsaParameters.ml_dsa_44, encoding);

    public static byte[] Sign(MLDsaPrivateKeyParameters key, byte[] message)
    {
        // Hedged: fresh randomness beside the key guards against faults (FIPS 204 §3.4).
        var signer = new MLDsaSigner(MLDsaParameters.ml_dsa_44, deterministic: false);
        signer.Init(forSigning: true, key);
        signer.BlockUpdate(message, 0, message.Length);
        return signer.GenerateSignature();
    }

    public static bool Verify(MLDsaPublicKeyParameters key, byte[] message, byte[] signature)
    {
        if (signature.Length != Length)
            return false;
        var verifier = new MLDsaSigner(MLDsaParameters.ml_dsa_44, deterministic: false);
        verifier.Init(forSigning: false, key);
        verifier.BlockUpdate(message, 0, message.Length);
        return verifier.VerifySignature(signature);
    }
}
