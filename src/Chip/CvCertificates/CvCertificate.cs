using System.Diagnostics.CodeAnalysis;
using Musubi.Chip.RestrictedIdentification;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.CvCertificates;

/// <summary>A card-verifiable certificate (TR-03110-3 §C.1): what a chip can check without a clock or a parser of
/// X.509.</summary>
/// <remarks>
/// Immutable. The signed body is kept as received, never written again, so unknown extensions do not break a signature.
/// Parsing checks shape only; <see cref="CvVerification"/> checks issuer, signature, dates and roles.
/// </remarks>
public sealed class CvCertificate
{
    /// <summary>Generous for a P-512 CVCA with all domain parameters (about 760 bytes) and extensions.</summary>
    public const int MaximumLength = 4096;

    private CvCertificate(
        ReadOnlyMemory<byte> encoded, ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> signature, Fields fields)
    {
        (Encoded, Body, Signature) = (encoded, body, signature);
        (Issuer, Holder, PublicKey, Chat) = (fields.Issuer, fields.Holder, fields.PublicKey, fields.Chat);
        (EffectiveFrom, Expires) = (fields.EffectiveFrom, fields.Expires);
        (DescriptionHash, Sector) = (fields.Extensions.DescriptionHash, fields.Extensions.Sector);
    }

    /// <summary>The whole certificate (tag 7F21) as received.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The signed body (tag 7F4E, with tag and length) as received.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The signature's value, plain r ‖ s.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>Certification authority reference: the holder reference of the key that signed.</summary>
    public CvReference Issuer { get; }

    /// <summary>Certificate holder reference.</summary>
    public CvReference Holder { get; }

    /// <summary>The certified key; its domain parameters are absent below the root.</summary>
    public CvPublicKey PublicKey { get; }

    /// <summary>Terminal type, role and rights.</summary>
    public Chat Chat { get; }

    /// <summary>The day of issue; cards move their date forward to it.</summary>
    public DateOnly EffectiveFrom { get; }

    /// <summary>The last day of validity.</summary>
    public DateOnly Expires { get; }

    /// <summary>Hash of the certificate description (terms of usage), or empty.</summary>
    public ReadOnlyMemory<byte> DescriptionHash { get; }

    /// <summary>Hashes of the terminal's sector keys, or null.</summary>
    public TerminalSector? Sector { get; }

    /// <summary>True for a root certificate that names itself as issuer.</summary>
    public bool IsSelfIssued => Issuer == Holder;

    /// <summary>Body and signature without the outer tag: the data of PSO: VERIFY CERTIFICATE.</summary>
    public ReadOnlyMemory<byte> BodyAndSignature =>
        BerTlv.Read(Encoded).Value;

    /// <summary>Reads a certificate.</summary>
    /// <exception cref="CvCertificateException">The bytes are no card-verifiable certificate.</exception>
    public static CvCertificate Parse(ReadOnlyMemory<byte> encoded) =>
        TryRead(encoded, out var certificate, out var wrong) ? certificate : throw new CvCertificateException(wrong);

    /// <summary>Reads a certificate; false when the bytes are none.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out CvCertificate? certificate) =>
        TryRead(encoded, out certificate, out _);

    /// <summary>Reads body and signature as PSO: VERIFY CERTIFICATE carries them.</summary>
    public static bool TryReadBodyAndSignature(
        ReadOnlyMemory<byte> inner, [NotNullWhen(true)] out CvCertificate? certificate)
    {
        certificate = null;
        return inner.Length <= MaximumLength && TryRead(TlvWriter.Encode(0x7F21, inner.Span), out certificate);
    }

    /// <summary>Issuer, holder, dates: no key material.</summary>
    public override string ToString() => $"{Issuer} → {Holder} {EffectiveFrom:O} to {Expires:O}";

    internal static CvCertificate Join(byte[] body, byte[] signature) =>
        Parse(TlvWriter.Encode(0x7F21, w => w.WriteEncoded(body).Write(0x5F37, signature)));

    private static bool TryRead(
        ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out CvCertificate? certificate, out string wrong)
    {
        (certificate, wrong) = (null, "Longer than any card-verifiable certificate.");
        if (encoded.Length > MaximumLength) return false;
        try
        {
            var outer = BerTlv.Read(encoded);
            wrong = "The outer tag is not 7F21.";
            if (outer.Tag != 0x7F21) return false;
            var parts = outer.Children();
            var body = parts.Require(0x7F4E);
            var fields = ReadBody(body);
            certificate = new CvCertificate(encoded, body.Encoded, parts.Require(0x5F37).Value, fields);
            return true;
        }
        catch (Exception e) when (e is TlvException or CvCertificateException)
        {
            wrong = e.Message;
            return false;
        }
    }

    private static Fields ReadBody(TlvObject body)
    {
        var level = body.Children();
        if (level.Require(0x5F29).Value.Span is not [0])
            throw new CvCertificateException("The profile identifier is not 0.");
        return new Fields(
            CvReference.Read(level.Require(0x42).Value.Span),
            CvReference.Read(level.Require(0x5F20).Value.Span),
            CvPublicKey.Read(level.Require(0x7F49)),
            Chat.Read(level.Require(0x7F4C)),
            CvDate.Read(level.Require(0x5F25).Value.Span),
            CvDate.Read(level.Require(0x5F24).Value.Span),
            CvExtensions.Read(level.Find(0x65)));
    }

    private sealed record Fields(
        CvReference Issuer, CvReference Holder, CvPublicKey PublicKey, Chat Chat,
        DateOnly EffectiveFrom, DateOnly Expires, CvExtensions Extensions);
}
