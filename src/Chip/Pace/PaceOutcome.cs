namespace Musubi.Chip.Pace;

/// <summary>How PACE ended: a channel, or a reason.</summary>
public abstract record PaceOutcome
{
    private PaceOutcome() { }

    /// <summary>The channel stands.</summary>
    /// <param name="Channel">The first stage.</param>
    public sealed record Established(PaceChannel Channel) : PaceOutcome;

    /// <summary>There is no channel.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="TriesLeft">What the card says is left of the PIN's tries; null when it says nothing.</param>
    public sealed record Refused(PaceRefusal Reason, int? TriesLeft) : PaceOutcome;
}

/// <summary>Why PACE gave no channel.</summary>
public enum PaceRefusal
{
    /// <summary>The password is wrong.</summary>
    WrongPassword,

    /// <summary>One try is left and the CAN must come first, so that nobody can block the PIN from a
    /// distance.</summary>
    Suspended,

    /// <summary>No try is left: the PUK or the counter unblocks it.</summary>
    Blocked,

    /// <summary>The password is switched off.</summary>
    Deactivated,

    /// <summary>The card has no such password, or refuses it for such a terminal or such rights.</summary>
    NotAccepted,

    /// <summary>The card speaks no variant of PACE that we speak.</summary>
    NoCommonVariant,

    /// <summary>The card did not know the password either, or its answers follow no standard.</summary>
    CardNotTrusted,
}
