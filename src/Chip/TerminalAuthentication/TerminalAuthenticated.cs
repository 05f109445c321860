using Musubi.Chip.Apdu;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;

namespace Musubi.Chip.TerminalAuthentication;

/// <summary>
/// The channel after terminal authentication, second of three stages: the card knows who reads it. Only
/// <c>TerminalAuthentication.Run</c> makes it. The rights work after chip authentication only.
/// </summary>
public sealed class TerminalAuthenticated : ICardChannel, IDisposable
{
    private readonly PaceChannel pace;

    internal TerminalAuthenticated(
        PaceChannel pace, CvCertificate terminal, EidRights rights, CurveKey ephemeral,
        ChipAuthenticationVariant variant)
    {
        this.pace = pace;
        (Terminal, Rights, Ephemeral, Variant) = (terminal, rights, ephemeral, variant);
    }

    /// <summary>The terminal's certificate, the last of the chain.</summary>
    public CvCertificate Terminal { get; }

    /// <summary>What chain and PACE leave of the rights, as the card computes it too.</summary>
    public EidRights Rights { get; }

    /// <summary>The stage before.</summary>
    public PaceChannel Pace => pace;

    /// <summary>The terminal's key for chip authentication: the card already knows its x coordinate.</summary>
    internal CurveKey Ephemeral { get; }

    /// <summary>The chip authentication that the key was made for.</summary>
    internal ChipAuthenticationVariant Variant { get; }

    /// <inheritdoc/>
    public ValueTask<ResponseApdu> Transmit(CommandApdu command, CancellationToken cancel = default) =>
        pace.Transmit(command, cancel);

    /// <summary>Clears the ephemeral key and closes the channel.</summary>
    public void Dispose()
    {
        Ephemeral.Dispose();
        pace.Dispose();
    }
}

/// <summary>How terminal authentication ended.</summary>
public abstract record TerminalAuthenticationOutcome
{
    private TerminalAuthenticationOutcome() { }

    /// <summary>The card believes the terminal.</summary>
    /// <param name="Stage">The second stage.</param>
    public sealed record Authenticated(TerminalAuthenticated Stage) : TerminalAuthenticationOutcome;

    /// <summary>The card does not.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Certificate">The certificate the card stopped at, where it stopped at one.</param>
    public sealed record Refused(TerminalAuthenticationRefusal Reason, CvReference? Certificate)
        : TerminalAuthenticationOutcome;
}

/// <summary>Why a card does not believe a terminal.</summary>
public enum TerminalAuthenticationRefusal
{
    /// <summary>PACE was run without naming rights, so the card gave no root to start from.</summary>
    NoRightsRequested,

    /// <summary>No certificate here leads from a root that this card trusts: a foreign or very old card.</summary>
    NoChainFromCardsRoot,

    /// <summary>The card found a certificate expired on its own date.</summary>
    CertificateExpired,

    /// <summary>The card refused a certificate: forged, or not allowed under the one above.</summary>
    CertificateRefused,

    /// <summary>The card refused the terminal's signature or key.</summary>
    SignatureRefused,

    /// <summary>The CAN opened the card, and the certificate has no right to read without the holder's PIN.</summary>
    RightMissing,

    /// <summary>The card speaks no chip authentication that we speak, so there is nothing to bind the terminal
    /// to.</summary>
    NoCommonVariant,
}
