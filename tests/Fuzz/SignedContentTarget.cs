using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Musubi.Chip;
using Musubi.Chip.PassiveAuthentication;

namespace Musubi.Fuzz;

/// <summary>CMS as chips carry it (SOD, EF.CardSecurity): any bytes have a verdict, and none is genuine that the
/// country did not sign.</summary>
internal static class SignedContentTarget
{
    private const string SecurityObject = "0.4.0.127.0.7.3.2.1";
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);
    private static readonly ImmutableArray<X509Certificate2> Anchors = [MakeAnchor()];

    public static void Feed(byte[] input)
    {
        var verdict = SignedContent.Verify(input, SecurityObject, Anchors, Now);
        BrokenPromiseException.Unless(!verdict.IsGenuine, "Nothing is genuine without the country's signature.");
        BrokenPromiseException.Unless(
            verdict.Verdict == SignedContentVerdict.Unreadable || input.AsSpan().IndexOf(verdict.Content.Span) >= 0,
            "The content is a part of what was read.");
        SecurityInfos.TryRead(verdict.Content, out _);
    }

    private static X509Certificate2 MakeAnchor()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("C=UT, CN=Country Signer", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(Now.AddYears(-1), Now.AddYears(10));
    }
}
