using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>How an act stands when the desk is answered.</summary>
public abstract record CommitOutcome
{
    private CommitOutcome() { }

    /// <summary>Done: both registers, the links, and what the act does beyond them.</summary>
    public sealed record Committed(ActReceipt Receipt) : CommitOutcome;

    /// <summary>Nothing was changed, and nothing will be by this act.</summary>
    public sealed record Refused(RefusalCode Code, OtherAct? Other) : CommitOutcome;

    /// <summary>Not at its end. It stays on the desk's list with its owner and age and is carried on.</summary>
    public sealed record Unfinished(UnfinishedAct Act) : CommitOutcome;
}

/// <summary>What the resident takes home.</summary>
public sealed record ActReceipt(
    ActId Act,
    ActKind Kind,
    DateTimeOffset CommittedAt,
    ImmutableArray<OutboxEntry> Commitments)
{
    /// <summary>As it was when the desk was answered: the log takes commitments from the outbox afterwards, and
    /// <see cref="Outbox.LogIndexes"/> says where they stand now.</summary>
    public LogState Log { get; init; } = LogState.NotYetInTheLog;
}

[JsonConverter(typeof(JsonStringEnumConverter<LogState>))]
public enum LogState
{
    /// <summary>Durable in the outbox, in order, and not yet published.</summary>
    NotYetInTheLog,
}

/// <summary>Where an act stands; the page docs/lifecycle/act.md draws the steps between them.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ActStage>))]
public enum ActStage
{
    /// <summary>In the journal. The registers may have prepared it; nothing has happened.</summary>
    Decided,

    /// <summary>It has happened. What is left is done until it is done.</summary>
    Committed,

    /// <summary>Both registers and the links hold it; what the act does beyond them is left.</summary>
    Confirmed,

    /// <summary>At its end.</summary>
    Completed,

    /// <summary>It will not happen; the registers are being told.</summary>
    Cancelling,

    /// <summary>It did not happen.</summary>
    Cancelled,
}

/// <summary>One act that is not at its end, as the desk's list shows it.</summary>
/// <param name="Staff">Who owns it: the clerk who began it.</param>
/// <param name="Attempts">How often it was carried on since the start of this process without reaching the end.</param>
/// <param name="Reason">What it waits for, or null where it only waits for its turn.</param>
/// <param name="NextTry">When it is tried by itself; null when it waits for somebody to take it up or drop it.</param>
public sealed record UnfinishedAct(
    ActId Act,
    ActKind Kind,
    ActStage Stage,
    StaffId Staff,
    OfficeId Office,
    DateTimeOffset DecidedAt,
    TimeSpan Age,
    int Attempts,
    RefusalCode? Reason,
    DateTimeOffset? NextTry)
{
    /// <summary>Only an act that has not happened may be dropped.</summary>
    public bool MayBeDropped => Stage is ActStage.Decided;
}
