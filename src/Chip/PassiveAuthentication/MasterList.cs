using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Musubi.Chip.PassiveAuthentication;

/// <summary>A country's signed list of country signers that it believes (ICAO 9303-12 §8).</summary>
/// <remarks>
/// Trust: whoever signs the list decides whose documents are genuine here; its signer is checked against country
/// signers that came another way. Certificates in it that cannot be read are skipped: one bad entry must not cost the
/// others.
/// </remarks>
public static class MasterList
{
    /// <summary>id-icao-cscaMasterList.</summary>
    public const string ContentType = "2.23.136.1.1.2";

    /// <summary>All countries together have a few hundred.</summary>
    public const int MaximumCertificates = 2_000;

    /// <summary>The list of today has some 1.5 MB.</summary>
    public const int MaximumLength = 8 * 1024 * 1024;

    /// <summary>Reads a list.</summary>
    /// <param name="encoded">ContentInfo, DER.</param>
    /// <param name="trusted">Country signers that may vouch for a list.</param>
    /// <param name="on">The day of checking.</param>
    /// <returns>The verdict, and the country signers of a genuine list.</returns>
    public static (SignedContentVerdict Verdict, ImmutableArray<X509Certificate2> CountrySigners) Read(
        ReadOnlyMemory<byte> encoded, ImmutableArray<X509Certificate2> trusted, DateTimeOffset on)
    {
        var signed = SignedContent.Verify(encoded, ContentType, trusted, on, MaximumLength);
        if (!signed.IsGenuine) return (signed.Verdict, []);
        return TryDecode(signed.Content) is { } certificates
            ? (SignedContentVerdict.Genuine, certificates)
            : (SignedContentVerdict.Unreadable, []);
    }

    /// <summary>Makes the content of a list: version 0 and a SET of certificates.</summary>
    public static byte[] Encode(IEnumerable<X509Certificate2> countrySigners)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            using (writer.PushSetOf())
                foreach (var one in countrySigners) writer.WriteEncodedValue(one.RawDataMemory.Span);
        }
        return writer.Encode();
    }

    private static ImmutableArray<X509Certificate2>? TryDecode(ReadOnlyMemory<byte> content)
    {
        try
        {
            // Lists in the field are not always sorted as DER asks; what is signed is what counts.
            var list = new AsnReader(content, AsnEncodingRules.BER).ReadSequence();
            if (!list.TryReadInt32(out var version) || version != 0) return null;
            var set = list.ReadSetOf();
            list.ThrowIfNotEmpty();
            var certificates = ImmutableArray.CreateBuilder<X509Certificate2>();
            while (set.HasData)
            {
                if (certificates.Count == MaximumCertificates) return null;
                if (TryLoad(set.ReadEncodedValue()) is { } certificate) certificates.Add(certificate);
            }
            return certificates.ToImmutable();
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static X509Certificate2? TryLoad(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(encoded.Span);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
