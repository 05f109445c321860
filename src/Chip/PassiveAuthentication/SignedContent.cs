using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Musubi.Chip.Applications;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.PassiveAuthentication;

/// <summary>What a document signer signed, and whether to believe it.</summary>
/// <param name="Verdict">Whether the content is the issuer's.</param>
/// <param name="Content">The content; empty when it cannot be read.</param>
public sealed record SignedContent(SignedContentVerdict Verdict, ReadOnlyMemory<byte> Content)
{
    /// <summary>SODs and EF.CardSecurity stay below 4 KiB; nothing longer is looked at.</summary>
    public const int MaximumLength = 16 * 1024;

    /// <summary>True when a trusted country signer vouches for exactly this content.</summary>
    public bool IsGenuine => Verdict == SignedContentVerdict.Genuine;

    /// <summary>Passive authentication (ICAO 9303-11 §5.1): signature, signer's certificate, its validity.</summary>
    /// <param name="encoded">ContentInfo, DER, as read from the chip.</param>
    /// <param name="contentType">The object identifier that this file must have: a signature over something else
    /// is none over this.</param>
    /// <param name="countrySigners">The trust anchors.</param>
    /// <param name="on">The day of checking.</param>
    public static SignedContent Verify(
        ReadOnlyMemory<byte> encoded, string contentType, ImmutableArray<X509Certificate2> countrySigners,
        DateTimeOffset on) =>
        Verify(encoded, contentType, countrySigners, on, MaximumLength);

    /// <summary>The same for content of another size.</summary>
    internal static SignedContent Verify(
        ReadOnlyMemory<byte> encoded, string contentType, ImmutableArray<X509Certificate2> countrySigners,
        DateTimeOffset on, int maximumLength)
    {
        if (encoded.Length > maximumLength) return Unreadable;
        try
        {
            var signed = new SignedCms();
            signed.Decode(encoded.Span);
            // One signer, one certificate: a card has no reason for more, and choosing is a way to be fooled.
            if (signed.Detached || signed.ContentInfo.ContentType.Value != contentType) return Unreadable;
            if (signed.SignerInfos.Count != 1 || signed.SignerInfos[0].Certificate is not { } signer) return Unreadable;
            if (TryOctets(encoded) is not { } content) return Unreadable;
            return new SignedContent(Judge(signed, signer, countrySigners, on), content);
        }
        catch (CryptographicException)
        {
            return Unreadable;
        }
    }

    /// <summary>The content as the octets that the signature covers.</summary>
    /// <remarks>RFC 5652 §5.2 has an OCTET STRING here. The platform also takes other types, signs their value and
    /// hands out tag, length and value: content that nobody signed.</remarks>
    private static ReadOnlyMemory<byte>? TryOctets(ReadOnlyMemory<byte> encoded)
    {
        ReadOnlySpan<(uint Tag, int Position)> path =
            [(0x30, 0), (0xA0, 1), (0x30, 0), (0x30, 2), (0xA0, 1), (0x04, 0)];
        var level = BerTlv.TryReadAll(encoded, out var outer) ? outer : [];
        foreach (var (tag, position) in path)
        {
            if (level.Length <= position || level[position].Tag != tag) return null;
            if (tag == 0x04) return level[position].Value;
            if (!level[position].TryChildren(out level)) return null;
        }

        return null;
    }

    private static SignedContent Unreadable => new(SignedContentVerdict.Unreadable, ReadOnlyMemory<byte>.Empty);

    private static SignedContentVerdict Judge(
        SignedCms signed, X509Certificate2 signer, ImmutableArray<X509Certificate2> countrySigners, DateTimeOffset on)
    {
        // 1. The signature over the content.
        if (!Verifies(signed)) return SignedContentVerdict.NotSignedByIssuer;
        // 2. The country signer above the signer: its name narrows the search, its key decides it.
        var anchor = countrySigners.FirstOrDefault(candidate =>
            candidate.SubjectName.RawData.AsSpan().SequenceEqual(signer.IssuerName.RawData)
            && CertificateSignature.Verifies(signer, candidate));
        if (anchor is null) return SignedContentVerdict.ForeignIssuer;
        // 3. What both may do (ICAO 9303-12 table 6), and 4. whether they may still do it.
        if (!anchor.Extensions.OfType<X509BasicConstraintsExtension>().Any(one => one.CertificateAuthority)
            || !Allows(anchor, X509KeyUsageFlags.KeyCertSign))
            return SignedContentVerdict.CountrySignerMayNotIssue;
        if (!Allows(signer, X509KeyUsageFlags.DigitalSignature)) return SignedContentVerdict.SignerMayNotSign;
        if (!IsValid(anchor, on)) return SignedContentVerdict.CountrySignerNotValidToday;
        return IsValid(signer, on) ? SignedContentVerdict.Genuine : SignedContentVerdict.SignerNotValidToday;
    }

    /// <summary>A certificate without the extension is not restricted (RFC 5280 §4.2.1.3).</summary>
    private static bool Allows(X509Certificate2 certificate, X509KeyUsageFlags usage) =>
        certificate.Extensions.OfType<X509KeyUsageExtension>().All(one => one.KeyUsages.HasFlag(usage));

    private static bool IsValid(X509Certificate2 certificate, DateTimeOffset on) =>
        on >= new DateTimeOffset(certificate.NotBefore) && on <= new DateTimeOffset(certificate.NotAfter);

    private static bool Verifies(SignedCms signed)
    {
        try
        {
            // The chain is judged against the country signers alone, never against this machine's store or network.
            signed.CheckSignature(verifySignatureOnly: true);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}

/// <summary>The result of passive authentication.</summary>
public enum SignedContentVerdict
{
    /// <summary>A trusted country signer vouches for the signer of exactly this content.</summary>
    Genuine,

    /// <summary>The signature does not fit the content: forged or changed.</summary>
    NotSignedByIssuer,

    /// <summary>The signer's certificate comes from no country signer that is trusted here.</summary>
    ForeignIssuer,

    /// <summary>The signer's certificate is not valid on this day.</summary>
    SignerNotValidToday,

    /// <summary>The signer's certificate is not for signing.</summary>
    SignerMayNotSign,

    /// <summary>The certificate that is trusted as a country signer is none: it may not issue certificates.</summary>
    CountrySignerMayNotIssue,

    /// <summary>The country signer's certificate is not valid on this day.</summary>
    CountrySignerNotValidToday,

    /// <summary>The signed list of hashes is genuine, and a file is not the one that it lists.</summary>
    FileNotAsSigned,

    /// <summary>Not the signed content of this kind of file.</summary>
    Unreadable,
}
