namespace Musubi.Chip.Applications;

/// <summary>What a card said to a PIN.</summary>
/// <param name="Result">Accepted, wrong, blocked, or no such PIN.</param>
/// <param name="TriesLeft">Tries left; 0 when blocked or not there.</param>
public readonly record struct PinVerdict(PinResult Result, int TriesLeft)
{
    /// <summary>The PIN was right.</summary>
    public static readonly PinVerdict Accepted = new(PinResult.Accepted, 0);

    /// <summary>No tries are left; only a counter can help.</summary>
    public static readonly PinVerdict Blocked = new(PinResult.Blocked, 0);

    /// <summary>The card has no such PIN.</summary>
    public static readonly PinVerdict NotOnThisCard = new(PinResult.NotOnThisCard, 0);

    /// <summary>The PIN was wrong; one try or more are left.</summary>
    public static PinVerdict Wrong(int triesLeft) => triesLeft == 0 ? Blocked : new(PinResult.Wrong, triesLeft);

    /// <summary>True when the PIN was right.</summary>
    public bool IsAccepted => Result == PinResult.Accepted;
}

/// <summary>What a card said to a PIN.</summary>
public enum PinResult
{
    /// <summary>Right.</summary>
    Accepted,

    /// <summary>Wrong, and tries are left.</summary>
    Wrong,

    /// <summary>No tries are left.</summary>
    Blocked,

    /// <summary>The card has no such application or PIN.</summary>
    NotOnThisCard,
}
