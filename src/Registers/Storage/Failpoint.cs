namespace Musubi.Registers;

/// <summary>The numbered places at which a process may die. The story of each crash stands beside the step in
/// <see cref="Coordinator"/>, <see cref="Register{TRecord}"/> and <see cref="GroupCommitWriter"/>.</summary>
public enum Failpoint
{
    BeforeDecided = 1,
    Decided = 2,
    FirstPrepared = 3,
    AllPrepared = 4,
    Committed = 5,
    FirstConfirmed = 6,
    AllConfirmed = 7,
    CompletionDone = 8,
    Completed = 9,
    Cancelling = 10,
    FirstCancelled = 11,
    InsideTransaction = 12,
    TransactionCommitted = 13,
    Recovering = 14,

    /// <summary>Not a crash: a call to a register sets out here and may be delayed, for ever if need be.</summary>
    PrepareSent = 15,

    /// <summary>As <see cref="PrepareSent"/>, for the confirmation.</summary>
    ConfirmSent = 16,
}

/// <summary>Named failpoints, compiled in and empty: only a test host fills them.</summary>
public sealed class Failpoints
{
    public static Failpoints None { get; } = new();

    /// <summary>Told when the coordinator reaches a point; what it returns is awaited there.</summary>
    public Func<Failpoint, StoreName, Task>? OnReached { get; init; }

    /// <summary>Told on the writer's own thread, inside or just after a transaction.</summary>
    public Action<Failpoint, StoreName>? OnWriterReached { get; init; }

    internal Task Reach(Failpoint point, StoreName store = StoreName.Commit) =>
        OnReached is null ? Task.CompletedTask : OnReached(point, store);
}
