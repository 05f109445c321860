using Musubi.Chip.CvCertificates;

namespace Musubi.Tests.Chip.Eid;

/// <summary>The roots that follow a country's first one, and what they issue.</summary>
internal sealed class RootsOfYears(Country country) : IDisposable
{
    private readonly List<CvKey> keys = [];

    /// <summary>A successor of six years and the link that leads to it.</summary>
    public async Task<(CvCertificateAuthority Root, CvCertificate Link)> Next(
        CvCertificateAuthority before, string name, DateOnly from)
    {
        var root = await CvCertificateAuthority.CreateRoot(
            CvReference.Parse(name), Key(), EidRights.All, from, from.AddYears(6));
        return (root, await before.IssueLink(root.Certificate));
    }

    /// <summary>A verifier and a terminal under a root, from a day on.</summary>
    public async Task<Terminal> TerminalUnder(CvCertificateAuthority root, DateOnly from)
    {
        var (verifierKey, key) = (Key(), Key());
        var verifier = await root.Issue(
            CvReference.Parse("UTDV00008"), verifierKey, new Chat(CvRole.DocumentVerifierDomestic, EidRights.All),
            from, from.AddDays(30));
        var certificate = await new CvCertificateAuthority(verifier, verifierKey).Issue(
            CvReference.Parse("UTTERM00008"), key, new Chat(CvRole.Terminal, EidRights.ReadDg21), from,
            from.AddDays(1));
        return new Terminal([verifier], certificate, key);
    }

    public void Dispose() => keys.ForEach(key => key.Dispose());

    private CvKey Key()
    {
        var key = CvKey.Create(country.RootKey.Parameters);
        keys.Add(key);
        return key;
    }
}
