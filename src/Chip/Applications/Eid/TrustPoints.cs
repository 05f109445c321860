using Musubi.Chip.CvCertificates;

namespace Musubi.Chip.Applications.Eid;

/// <summary>The card's roots and its date (TR-03110-3 §2.5): both move with valid certificates only, and together.
/// </summary>
/// <remarks>
/// The card has no clock: its date moves forward with the first day of certificates of a root, a document verifier or a
/// terminal under an official domestic verifier, and of no others. So a card from a drawer accepts old certificates.
/// A root whose last day has passed vouches for no verifier any more, but still for its successor: else a card that
/// slept through a change of roots could never follow.
/// </remarks>
internal static class TrustPoints
{
    /// <summary>The roots to name in PACE: the newest, then the one before while it can still be used.</summary>
    public static List<CvReference> Names(EacState state)
    {
        var roots = state.Roots.ConvertAll(root => CvCertificate.Parse(root));
        return [.. roots.Where((root, i) => i == 0 || root.Expires >= state.Date).Select(root => root.Holder)];
    }

    /// <summary>The root of this name; null when the card has none.</summary>
    public static CvCertificate? Find(EacState state, CvReference name)
    {
        foreach (var encoded in state.Roots)
        {
            var root = CvCertificate.Parse(encoded);
            if (root.Holder == name) return root;
        }

        return null;
    }

    /// <summary>Takes over what a valid certificate brings; true when the card must keep a change.</summary>
    /// <param name="state">The card's memory.</param>
    /// <param name="certificate">The certificate, verified.</param>
    /// <param name="issuer">The certificate above it.</param>
    public static bool Update(EacState state, CvCertificate certificate, CvCertificate issuer)
    {
        var role = certificate.Chat.Role;
        var isAccurate = role != CvRole.Terminal || issuer.Chat.Role == CvRole.DocumentVerifierDomestic;
        var changed = isAccurate && certificate.EffectiveFrom > state.Date;
        if (changed) state.Date = certificate.EffectiveFrom;
        if (role != CvRole.Cvca || Find(state, certificate.Holder) is not null) return changed;

        state.Roots.Insert(0, certificate.Encoded.ToArray());
        // Newest first; the least recent leaves when there are more than PACE can name.
        state.Roots.Sort((a, b) =>
            CvCertificate.Parse(b).EffectiveFrom.CompareTo(CvCertificate.Parse(a).EffectiveFrom));
        if (state.Roots.Count > EacState.MaximumRoots) state.Roots.RemoveAt(EacState.MaximumRoots);
        return true;
    }
}
