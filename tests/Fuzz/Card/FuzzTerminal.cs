using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Personalisation;
using Musubi.Chip.RestrictedIdentification;

namespace Musubi.Fuzz;

/// <summary>A terminal with what it shows a card.</summary>
/// <param name="Verifier">The certificate above its own.</param>
/// <param name="Certificate">Its own.</param>
/// <param name="Key">Its key, or what it has in place of one.</param>
public sealed record FuzzTerminal(CvCertificate Verifier, CvCertificate Certificate, CvKey Key) : IDisposable
{
    /// <summary>False for those that no card may believe.</summary>
    public bool IsHonest { get; init; } = true;

    public void Dispose() => Key.Dispose();

    /// <summary>The sector of every terminal here.</summary>
    public static SectorKey Sector { get; } = SectorKey.Create(DomainParameters.BrainpoolP256r1);

    internal static async ValueTask<Dictionary<TerminalKind, FuzzTerminal>> MakeAll(IssuerKeys keys, DateOnly today)
    {
        var verifier = await VerifierUnder(keys.EidRoot, keys.EidVerifierKey, today);
        var full = await Under(verifier, keys.EidVerifierKey, EidRights.All, today);
        return new()
        {
            [TerminalKind.Full] = full,
            [TerminalKind.Narrow] = await Under(verifier, keys.EidVerifierKey, EidRights.ReadDg19, today),
            [TerminalKind.AgeOnly] = await Under(
                verifier, keys.EidVerifierKey, EidRights.AgeVerification | EidRights.CanAllowed, today),
            [TerminalKind.Foreign] = await Foreign(keys.EidRoot.Certificate.Holder, today),
            [TerminalKind.SelfMade] = await SelfMade(verifier, today),
            [TerminalKind.Thief] = full with { Key = NewKey(), IsHonest = false },
        };
    }

    private static async ValueTask<FuzzTerminal> Foreign(CvReference rootName, DateOnly today)
    {
        using var rootKey = NewKey();
        using var verifierKey = NewKey();
        var root = await CvCertificateAuthority.CreateRoot(
            rootName, rootKey, EidRights.All, today.AddYears(-1), today.AddYears(1));
        var verifier = await VerifierUnder(root, verifierKey, today);
        return await Under(verifier, verifierKey, EidRights.All, today) with { IsHonest = false };
    }

    private static async ValueTask<FuzzTerminal> SelfMade(CvCertificate verifier, DateOnly today)
    {
        using var notTheVerifiers = NewKey();
        return await Under(verifier, notTheVerifiers, EidRights.All, today) with { IsHonest = false };
    }

    private static ValueTask<CvCertificate> VerifierUnder(CvCertificateAuthority root, ICvSigner key, DateOnly today) =>
        root.Issue(CvReference.Parse("JPDV00001"), key,
            new Chat(CvRole.DocumentVerifierDomestic, EidRights.All), today, today.AddDays(30));

    private static async ValueTask<FuzzTerminal> Under(
        CvCertificate verifier, ICvSigner verifierKey, EidRights rights, DateOnly today)
    {
        var key = NewKey();
        var certificate = await new CvCertificateAuthority(verifier, verifierKey).Issue(
            CvReference.Parse("JPTERM00001"), key, new Chat(CvRole.Terminal, rights), today, today.AddDays(1),
            sector: new TerminalSector(Sector.Hash(verifierKey.Algorithm)));
        return new FuzzTerminal(verifier, certificate, key);
    }

    private static CvKey NewKey() => CvKey.Create(DomainParameters.BrainpoolP256r1);
}
