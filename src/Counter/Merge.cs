using System.Collections.Immutable;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>Two cards become one, because their holder asks for it. May carry the extension of stay that brought the
/// resident to the counter.</summary>
/// <param name="Shown">Both cards as proved at the desk.</param>
/// <param name="Grant">An extension or change granted in the same visit, or null.</param>
public sealed record MergeRequest(ActId Act, ShownCards Shown, StayGrant? Grant = null);

/// <summary>Residence and number register note that two records are one person's, and the merged card is ordered. The
/// two old cards stay valid until it is in the hand.</summary>
public static class Merge
{
    public static ImmutableArray<Step> Steps(Route route) => route switch
    {
        Route.Merged => Counter.Steps.Take(
            StepId.ShowResidenceCard, StepId.ShowNumberCard, StepId.Choose, StepId.Check, StepId.Consent,
            StepId.Commit, StepId.ChoosePin, StepId.MakeCard, StepId.HandOver),
        Route.Separate => [],
    };

    public static Decision Decide(MergeRequest request, Facts facts, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(facts);
        if (facts.Link is { IsLive: true, State: LinkState.Linked }) return Decision.No(RefusalCode.LinkExists);
        if (Conditions.OnePerson(facts) is { } stranger) return Decision.No(stranger);
        if (Conditions.OnRoute(facts, Route.Separate) is { } route) return Decision.No(route);
        if (Conditions.Shown(facts, request.Shown, today) is { } card) return Decision.No(card);
        if (CardValidity.HasEnded(facts.Law, facts.Residence, today)) return Decision.No(RefusalCode.StayEnded);
        if (request.Grant?.WhyNot(facts.Law, facts.Residence, today) is { } grant) return Decision.No(grant);

        var stay = request.Grant?.ApplyTo(facts.Residence, today) ?? facts.Residence;
        var (residence, number, order) = Plastic.Merged(request.Act, facts, stay, today);
        return new Decision.Decided(
            residence, number,
            new LinkRecord(residence.Id, number.Id, LinkState.Linked, today),
            new CardWork([order], null));
    }
}
