using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications;

/// <summary>
/// Signs the records of text and face application, and carries the card-verifiable certificate of file 0004 for its
/// key.
/// </summary>
/// <remarks>
/// The certificate is 7F21 { 5F4E: issuer key 16, subject key 16, RSA-2048 key 265; 5F37: signature 256 }. Key numbers
/// of real cards begin with 5, of the test cards with 6; ours begin with 9 and belong to nobody.
/// </remarks>
public sealed class RecordSigner
{
    private const int KeyIdLength = 16;
    private const uint CertificateTag = 0x7F21;
    private const uint BodyTag = 0x5F4E;
    private const uint SignatureTag = 0x5F37;

    // SEQUENCE { SEQUENCE { id-sha256, NULL }, OCTET STRING } up to the three hashes, which are one string of 96 bytes.
    private static readonly byte[] ThreeHashesHeader =
    [
        0x30, 0x71, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
        0x60,
    ];

    private readonly RSA key;

    /// <summary>Binds the signing key (RSA-2048, the caller's) and its certificate.</summary>
    public RecordSigner(RSA key, ReadOnlyMemory<byte> certificate)
    {
        this.key = key;
        Certificate = certificate;
    }

    /// <summary>File 0004.</summary>
    public ReadOnlyMemory<byte> Certificate { get; }

    /// <summary>Issues the certificate of a signer.</summary>
    /// <param name="root">Signs it.</param>
    /// <param name="rootNumber">Seven digits that name the root's key.</param>
    /// <param name="signer">Is certified.</param>
    public static byte[] IssueCertificate(RSA root, string rootNumber, RSA signer)
    {
        byte[] body = [.. KeyId(rootNumber), .. KeyId("9000031"), .. RsaKeyObject.Encode(signer)];
        return TlvWriter.Encode(CertificateTag, inner => inner
            .Write(BodyTag, body)
            .Write(SignatureTag, Sign(root, body)));
    }

    /// <summary>The signer's key out of file 0004, which the caller disposes; null when the root did not sign
    /// it.</summary>
    internal static RSA? KeyUnder(RSA root, ReadOnlyMemory<byte> certificate)
    {
        if (!BerTlv.TryRead(certificate, out var only) || !only.Value.TryChildren(out var parts)) return null;
        var body = parts.FindValue(BodyTag);
        var signature = parts.FindValue(SignatureTag);
        if (body is null || signature is null || body.Value.Length <= 2 * KeyIdLength) return null;
        return Verifies(root, body.Value.Span, signature.Value.Span)
            ? RsaKeyObject.TryRead(body.Value[(2 * KeyIdLength)..])
            : null;
    }

    /// <summary>PKCS#1 v1.5 with SHA-256 over a record's objects.</summary>
    internal byte[] Sign(byte[] content) => Sign(key, content);

    /// <summary>True when the signer's key made this signature.</summary>
    internal static bool Verifies(RSA signer, ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature) =>
        signer.VerifyData(content, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    /// <summary>The card face's signature: three hashes in one DigestInfo, which no library makes.</summary>
    internal byte[] SignThree(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third) =>
        CardSigning.Pad1(key.ExportPkcs8PrivateKey(), ThreeHashes(first, second, third));

    /// <summary>True when the signer's key made this signature over three parts.</summary>
    internal static bool VerifiesThree(
        RSA signer, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third,
        ReadOnlySpan<byte> signature)
    {
        var numbers = signer.ExportParameters(includePrivateParameters: false);
        var payload = ThreeHashes(first, second, third);
        if (signature.Length != numbers.Modulus!.Length) return false;
        // The whole padded block is compared: nothing is searched in it, so nothing can be hidden behind the payload.
        var expected = new byte[signature.Length];
        Array.Fill(expected, (byte)0xFF);
        (expected[0], expected[1], expected[^(payload.Length + 1)]) = (0x00, 0x01, 0x00);
        payload.CopyTo(expected.AsSpan(expected.Length - payload.Length));
        var modulus = new BigInteger(numbers.Modulus, isUnsigned: true, isBigEndian: true);
        var exponent = new BigInteger(numbers.Exponent!, isUnsigned: true, isBigEndian: true);
        var number = new BigInteger(signature, isUnsigned: true, isBigEndian: true);
        return number < modulus
            && BigInteger.ModPow(number, exponent, modulus)
                == new BigInteger(expected, isUnsigned: true, isBigEndian: true);
    }

    /// <summary>Seven digits, 08 05, the group "001" and four bytes of 00.</summary>
    internal static byte[] KeyId(string number) =>
        [.. Encoding.ASCII.GetBytes(number), 0x08, 0x05, .. "001"u8, 0, 0, 0, 0];

    private static byte[] ThreeHashes(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third) =>
        [.. ThreeHashesHeader, .. SHA256.HashData(first), .. SHA256.HashData(second), .. SHA256.HashData(third)];

    private static byte[] Sign(RSA key, byte[] content) =>
        key.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
}
