using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Musubi.Chip.PassiveAuthentication;

/// <summary>Signs what an issuer vouches for on a chip: the SOD of an eMRTD and the EF.CardSecurity of an
/// eID.</summary>
/// <remarks>CMS SignedData (RFC 5652) with the signer's certificate inside, as ICAO 9303-12 and TR-03110-3 A.1.2 ask.
/// The private key is trusted with every card of its time: whoever holds it can make cards that look genuine.</remarks>
public sealed class DocumentSigner : IDisposable
{
    private static readonly Oid Sha256 = new("2.16.840.1.101.3.4.2.1");
    private readonly X509Certificate2 certificate;

    /// <summary>Takes a copy of a document-signer certificate that has its private key.</summary>
    /// <param name="certificate">ECDSA or RSA, signed by a country signer.</param>
    public DocumentSigner(X509Certificate2 certificate)
    {
        if (!certificate.HasPrivateKey)
            throw new ArgumentException("A document signer needs its private key.", nameof(certificate));
        this.certificate = new X509Certificate2(certificate);
    }

    /// <summary>The certificate without its private key.</summary>
    public X509Certificate2 Certificate => X509CertificateLoader.LoadCertificate(certificate.RawData);

    /// <summary>Signs content of one type.</summary>
    /// <param name="contentType">The object identifier of the content.</param>
    /// <param name="content">The content as it is to be verified.</param>
    /// <returns>ContentInfo, DER.</returns>
    public byte[] Sign(string contentType, ReadOnlyMemory<byte> content)
    {
        var signed = new SignedCms(new ContentInfo(new Oid(contentType), content.ToArray()));
        signed.ComputeSignature(new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, certificate)
        {
            DigestAlgorithm = Sha256,
            IncludeOption = X509IncludeOption.EndCertOnly,
        });
        return signed.Encode();
    }

    /// <summary>Forgets the private key.</summary>
    public void Dispose() => certificate.Dispose();
}
