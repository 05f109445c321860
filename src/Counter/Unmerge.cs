using System.Collections.Immutable;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>One card becomes two again, because its holder asks for it. No reason is asked.</summary>
/// <param name="Shown">The merged card as proved at the desk; null when it was reported lost.</param>
public sealed record UnmergeRequest(ActId Act, ShownCards? Shown);

/// <summary>Two separate cards are ordered. The merged card stays valid, and the link with it, until they are in the
/// hand; a lost merged card has nothing to keep valid, so the link is untied at once.</summary>
public static class Unmerge
{
    public static ImmutableArray<Step> Steps(Route route) => route switch
    {
        Route.Separate => Counter.Steps.Take(
            StepId.ShowMergedCard, StepId.Check, StepId.Consent, StepId.Commit,
            StepId.ChoosePin, StepId.MakeCard, StepId.HandOver),
        Route.Merged => [],
    };

    public static Decision Decide(UnmergeRequest request, Facts facts, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(facts);
        if (facts.Link is not { IsLive: true } link) return Decision.No(RefusalCode.NoLink);
        if (Conditions.OnePerson(facts) is { } stranger) return Decision.No(stranger);
        if (facts.Residence.Ordered() is { Kind: CardKind.Merged }) return Withdraw(facts, link, today);
        if (facts.IsOnItsWay()) return Decision.No(RefusalCode.CardNotHandedOver);

        var isLost = request.Shown is null;
        if (isLost && facts.Holding() is not null) return Decision.No(RefusalCode.NoCard);
        if (request.Shown is { } shown && Conditions.Shown(facts, shown, today) is { } card) return Decision.No(card);

        var (residence, residenceOrder) = Plastic.ResidenceCard(request.Act, facts, facts.Residence, today);
        var (number, numberOrder) = Plastic.NumberCard(request.Act, facts, residence, today);
        return new Decision.Decided(
            residence, number,
            isLost ? link with { State = LinkState.Untied, Since = today } : null,
            new CardWork([residenceOrder, numberOrder], null));
    }

    /// <summary>The merged card was never handed over: the two cards it would have replaced are still in the hand and
    /// valid, so nothing has to be made.</summary>
    private static Decision.Decided Withdraw(Facts facts, LinkRecord link, DateOnly today) => new(
        facts.Residence.Change(card => card.State is CardState.Ordered
        ? card with { State = CardState.Replaced }
        : card),
        facts.Number.Change(card => card.State is CardState.Ordered ? card with { State = CardState.Replaced } : card),
        link with { State = LinkState.Untied, Since = today },
        CardWork.None);
}
