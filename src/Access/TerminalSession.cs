using Musubi.Chip;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.TerminalAuthentication;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>The three protocols in their order, for whoever reads or writes protected groups: PACE with the rights
/// asked for, terminal authentication with the certificate, chip authentication.</summary>
public static class TerminalSession
{
    /// <returns>The channel that ends in a genuine chip, or why there is none.</returns>
    /// <exception cref="CardChannelException">The card is gone.</exception>
    public static async Task<(ChipAuthenticated? Chip, Refusal? Why)> Open(
        ICardChannel card, ReadingPassword password, TerminalCertificate certificate, EidRights rights,
        CardSecurityTrust trust, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        using var secret = password switch
        {
            ReadingPassword.Pin pin => PacePassword.Pin(pin.Digits),
            ReadingPassword.Can can => PacePassword.Can(can.Digits),
            _ => throw new ArgumentOutOfRangeException(nameof(password), password, "A reading opens with PIN or CAN."),
        };
        var pace = await Pace.Establish(card, secret, new Chat(CvRole.Terminal, rights), cancel);
        if (pace is PaceOutcome.Refused noChannel) return (null, Of(noChannel, secret.Kind));
        var channel = ((PaceOutcome.Established)pace).Channel;

        var terminal = await TerminalAuthentication.Run(
            channel, certificate.Chain[..^1], certificate.Chain[^1], certificate.Key, cancel: cancel);
        if (terminal is TerminalAuthenticationOutcome.Refused noTerminal)
            return (null, new Refusal(Code(noTerminal.Reason), Entry: certificate.Entry.Id));
        var stage = ((TerminalAuthenticationOutcome.Authenticated)terminal).Stage;

        var chip = await ChipAuthentication.Run(stage, trust, cancel);
        return chip switch
        {
            ChipAuthenticationOutcome.Authenticated genuine => (genuine.Stage, null),
            ChipAuthenticationOutcome.Refused forged => (null, new Refusal(Code(forged.Reason))),
            _ => throw new InvalidOperationException($"Chip authentication gives no {chip.GetType().Name}."),
        };
    }

    public static RefusalCode Code(CardChannelFault fault) => fault switch
    {
        CardChannelFault.CardRemoved => RefusalCode.CardRemoved,
        CardChannelFault.ReaderGone => RefusalCode.ReaderGone,
        CardChannelFault.Timeout => RefusalCode.CardSilent,
        CardChannelFault.SecureMessagingBroken => RefusalCode.CardUnreadable,
    };

    private static Refusal Of(PaceOutcome.Refused refused, PacePasswordKind kind) => refused.Reason switch
    {
        PaceRefusal.WrongPassword => kind is PacePasswordKind.Pin
            ? new Refusal(RefusalCode.WrongPin, refused.TriesLeft)
            : new Refusal(RefusalCode.WrongCardNumber),
        PaceRefusal.Suspended => new Refusal(RefusalCode.PinSuspended, refused.TriesLeft),
        PaceRefusal.Blocked or PaceRefusal.Deactivated => new Refusal(RefusalCode.PinBlocked),
        PaceRefusal.NotAccepted => new Refusal(RefusalCode.PinNeeded),
        PaceRefusal.NoCommonVariant => new Refusal(RefusalCode.ForeignCard),
        PaceRefusal.CardNotTrusted => new Refusal(RefusalCode.CardForged),
    };

    private static RefusalCode Code(TerminalAuthenticationRefusal refusal) => refusal switch
    {
        TerminalAuthenticationRefusal.CertificateExpired => RefusalCode.CertificateExpired,
        TerminalAuthenticationRefusal.NoChainFromCardsRoot => RefusalCode.CertificateForOtherCards,
        TerminalAuthenticationRefusal.CertificateRefused or TerminalAuthenticationRefusal.SignatureRefused =>
            RefusalCode.CertificateForged,
        TerminalAuthenticationRefusal.RightMissing or TerminalAuthenticationRefusal.NoRightsRequested =>
            RefusalCode.RightNotInEntry,
        TerminalAuthenticationRefusal.NoCommonVariant => RefusalCode.ForeignCard,
    };

    private static RefusalCode Code(ChipAuthenticationRefusal refusal) => refusal switch
    {
        ChipAuthenticationRefusal.CardSecurityNotTrusted => RefusalCode.ForeignCard,
        ChipAuthenticationRefusal.CardAccessDiffers or ChipAuthenticationRefusal.NotGenuine
            or ChipAuthenticationRefusal.SignerNotValidToday => RefusalCode.CardForged,
        ChipAuthenticationRefusal.CardSecurityUnreadable => RefusalCode.CardUnreadable,
    };
}
