using System.Security.Cryptography;
using Musubi.Chip.Crypto;

namespace Musubi.Chip.CvCertificates;

/// <summary>A private key that signs certificates or answers a card's challenge; a file key here, an HSM
/// elsewhere.</summary>
public interface ICvSigner
{
    /// <summary>The curve.</summary>
    DomainParameters Parameters { get; }

    /// <summary>The signature algorithm.</summary>
    CvSignatureAlgorithm Algorithm { get; }

    /// <summary>The public point, uncompressed.</summary>
    ReadOnlyMemory<byte> PublicPoint { get; }

    /// <summary>Signs; plain r ‖ s.</summary>
    ValueTask<byte[]> Sign(ReadOnlyMemory<byte> data, CancellationToken cancel = default);
}

/// <summary>A signer whose key is in memory and can be kept as an unencrypted PKCS#8 file.</summary>
/// <remarks>Trust: whoever reads the file can issue; its folder belongs to the operator alone.</remarks>
public sealed class CvKey : ICvSigner, IDisposable
{
    private readonly ECDsa key;

    private CvKey(ECDsa key, DomainParameters parameters)
    {
        (this.key, Parameters) = (key, parameters);
        var q = key.ExportParameters(includePrivateParameters: false).Q;
        PublicPoint = (byte[])[0x04, .. q.X!, .. q.Y!];
    }

    /// <inheritdoc/>
    public DomainParameters Parameters { get; }

    /// <inheritdoc/>
    public CvSignatureAlgorithm Algorithm => Parameters.Bits switch
    {
        <= 256 => CvSignatureAlgorithm.EcdsaSha256,
        <= 384 => CvSignatureAlgorithm.EcdsaSha384,
        _ => CvSignatureAlgorithm.EcdsaSha512,
    };

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> PublicPoint { get; }

    /// <summary>A fresh key.</summary>
    public static CvKey Create(DomainParameters parameters) => new(ECDsa.Create(parameters.ToECCurve()), parameters);

    /// <summary>Reads an unencrypted PKCS#8 key with a named standard curve.</summary>
    /// <exception cref="CvCertificateException">No such key.</exception>
    public static CvKey FromPkcs8(ReadOnlySpan<byte> pkcs8)
    {
        var found = ECDsa.Create();
        try
        {
            found.ImportPkcs8PrivateKey(pkcs8, out _);
            var oid = found.ExportParameters(includePrivateParameters: false).Curve.Oid?.Value;
            foreach (var parameters in DomainParameters.All)
            {
                if (string.Equals(parameters.Oid, oid, StringComparison.Ordinal)) return new CvKey(found, parameters);
            }
        }
        catch (CryptographicException e)
        {
            found.Dispose();
            throw new CvCertificateException($"Not a PKCS#8 elliptic-curve key: {e.Message}");
        }

        found.Dispose();
        throw new CvCertificateException("The key's curve is not one of the standard ones.");
    }

    /// <summary>The key as unencrypted PKCS#8; the caller owns and clears it.</summary>
    public byte[] ToPkcs8() => key.ExportPkcs8PrivateKey();

    /// <inheritdoc/>
    public ValueTask<byte[]> Sign(ReadOnlyMemory<byte> data, CancellationToken cancel = default) =>
        ValueTask.FromResult(key.SignData(
            data.Span, Algorithm.Hash(), DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();
}
