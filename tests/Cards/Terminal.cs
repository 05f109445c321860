using Musubi.Chip;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.PassiveAuthentication;
using Musubi.Chip.TerminalAuthentication;

namespace Musubi.Cards;

/// <summary>A terminal: what it shows a card to be believed.</summary>
public sealed record Terminal(IReadOnlyCollection<CvCertificate> Chain, CvCertificate Certificate, CvKey Key)
{
    public static Chat Ask(EidRights rights) => new(CvRole.Terminal, rights);

    /// <summary>The whole way: PACE, terminal authentication, chip authentication.</summary>
    /// <exception cref="InvalidOperationException">The card refused a step, which the message names.</exception>
    public async ValueTask<ChipAuthenticated> Open(
        ICardChannel card, PacePassword password, CardSecurityTrust trust, EidRights asked = EidRights.All,
        AuxiliaryData? auxiliary = null)
    {
        var opened = await Pace.Establish(card, password, Ask(asked));
        if (opened is not PaceOutcome.Established pace) throw Refused("PACE", opened);
        var shown = await TerminalAuthentication.Run(
            pace.Channel, Chain, Certificate, Key, auxiliary?.ToBytes() ?? []);
        if (shown is not TerminalAuthenticationOutcome.Authenticated terminal)
            throw Refused("Terminal authentication", shown);
        var proved = await ChipAuthentication.Run(terminal.Stage, trust);
        if (proved is not ChipAuthenticationOutcome.Authenticated chip) throw Refused("Chip authentication", proved);
        return chip.Stage;
    }

    private static InvalidOperationException Refused(string step, object outcome) => new($"{step}: {outcome}");
}
