using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;

namespace Musubi.Access;

/// <summary>Signs published lists so that any JOSE library can check them: compact JWS (RFC 7515) with ES256, the key
/// as a JWK (RFC 7517) whose id is its thumbprint (RFC 7638).</summary>
/// <remarks>Whoever controls the key can sign a list that was never published. Such a list is not in the log, and names
/// nobody whom the chip would answer.</remarks>
public sealed class ListSignature
{
    /// <summary>A coordinate of P-256.</summary>
    private const int CoordinateBytes = 32;

    private readonly ICvSigner signer;

    /// <exception cref="ArgumentException">The key is not on P-256.</exception>
    public ListSignature(ICvSigner signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        if (signer.Parameters != DomainParameters.NistP256)
            throw new ArgumentException("ES256 needs a key on P-256 (RFC 7518 §3.4).", nameof(signer));
        this.signer = signer;
        var (x, y) = (Coordinate(1), Coordinate(1 + CoordinateBytes));
        // RFC 7638 §3.1: required members only, sorted by name, no white space.
        var required = $$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""";
        KeyId = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(required)));
        Jwk = $$"""{"kty":"EC","crv":"P-256","x":"{{x}}","y":"{{y}}","use":"sig","alg":"ES256","kid":"{{KeyId}}"}""";
    }

    public string KeyId { get; }

    /// <summary>The public key.</summary>
    public string Jwk { get; }

    /// <param name="json">The payload: the list's own bytes.</param>
    public async ValueTask<string> Sign(ReadOnlyMemory<byte> json, CancellationToken cancel = default)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["alg"] = "ES256",
                ["kid"] = KeyId,
                ["cty"] = "json",
            });
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(json.Span)}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = await signer.Sign(bytes, cancel);
        // Pair check: nothing is published that its own key does not confirm.
        if (!Confirms(bytes, signature)) throw new CryptographicException("The list's key did not sign what it says.");
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private bool Confirms(byte[] signed, byte[] signature)
    {
        var point = signer.PublicPoint.Span;
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = point.Slice(1, CoordinateBytes).ToArray(),
                Y = point.Slice(1 + CoordinateBytes, CoordinateBytes).ToArray(),
            },
        });
        return key.VerifyData(
            signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private string Coordinate(int from) =>
        Base64Url.EncodeToString(signer.PublicPoint.Span.Slice(from, CoordinateBytes));
}
