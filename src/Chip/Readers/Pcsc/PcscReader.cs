using System.Collections.Immutable;
using System.Globalization;

namespace Musubi.Chip.Readers.Pcsc;

/// <summary>One reader of the machine.</summary>
/// <param name="Name">As the system calls it; unique.</param>
/// <param name="Slot">What lies in it.</param>
/// <param name="AnswerToReset">What the card said when it was switched on; empty without a card.</param>
public sealed record PcscReader(string Name, PcscSlot Slot, ImmutableArray<byte> AnswerToReset)
{
    /// <summary>True when a card lies here that answers.</summary>
    public bool HasCard => Slot is PcscSlot.Card or PcscSlot.CardInUse;

    /// <summary>Equal name, slot and bytes.</summary>
    public bool Equals(PcscReader? other) =>
        other is not null && string.Equals(Name, other.Name, StringComparison.Ordinal) && Slot == other.Slot
        && AnswerToReset.AsSpan().SequenceEqual(other.AnswerToReset.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Slot, AnswerToReset.Length);
}

/// <summary>What lies in a reader.</summary>
public enum PcscSlot
{
    /// <summary>Nothing.</summary>
    Empty,

    /// <summary>A card.</summary>
    Card,

    /// <summary>A card that another program talks to.</summary>
    CardInUse,

    /// <summary>A card that does not answer: upside down, broken, or no chip card.</summary>
    CardUnresponsive,

    /// <summary>The reader was just unplugged.</summary>
    Gone,
}

/// <summary>Why PC/SC gave nothing.</summary>
public enum PcscFault
{
    /// <summary>The system has no PC/SC library.</summary>
    NotInstalled,

    /// <summary>The PC/SC daemon does not run.</summary>
    ServiceNotRunning,

    /// <summary>The daemon does not let this user in.</summary>
    NotAllowed,

    /// <summary>No reader is connected, or none of this name.</summary>
    NoSuchReader,

    /// <summary>No card lies in the reader.</summary>
    NoCard,

    /// <summary>A card lies there and does not answer.</summary>
    CardUnresponsive,

    /// <summary>Another program holds the card and did not let go in time.</summary>
    CardInUse,

    /// <summary>Another return code; <see cref="PcscRefusal.Code"/> says which.</summary>
    Other,
}

/// <summary>Why PC/SC gave nothing, and the return code it gave.</summary>
/// <param name="Fault">Why.</param>
/// <param name="Code">The return code; 0 when no call was made.</param>
public readonly record struct PcscRefusal(PcscFault Fault, uint Code)
{
    /// <summary>A sentence that says what to do.</summary>
    public override string ToString() => Fault switch
    {
        PcscFault.NotInstalled =>
            "This system has no PC/SC library. On Debian: apt-get install pcscd libpcsclite1.",
        PcscFault.ServiceNotRunning =>
            "The PC/SC daemon is not running. On Debian: apt-get install pcscd, then systemctl start pcscd.socket "
            + "(without systemd: pcscd --foreground).",
        PcscFault.NotAllowed => "The PC/SC daemon does not let this user in (polkit).",
        PcscFault.NoSuchReader => "There is no such card reader.",
        PcscFault.NoCard => "There is no card in the reader.",
        PcscFault.CardUnresponsive =>
            "The card in the reader does not answer. Turn it over, or clean its contacts.",
        PcscFault.CardInUse => "Another program is using the card. Close it and try again.",
        PcscFault.Other =>
            string.Create(CultureInfo.InvariantCulture, $"PC/SC refused with code {Code:X8}."),
    };

    internal static PcscRefusal Of(PcscCode code) => new(FaultOf(code), (uint)code);

    // Codes are the library's, not ours: there may be any, so this is no switch over an enum.
    private static PcscFault FaultOf(PcscCode code)
    {
        if (code is PcscCode.NoService or PcscCode.ServiceStopped) return PcscFault.ServiceNotRunning;
        if (code is PcscCode.SecurityViolation) return PcscFault.NotAllowed;
        if (code is PcscCode.UnknownReader or PcscCode.ReaderUnavailable or PcscCode.NoReadersAvailable)
            return PcscFault.NoSuchReader;
        if (code is PcscCode.NoSmartCard or PcscCode.RemovedCard) return PcscFault.NoCard;
        if (code is PcscCode.SharingViolation or PcscCode.Timeout) return PcscFault.CardInUse;
        return code is PcscCode.UnresponsiveCard or PcscCode.UnpoweredCard or PcscCode.UnsupportedCard
            or PcscCode.ProtocolMismatch or PcscCode.NotTransacted or PcscCode.CommunicationError
            ? PcscFault.CardUnresponsive
            : PcscFault.Other;
    }
}

/// <summary>What PC/SC gave, or why not.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
public readonly record struct PcscResult<T>
{
    private readonly T? value;

    /// <summary>The value is there.</summary>
    public PcscResult(T value)
        : this(value, null) { }

    private PcscResult(T? value, PcscRefusal? refusal) => (this.value, Refusal) = (value, refusal);

    /// <summary>Why not, or null when the value is there.</summary>
    public PcscRefusal? Refusal { get; }

    /// <summary>True when the value is there.</summary>
    public bool IsGiven => Refusal is null;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There is none; ask <see cref="IsGiven"/> first.</exception>
    public T Value => Refusal is { } refusal ? throw new InvalidOperationException(refusal.ToString()) : value!;

    /// <summary>The value is there.</summary>
    public static implicit operator PcscResult<T>(T value) => new(value, null);

    /// <summary>The value is not there.</summary>
    public static implicit operator PcscResult<T>(PcscRefusal refusal) => new(default, refusal);
}
