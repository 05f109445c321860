using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Musubi.Chip.Applications.Residence;

/// <summary>Makes DC and DD: ECDSA P-384 over SHA-256, raw r ‖ s (96 bytes), and the certificate.</summary>
public sealed class ResidenceCardSigner
{
    private readonly ECDsa key;
    private readonly byte[] certificate;

    /// <summary>Binds a signing key and its certificate. The key stays the caller's.</summary>
    /// <exception cref="ArgumentException">Not P-384, or a certificate longer than DD has room for.</exception>
    public ResidenceCardSigner(ECDsa key, X509Certificate2 certificate)
    {
        if (key.KeySize != 384) throw new ArgumentException("Residence cards are signed with P-384.", nameof(key));
        if (certificate.RawDataMemory.Length > ResidenceContent.CertificateLength)
            throw new ArgumentException(
                $"The certificate has {certificate.RawDataMemory.Length} bytes; DD has room for 602.",
                nameof(certificate));
        this.key = key;
        this.certificate = certificate.RawData;
    }

    /// <summary>The content of DF3/EF01 (704 bytes) for these files.</summary>
    internal byte[] SignatureFile(byte[] printedEntries, byte[] images)
    {
        var signed = ResidenceContent.SignedContent(printedEntries, images);
        var signature = key.SignData(
            signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return ResidenceContent.SignatureFile(signature, certificate);
    }
}
