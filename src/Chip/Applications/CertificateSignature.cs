using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Musubi.Chip.Applications;

/// <summary>Whether one X.509 certificate's signature was made by another's key (RFC 5280 §4.1.1).</summary>
/// <remarks>
/// Card hierarchies have two levels, their own trust anchor and no revocation of signers, so the platform's chain
/// engine, its certificate stores and its network access are kept out of it.
/// </remarks>
internal static class CertificateSignature
{
    private const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";
    private const string EcdsaWithSha384 = "1.2.840.10045.4.3.3";
    private const string RsaWithSha256 = "1.2.840.113549.1.1.11";

    /// <summary>True when <paramref name="issuer"/>'s key signed <paramref name="subject"/>.</summary>
    public static bool Verifies(X509Certificate2 subject, X509Certificate2 issuer)
    {
        try
        {
            var certificate = new AsnReader(subject.RawDataMemory, AsnEncodingRules.DER).ReadSequence();
            var signedPart = certificate.ReadEncodedValue();
            var algorithm = certificate.ReadSequence().ReadObjectIdentifier();
            var signature = certificate.ReadBitString(out _);
            return algorithm switch
            {
                EcdsaWithSha256 => Ecdsa(issuer, signedPart.Span, signature, HashAlgorithmName.SHA256),
                EcdsaWithSha384 => Ecdsa(issuer, signedPart.Span, signature, HashAlgorithmName.SHA384),
                RsaWithSha256 => Rsa(issuer, signedPart.Span, signature),
                _ => false,
            };
        }
        catch (Exception unreadable) when (unreadable is AsnContentException or CryptographicException)
        {
            return false;
        }
    }

    private static bool Ecdsa(
        X509Certificate2 issuer, ReadOnlySpan<byte> content, byte[] signature, HashAlgorithmName hash)
    {
        using var key = issuer.GetECDsaPublicKey();
        return key?.VerifyData(content, signature, hash, DSASignatureFormat.Rfc3279DerSequence) ?? false;
    }

    private static bool Rsa(X509Certificate2 issuer, ReadOnlySpan<byte> content, byte[] signature)
    {
        using var key = issuer.GetRSAPublicKey();
        return key?.VerifyData(content, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) ?? false;
    }
}
