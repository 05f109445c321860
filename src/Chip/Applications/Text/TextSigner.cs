using System.Security.Cryptography;
using System.Text;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Text;

/// <summary>Signs integrity records, and carries the card-verifiable certificate of file 0004 for its key.</summary>
/// <remarks>
/// The certificate is 7F21 { 5F4E: issuer key 16, subject key 16, RSA-2048 key 265; 5F37: signature 256 }. Key numbers
/// of real cards begin with 5, of the test cards with 6; ours begin with 9 and belong to nobody.
/// </remarks>
public sealed class TextSigner
{
    private readonly RSA key;

    /// <summary>Binds the signing key (RSA-2048, the caller's) and its certificate.</summary>
    public TextSigner(RSA key, ReadOnlyMemory<byte> certificate)
    {
        this.key = key;
        Certificate = certificate;
    }

    /// <summary>File 0004.</summary>
    public ReadOnlyMemory<byte> Certificate { get; }

    /// <summary>Issues the certificate of a signer.</summary>
    public static byte[] IssueCertificate(RSA root, RSA signer)
    {
        var subject = signer.ExportParameters(includePrivateParameters: false);
        byte[] body =
        [
            .. KeyId("9000033"),
            .. KeyId("9000031"),
            .. TlvWriter.Encode(TextTags.Exponent, subject.Exponent),
            .. TlvWriter.Encode(TextTags.Modulus, subject.Modulus),
        ];
        return TlvWriter.Encode(TextTags.Certificate, inner => inner
            .Write(TextTags.CertificateBody, body)
            .Write(TextTags.CertificateSignature, Sign(root, body)));
    }

    /// <summary>The signer's key out of file 0004, or null when the root did not sign it.</summary>
    internal static RSA? KeyUnder(RSA root, ReadOnlyMemory<byte> certificate)
    {
        if (!BerTlv.TryRead(certificate, out var only) || !only.Value.TryChildren(out var parts)) return null;
        var body = parts.FindValue(TextTags.CertificateBody);
        var signature = parts.FindValue(TextTags.CertificateSignature);
        if (body is null || signature is null || body.Value.Length <= 2 * KeyIdLength) return null;
        var signed = root.VerifyData(
            body.Value.Span, signature.Value.Span, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        if (!signed) return null;
        if (!BerTlv.TryReadAll(body.Value[(2 * KeyIdLength)..], out var numbers)) return null;
        var parameters = new RSAParameters
        {
            Exponent = numbers.FindValue(TextTags.Exponent)?.ToArray(),
            Modulus = numbers.FindValue(TextTags.Modulus)?.ToArray(),
        };
        if (parameters.Exponent is null || parameters.Modulus is null) return null;
        return RSA.Create(parameters);
    }

    /// <summary>File 0003 for these files.</summary>
    internal byte[] IntegrityFile(byte[] myNumberFile, byte[] attributesFile) =>
        TextContent.IntegrityFile(myNumberFile, attributesFile, signed => Sign(key, signed));

    private const int KeyIdLength = 16;

    private static byte[] Sign(RSA key, byte[] content) =>
        key.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    /// <summary>Seven digits, 08 05, the group "001" and four bytes of 00.</summary>
    internal static byte[] KeyId(string number) =>
        [.. Encoding.ASCII.GetBytes(number), 0x08, 0x05, .. "001"u8, 0, 0, 0, 0];
}
