using Musubi.Counter;
using Musubi.Registers;
using Musubi.Vocabulary;
using Route = Musubi.Vocabulary.Route;

namespace Musubi.Office.Api;

/// <summary>An act as a client needs it: where it stands and what its next form must carry.</summary>
/// <param name="Form">Sent back with the next step; used once.</param>
/// <param name="ToTake">Cards that were made and wait to be read.</param>
public sealed record ActJson(
    ActId Act, ActKind Kind, Route Route, DraftState State, StepId? Current, string Form, IReadOnlyList<StepJson> Steps,
    DateTimeOffset? HappenedAt, IReadOnlyList<MadeJson> ToTake)
{
    public static ActJson Of(ActView view) => new(view.Act, view.Kind, view.Route, view.State, view.Current,
        view.Token.ToString(), [.. view.Steps.Select(step => new StepJson(step.Step.Id, step.State))],
        view.Receipt?.CommittedAt,
        [.. view.ToTake.Select(card => new MadeJson(card.Product, card.Number, card.Serial, card.IsRead))]);
}

public sealed record StepJson(StepId Id, StepState State);

public sealed record MadeJson(CardProduct Product, ResidenceCardNumber? Number, CardSerial? Serial, bool IsRead);

/// <summary>One line of the list of unfinished acts.</summary>
public sealed record OpenActJson(
    ActId Act, ActKind Kind, Route Route, StaffId Owner, long AgeSeconds, bool HasHappened);

/// <summary>One person, without their My Number: a client that may know it sent it.</summary>
public sealed record PersonJson(
    PersonId? Residence, PersonId? Number, string Name, PartialDate BirthDate, LinkState? Link, Route? Holding,
    IReadOnlyList<OfferJson> Acts)
{
    public static PersonJson? Of(PersonView view) => (view.Residence?.Name ?? view.Number?.Name) is not { } name ? null
        : new(
        view.Residence?.Id, view.Number?.Id, name.Display, view.Residence?.BirthDate ?? view.Number!.BirthDate,
        view.Link?.State, view.Holding,
        [.. view.Acts.Select(act => new OfferJson(act.Kind, act.Route, act.IsPossible, act.WhyNot?.PublicCode))]);
}

public sealed record OfferJson(ActKind Kind, Route Route, bool Possible, string? Code);

/// <summary>By number, or by name and date of birth.</summary>
public sealed record FindJson(string? Number, string? Name, string? BirthDate);

public sealed record BeginJson(ActKind Kind, Route Route, PersonId? Residence, PersonId? Number);

/// <summary>A step that needs nothing but its form; with the number printed on a residence card where one is
/// shown.</summary>
public sealed record StepFormJson(string Form, string? Number);

/// <param name="Choice">What the resident chose; the field "choice" says which kind it is.</param>
public sealed record ChooseJson(string Form, ActChoice Choice);

public sealed record AgreeJson(string Form, Language Language, bool Agreed);
