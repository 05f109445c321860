using Musubi.Chip.Apdu;

namespace Musubi.Chip.Pace;

/// <summary>How a card's PIN stands, as MSE:Set AT says it (TR-03110-3 §B.14.1).</summary>
/// <param name="State">Whether it can be given, and what has to come first if not.</param>
/// <param name="TriesLeft">3 to 0; 0 also where the card does not say.</param>
public readonly record struct PinStatus(PinState State, int TriesLeft)
{
    internal static PinStatus Of(StatusWord status)
    {
        if (status.IsSuccess) return new(PinState.Operational, PinTries.Full);
        if (status == StatusWord.Deactivated) return new(PinState.Deactivated, 0);
        return status.TriesLeft switch
        {
            null => new(PinState.Unknown, 0),
            0 => new(PinState.Blocked, 0),
            PinTries.Suspended => new(PinState.Suspended, PinTries.Suspended),
            { } left => new(PinState.Operational, left),
        };
    }
}

/// <summary>The states of a PIN (TR-03110-2 §2.2.3 and §2.4).</summary>
public enum PinState
{
    /// <summary>It can be given.</summary>
    Operational,

    /// <summary>One try is left: the CAN must open the channel in which it is given.</summary>
    Suspended,

    /// <summary>No try is left: the PUK or a terminal with PIN management gives them back.</summary>
    Blocked,

    /// <summary>Switched off: a terminal with PIN management switches it on.</summary>
    Deactivated,

    /// <summary>The card has no PIN, or does not say.</summary>
    Unknown,
}

/// <summary>The PIN's tries (TR-03110-2 §2.2.3).</summary>
internal static class PinTries
{
    /// <summary>A fresh counter.</summary>
    public const int Full = 3;

    /// <summary>At one left the PIN waits for the CAN.</summary>
    public const int Suspended = 1;
}
