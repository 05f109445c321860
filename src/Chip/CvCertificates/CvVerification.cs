namespace Musubi.Chip.CvCertificates;

/// <summary>What a check of a certificate against the one above found.</summary>
public enum CvVerdict
{
    /// <summary>Issued by that key, in force on that day.</summary>
    Valid,

    /// <summary>It names another issuer.</summary>
    OtherIssuer,

    /// <summary>The signature is not that issuer's.</summary>
    WrongSignature,

    /// <summary>Its last day is before the day of the check.</summary>
    Expired,

    /// <summary>The root above has expired: it vouches for its successor only.</summary>
    IssuerExpired,

    /// <summary>The issuer's role does not allow this one, or the terminal type differs.</summary>
    WrongRole,

    /// <summary>A certificate below the root brings a curve of its own.</summary>
    MisplacedCurve,
}

/// <summary>Checks one certificate against the key above it (TR-03110-3 §2.4, §2.5).</summary>
public static class CvVerification
{
    /// <summary>Checks issuer, roles, curve, signature, last day, in this order. A link from one root to the next is
    /// good after its last day too, so that a card which slept for years can follow (TR-03110-3 §2.5.1).</summary>
    /// <param name="issuer">The trusted certificate above.</param>
    /// <param name="issuerKey">Its key with the curve inherited from the root.</param>
    /// <param name="subject">The certificate to check.</param>
    /// <param name="today">The day of the check: for a card, its own date.</param>
    public static CvVerdict Verify(
        CvCertificate issuer, CvPublicKey issuerKey, CvCertificate subject, DateOnly today)
    {
        if (subject.Issuer != issuer.Holder) return CvVerdict.OtherIssuer;
        if (!MayIssue(issuer.Chat, subject.Chat)) return CvVerdict.WrongRole;
        var isRoot = subject.Chat.Role == CvRole.Cvca;
        if (!isRoot && subject.PublicKey.HasDomainParameters) return CvVerdict.MisplacedCurve;
        if (!issuerKey.Verify(subject.Body.Span, subject.Signature.Span)) return CvVerdict.WrongSignature;
        if (isRoot && !subject.IsSelfIssued) return CvVerdict.Valid;
        if (subject.Expires < today) return CvVerdict.Expired;
        return issuer.Chat.Role == CvRole.Cvca && issuer.Expires < today ? CvVerdict.IssuerExpired : CvVerdict.Valid;
    }

    /// <summary>Checks a root against itself: its signature proves possession of the key, not trust.</summary>
    public static CvVerdict VerifySelf(CvCertificate root, DateOnly today) =>
        root.Chat.Role != CvRole.Cvca ? CvVerdict.WrongRole : Verify(root, root.PublicKey, root, today);

    /// <summary>A root signs its successor and document verifiers, these sign terminals, terminals sign
    /// nothing.</summary>
    private static bool MayIssue(Chat issuer, Chat subject) =>
        issuer.Type == subject.Type && issuer.Role switch
        {
            CvRole.Cvca => subject.Role != CvRole.Terminal,
            CvRole.DocumentVerifierDomestic or CvRole.DocumentVerifierForeign => subject.Role == CvRole.Terminal,
            CvRole.Terminal => false,
        };
}
