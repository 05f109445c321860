using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Musubi.Linkage;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>Two records of which nobody but people can say whether they are one person's. Two different people decide,
/// neither of them the clerk who opened the act, and each gives a reason.</summary>
public sealed record ReviewCase(
    ActId Act,
    PersonId Residence,
    PersonId Number,
    ImmutableArray<BasicAttribute> Differing,
    StaffId OpenedBy,
    OfficeId Office,
    DateTimeOffset OpenedAt,
    ReviewVote? First,
    ReviewVote? Second)
{
    /// <summary>A reason is a sentence or a few.</summary>
    public const int LongestReason = 1000;

    [JsonIgnore]
    public ReviewState State => (First, Second) switch
    {
        (null, _) => ReviewState.Waiting,
        (_, null) => ReviewState.WaitingForSecond,
        _ when First.Same && Second.Same => ReviewState.Same,
        _ => ReviewState.Different,
    };

    [JsonIgnore]
    public bool IsOpen => State is ReviewState.Waiting or ReviewState.WaitingForSecond;
}

/// <summary>What one reviewer found. Where the two differ the records are not one person's as far as is
/// known.</summary>
public sealed record ReviewVote(StaffId By, DateTimeOffset At, bool Same, string Reason);

[JsonConverter(typeof(JsonStringEnumConverter<ReviewState>))]
public enum ReviewState { Waiting, WaitingForSecond, Same, Different }

/// <summary>The review queue.</summary>
public sealed class Reviews
{
    private readonly DeskStore store;
    private readonly TimeProvider time;
    private readonly Lock gate = new();

    internal Reviews(DeskStore store, TimeProvider time) => (this.store, this.time) = (store, time);

    /// <summary>Oldest first.</summary>
    public ImmutableArray<ReviewCase> Waiting() => store.OpenReviews();

    public ReviewCase? Find(ActId act) => store.FindReview(act);

    /// <summary>One reviewer's finding: the first takes the case up, a second and different person decides
    /// it.</summary>
    /// <returns>The refusal, or null when the finding was taken.</returns>
    public Refusal? Vote(ActId act, StaffId reviewer, bool same, string reason)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > ReviewCase.LongestReason)
            return new Refusal(RefusalCode.InputNotUnderstood);
        lock (gate)
        {
            if (store.FindReview(act) is not { } review) return new Refusal(RefusalCode.ActUnknown, OtherAct: act);
            if (!review.IsOpen) return new Refusal(RefusalCode.FormAlreadyUsed, OtherAct: act);
            if (reviewer == review.OpenedBy || reviewer == review.First?.By)
                return new Refusal(RefusalCode.SecondPersonNeeded, OtherAct: act);
            var vote = new ReviewVote(reviewer, time.GetUtcNow(), same, reason);
            store.Save(review.First is null ? review with { First = vote } : review with { Second = vote });
            return null;
        }
    }

    /// <summary>Opens the case of an act. The same act again is the same case, with its votes.</summary>
    internal ReviewCase OpenFor(DraftAct draft, PersonId residence, PersonId number, LinkVerdict verdict)
    {
        lock (gate)
        {
            if (store.FindReview(draft.Act) is { } known && known.Residence == residence && known.Number == number)
                return known;
            var review = new ReviewCase(draft.Act, residence, number, verdict.Differing, draft.Staff, draft.Office,
                time.GetUtcNow(), null, null);
            store.Save(review);
            return review;
        }
    }
}
