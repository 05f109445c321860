using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Serialization;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>A draft of the next version, with everything that was done to it. Its states and the only ways between them
/// are in docs/lifecycle/access-list.md.</summary>
/// <param name="Base">The version that it started from.</param>
/// <param name="Version">Counts its changes: a form that was filled in against an older one is not taken.</param>
/// <param name="Json">The list as it would be published.</param>
public sealed record ListDraft(
    ActId Id, int Base, ListDraftState State, long Version, string Json, ImmutableArray<DraftEvent> Events)
{
    public const int LongestComment = 1_000;

    /// <summary>More than a long discussion; beyond it a new draft is begun.</summary>
    public const int MostEvents = 500;

    /// <summary>Whoever had a hand in its text. None of them may approve it.</summary>
    [JsonIgnore]
    public ImmutableHashSet<StaffId> Authors =>
        [.. Events.Where(one => one.Step is ListDraftStep.Opened or ListDraftStep.Edited or ListDraftStep.Submitted)
            .Select(one => one.By)];

    [JsonIgnore]
    public StaffId? ApprovedBy => Events.LastOrDefault(one => one.Step is ListDraftStep.Approved)?.By;

    /// <summary>The draft after a step, or why it cannot be taken. Whether its list may be published is asked where
    /// the list is known.</summary>
    public static (ListDraft? After, RefusalCode? Why) Decide(
        ListDraft draft, long seen, ListDraftStep step, StaffId by, string comment, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(comment);
        if (draft.Version != seen) return (null, RefusalCode.OtherTabContinued);
        if (comment.Length > LongestComment || draft.Events.Length >= MostEvents)
            return (null, RefusalCode.InputNotUnderstood);
        if (Next(draft.State, step) is not { } state) return (null, RefusalCode.OtherTabContinued);
        var isAuthor = draft.Authors.Contains(by);
        var isSecond = step is ListDraftStep.Approved or ListDraftStep.Returned;
        if (isSecond && isAuthor) return (null, RefusalCode.SecondPersonNeeded);
        if (step is ListDraftStep.TakenBack && !isAuthor) return (null, RefusalCode.NotYourTask);
        if (isSecond && string.IsNullOrWhiteSpace(comment)) return (null, RefusalCode.InputNotUnderstood);
        return (draft with
        {
            State = state,
            Version = draft.Version + 1,
            Events = draft.Events.Add(new(step, by, now, comment.Trim())),
        }, null);
    }

    public AccessList List(CardLayout card) =>
        AccessList.TryRead(Encoding.UTF8.GetBytes(Json), card, out var list, out var problems)
            ? list
            : throw new Musubi.Registers.RecordFormatException(
                $"Draft {Id} is not readable: {string.Join(" ", problems)}");

    /// <summary>The only ways between states; null where there is none.</summary>
    private static ListDraftState? Next(ListDraftState state, ListDraftStep step) => (state, step) switch
    {
        (ListDraftState.Open, ListDraftStep.Edited) => ListDraftState.Open,
        (ListDraftState.Open, ListDraftStep.Submitted) => ListDraftState.Submitted,
        (ListDraftState.Submitted, ListDraftStep.Approved) => ListDraftState.Approved,
        (ListDraftState.Submitted or ListDraftState.Approved, ListDraftStep.Returned or ListDraftStep.TakenBack) =>
            ListDraftState.Open,
        (ListDraftState.Approved, ListDraftStep.Published) => ListDraftState.Published,
        (ListDraftState.Open or ListDraftState.Submitted or ListDraftState.Approved, ListDraftStep.Dropped) =>
            ListDraftState.Dropped,
        (ListDraftState, ListDraftStep) => null,
    };
}

[JsonConverter(typeof(JsonStringEnumConverter<ListDraftState>))]
public enum ListDraftState
{
    Open,

    /// <summary>Waits for a second person.</summary>
    Submitted,
    Approved,
    Published,
    Dropped,
}

[JsonConverter(typeof(JsonStringEnumConverter<ListDraftStep>))]
public enum ListDraftStep
{
    Opened,
    Edited,
    Submitted,

    /// <summary>An author wants to change it after all.</summary>
    TakenBack,

    /// <summary>The second person says what is to be changed.</summary>
    Returned,
    Approved,
    Published,
    Dropped,
}

public sealed record DraftEvent(ListDraftStep Step, StaffId By, DateTimeOffset At, string Comment);

internal sealed record DraftRow
{
    public string Id { get; init; } = "";
    public string State { get; init; } = "";
    public long ChangedAt { get; init; }
    public long Version { get; init; }
    public string Body { get; init; } = "";
}
