using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>What an act does beyond the registers: write or order the card. It is called after both registers hold the
/// act, and again whenever the answer was lost, so it must know by <see cref="ActHeader.Act"/> what it has
/// done.</summary>
public delegate Task<CompletionAnswer> Completion(DecidedAct act, CancellationToken cancel);

/// <param name="NotYetBecause">Null when it is done; otherwise what it waits for, and it is tried again.</param>
public readonly record struct CompletionAnswer(RefusalCode? NotYetBecause)
{
    public static CompletionAnswer Done => default;

    public static CompletionAnswer NotYet(RefusalCode because) => new(because);
}

/// <summary>The coordinator's bounds.</summary>
public sealed record CoordinatorSettings
{
    /// <summary>How long one register may take to answer. A desk waits for it with a resident in front of it.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long writing or ordering a card may take.</summary>
    public TimeSpan CompletionLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often the list of waiting acts is looked at.</summary>
    public TimeSpan RetryTick { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Told of faults that are mistakes of ours, met while nobody was waiting for the answer.</summary>
    public Action<ActId, Exception>? OnFault { get; init; }
}
