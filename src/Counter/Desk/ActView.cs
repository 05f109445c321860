using System.Collections.Immutable;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>One act as a page shows it: where it stands, what was chosen, what comes next, what stays valid meanwhile.
/// </summary>
/// <param name="Token">What the next form of this act must carry.</param>
/// <param name="Current">The step that comes next, or null when the act is done or dropped.</param>
/// <param name="ToTake">Cards that were made and wait to be read and handed over.</param>
/// <param name="ToWrite">The card that waits to be rewritten, or null.</param>
/// <param name="Stopped">Why the last step was not taken, or null.</param>
/// <param name="Waiting">Where the commit stands when it has not come to its end.</param>
/// <param name="ValidMeanwhile">The sentence that says which document counts until the act is done.</param>
/// <param name="Review">The review that this act waits for or went through, or null.</param>
public sealed record ActView(
    ActId Act,
    ActKind Kind,
    Route Route,
    LocalText Name,
    DraftState State,
    StaffId Owner,
    OfficeId Office,
    DateTimeOffset OpenedAt,
    TimeSpan Age,
    ImmutableArray<StepView> Steps,
    StepId? Current,
    FormToken Token,
    PersonView Person,
    SamePerson Same,
    ActChoice? Choice,
    Fee? Fee,
    SignedConsent? Consent,
    ActReceipt? Receipt,
    ImmutableArray<MadeCard> ToTake,
    CardRewrite? ToWrite,
    Refusal? Stopped,
    UnfinishedAct? Waiting,
    LocalText? ValidMeanwhile,
    ReviewCase? Review)
{
    /// <summary>Nothing has happened yet, so it can be given up without a trace.</summary>
    public bool MayBeDropped =>
        State is DraftState.Open && Receipt is null && Waiting is null or { MayBeDropped: true };
}

public sealed record StepView(Step Step, StepState State);

public enum StepState { Done, Current, Ahead }

/// <summary>A card that the bureau made and that is not in the hand yet.</summary>
/// <param name="Path">The virtual card's file.</param>
/// <param name="Number">What is printed on it, for the desk that reads it.</param>
/// <param name="IsRead">The desk has read it and found it to be the ordered one.</param>
public sealed record MadeCard(CardProduct Product, string Path, ResidenceCardNumber? Number, CardSerial? Serial,
    bool IsRead);

/// <summary>One line of the list of open acts.</summary>
public sealed record ActLine(
    ActId Act, ActKind Kind, Route Route, LocalText Name, StaffId Owner, OfficeId Office, TimeSpan Age, StepId? Current,
    bool HasHappened, Refusal? Stopped, LocalText? ValidMeanwhile);

/// <summary>One person as the desk sees them: what both registers say, the verdict, and which acts are
/// possible.</summary>
/// <param name="Differing">Attributes in which the two records differ, or null when there is only one record.</param>
public sealed record PersonView(
    ResidenceRecord? Residence,
    NumberRecord? Number,
    LinkRecord? Link,
    ImmutableArray<Linkage.BasicAttribute>? Differing,
    Route? Holding,
    DateOnly? StayLawfulUntil,
    ImmutableArray<PossibleAct> Acts)
{
    public static PersonView Nobody { get; } = new(null, null, null, null, null, null, []);
}

/// <summary>An act that the desk offers to a person, or the reason why it cannot be done now.</summary>
public sealed record PossibleAct(
    ActKind Kind, Route Route, LocalText Name, Fee? Fee, ImmutableArray<Step> Steps, Refusal? WhyNot)
{
    public bool IsPossible => WhyNot is null;
}

/// <summary>The desk's answer to a form.</summary>
/// <param name="View">The act as it stands now; null when there is no such act.</param>
/// <param name="Refused">Why the form's step was not taken; null when it was.</param>
/// <param name="WasUsed">The form had been sent before: <paramref name="Refused"/> is what the first sending was
/// answered, and nothing was done twice.</param>
public sealed record DeskAnswer(ActView? View, Refusal? Refused, bool WasUsed = false)
{
    public bool IsTaken => Refused is null && !WasUsed;
}
