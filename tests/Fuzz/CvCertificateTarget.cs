using Musubi.Chip;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Tlv;

namespace Musubi.Fuzz;

/// <summary>Card-verifiable certificates and what else a chip says about keys. Nothing invented verifies.</summary>
internal static class CvCertificateTarget
{
    private static readonly DateOnly Day = new(2026, 11, 23);
    private static readonly CvCertificate Root = MakeRoot();

    public static void Feed(byte[] input)
    {
        try
        {
            Examine(CvCertificate.Parse(input));
        }
        catch (CvCertificateException)
        {
            BrokenPromiseException.Unless(!CvCertificate.TryRead(input, out _), "TryRead refuses what Parse refuses.");
        }

        if (CvCertificate.TryReadBodyAndSignature(input, out var inner)) Examine(inner);
        if (Chat.TryRead(input, out var chat))
            BrokenPromiseException.Unless(Chat.TryRead(chat.ToBytes(), out var again) && again == chat,
                "Rights written are read as the same.");
        try
        {
            SecurityInfos.Parse(input);
        }
        catch (TlvException)
        {
            BrokenPromiseException.Unless(!SecurityInfos.TryRead(input, out _), "TryRead refuses what Parse refuses.");
        }
    }

    private static void Examine(CvCertificate certificate)
    {
        BrokenPromiseException.Unless(
            certificate.Encoded.Length <= CvCertificate.MaximumLength, "A certificate keeps to its bound.");
        // A root that signs itself may well be invented; nothing may come from a root whose key is not here.
        _ = CvVerification.VerifySelf(certificate, Day);
        BrokenPromiseException.Unless(
            CvVerification.Verify(Root, Root.PublicKey, certificate, Day) != CvVerdict.Valid
            || certificate.Body.Span.SequenceEqual(Root.Body.Span),
            "Nobody signs for a root without its key.");
    }

    private static CvCertificate MakeRoot()
    {
        using var key = CvKey.Create(Musubi.Chip.Crypto.DomainParameters.NistP256);
        var made = CvCertificateAuthority.CreateRoot(
            CvReference.Parse("UTCVCA00001"), key, EidRights.All, Day.AddYears(-1), Day.AddYears(1));
        return made.AsTask().GetAwaiter().GetResult().Certificate;
    }
}
