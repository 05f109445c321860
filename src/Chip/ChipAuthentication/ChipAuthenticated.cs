using Musubi.Chip.Apdu;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.SecureMessaging;
using Musubi.Chip.TerminalAuthentication;

namespace Musubi.Chip.ChipAuthentication;

/// <summary>
/// The channel after chip authentication, last of three stages: it ends in a chip that the country signed for, and the
/// card grants the rights. Only <c>ChipAuthentication.Run</c> makes it.
/// </summary>
public sealed class ChipAuthenticated : ICardChannel, IDisposable
{
    private readonly SecureChannel secure;
    private readonly TerminalAuthenticated terminal;
    private bool isEidSelected;

    internal ChipAuthenticated(SecureChannel secure, TerminalAuthenticated terminal, SecurityInfos cardSecurity) =>
        (this.secure, this.terminal, CardSecurity) = (secure, terminal, cardSecurity);

    /// <summary>What the card can do, as its issuer signed it.</summary>
    public SecurityInfos CardSecurity { get; }

    /// <summary>The terminal's certificate.</summary>
    public CvCertificate Terminal => terminal.Terminal;

    /// <summary>The rights in force: certificate chain and PACE, intersected as the card does it.</summary>
    public EidRights Rights => terminal.Rights;

    /// <summary>The password that opened the card: PIN is the holder's consent.</summary>
    public PacePasswordKind Password => terminal.Pace.Password;

    /// <inheritdoc/>
    public ValueTask<ResponseApdu> Transmit(CommandApdu command, CancellationToken cancel = default) =>
        secure.Transmit(Noted(command), cancel);

    /// <summary>Any other SELECT of an application or of the master file leaves the eID application.</summary>
    private CommandApdu Noted(CommandApdu command)
    {
        if (command is { Ins: 0xA4, P1: not 0x02 }) isEidSelected = false;
        return command;
    }

    /// <summary>Selects the eID application, once: selecting again would drop what was staged there.</summary>
    internal async ValueTask<bool> SelectEid(CancellationToken cancel)
    {
        isEidSelected = isEidSelected || await IsoCommands.SelectApplication(this, EidGroup.Aid, cancel);
        return isEidSelected;
    }

    /// <summary>Closes the channel.</summary>
    public void Dispose()
    {
        secure.Dispose();
        terminal.Dispose();
    }
}

/// <summary>How chip authentication ended.</summary>
public abstract record ChipAuthenticationOutcome
{
    private ChipAuthenticationOutcome() { }

    /// <summary>The chip is genuine.</summary>
    /// <param name="Stage">The last stage.</param>
    public sealed record Authenticated(ChipAuthenticated Stage) : ChipAuthenticationOutcome;

    /// <summary>It is not, or cannot prove it.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Refused(ChipAuthenticationRefusal Reason) : ChipAuthenticationOutcome;
}

/// <summary>Why a chip is not believed.</summary>
public enum ChipAuthenticationRefusal
{
    /// <summary>EF.CardSecurity could not be read or is none.</summary>
    CardSecurityUnreadable,

    /// <summary>EF.CardSecurity is not signed by a document signer of a trusted country signer.</summary>
    CardSecurityNotTrusted,

    /// <summary>The signer of EF.CardSecurity is not valid on the day of the check.</summary>
    SignerNotValidToday,

    /// <summary>What the card said unsigned differs from what was signed: someone stands in between.</summary>
    CardAccessDiffers,

    /// <summary>The chip does not have the private key that was signed for: a copy.</summary>
    NotGenuine,
}
