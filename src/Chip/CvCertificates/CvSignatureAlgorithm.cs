using System.Security.Cryptography;

namespace Musubi.Chip.CvCertificates;

/// <summary>Signature algorithms of terminal authentication that this code signs and verifies with.</summary>
public enum CvSignatureAlgorithm
{
    /// <summary>id-TA-ECDSA-SHA-256.</summary>
    EcdsaSha256,

    /// <summary>id-TA-ECDSA-SHA-384.</summary>
    EcdsaSha384,

    /// <summary>id-TA-ECDSA-SHA-512.</summary>
    EcdsaSha512,
}

internal static class CvSignatureAlgorithms
{
    public static byte[] Oid(this CvSignatureAlgorithm algorithm) => algorithm switch
    {
        CvSignatureAlgorithm.EcdsaSha256 => [.. EacOids.TerminalAuthenticationEcdsa, 3],
        CvSignatureAlgorithm.EcdsaSha384 => [.. EacOids.TerminalAuthenticationEcdsa, 4],
        CvSignatureAlgorithm.EcdsaSha512 => [.. EacOids.TerminalAuthenticationEcdsa, 5],
    };

    public static HashAlgorithmName Hash(this CvSignatureAlgorithm algorithm) => algorithm switch
    {
        CvSignatureAlgorithm.EcdsaSha256 => HashAlgorithmName.SHA256,
        CvSignatureAlgorithm.EcdsaSha384 => HashAlgorithmName.SHA384,
        CvSignatureAlgorithm.EcdsaSha512 => HashAlgorithmName.SHA512,
    };

    /// <summary>The hash of an identifier; SHA-1 and SHA-224 are refused: no certificate in force uses them.</summary>
    public static bool TryHash(ReadOnlySpan<byte> oid, out HashAlgorithmName hash)
    {
        hash = default;
        foreach (var algorithm in Enum.GetValues<CvSignatureAlgorithm>())
        {
            if (!oid.SequenceEqual(algorithm.Oid())) continue;
            hash = algorithm.Hash();
            return true;
        }

        return false;
    }
}
