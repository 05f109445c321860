using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>An act at the desk from the first step to the receipt, as it is kept between two forms. It holds what was
/// proved and what was chosen, and never a PIN, a card's secret or a My Number.</summary>
/// <param name="Act">The act's number; it also names the draft.</param>
/// <param name="Version">Goes up with every step taken; a form from an older version is not taken.</param>
/// <param name="CommitAct">The number under which the registers know it. A refused commit gives it a new one: a
/// refused act stays refused.</param>
/// <param name="HandOverAct">The number of the hand-over that follows, drawn before it is asked for.</param>
/// <param name="Taken">The cards of the order that the desk has read before handing them over.</param>
public sealed record DraftAct(
    ActId Act,
    int Version,
    ActKind Kind,
    Route Route,
    StaffId Staff,
    OfficeId Office,
    DateTimeOffset OpenedAt,
    DraftState State,
    ImmutableArray<StepId> Done,
    PersonId? Residence,
    PersonId? Number,
    ResidenceCardNumber? ShownResidence,
    CardSerial? ShownNumber,
    SamePerson Same,
    ActChoice? Choice,
    SignedConsent? Consent,
    ActId CommitAct,
    DateTimeOffset? CommittedAt,
    ActReceipt? Receipt,
    ImmutableArray<OrderedCard> Orders,
    bool Rewrites,
    ActId HandOverAct,
    ImmutableArray<CardProduct> Taken,
    Refusal? Stopped)
{
    [JsonIgnore]
    public bool HasHappened => CommittedAt is not null;
}

[JsonConverter(typeof(JsonStringEnumConverter<DraftState>))]
public enum DraftState { Open, Done, Dropped }

/// <summary>What the resident chose. Nothing is chosen until somebody chooses it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "choice")]
[JsonDerivedType(typeof(ActChoice.OneCard), "one-card")]
[JsonDerivedType(typeof(ActChoice.Longer), "extension")]
[JsonDerivedType(typeof(ActChoice.NewStatus), "new-status")]
[JsonDerivedType(typeof(ActChoice.NewAddress), "new-address")]
[JsonDerivedType(typeof(ActChoice.Lost), "lost")]
[JsonDerivedType(typeof(ActChoice.Received), "received")]
[JsonDerivedType(typeof(ActChoice.NotGranted), "not-granted")]
public abstract record ActChoice
{
    private ActChoice() { }

    /// <summary>Merge, with the extension granted in the same visit or without.</summary>
    public sealed record OneCard(PeriodOfStay? Extension) : ActChoice;

    public sealed record Longer(PeriodOfStay Period) : ActChoice;

    public sealed record NewStatus(StatusCode Status, PeriodOfStay Period) : ActChoice;

    public sealed record NewAddress(Address Address) : ActChoice;

    public sealed record Lost(LostCard Card) : ActChoice;

    /// <summary>An application for Renew or ChangeStatus is received; the same act decides it on another day.</summary>
    public sealed record Received : ActChoice;

    /// <summary>The authority's decision on such an application. Nobody agrees to it.</summary>
    public sealed record NotGranted : ActChoice;
}
