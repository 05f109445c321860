using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>New cards are given into the holder's hand, after the desk has read them and found them to be the ordered
/// ones.</summary>
/// <param name="Ordered">The act whose cards these are.</param>
/// <param name="Residence">The residence side of the new plastic, or null when only a number card was ordered.</param>
/// <param name="Number">The number side of the new plastic, or null when only a residence card was ordered.</param>
public sealed record HandOverRequest(ActId Act, ActId Ordered, ResidenceCardNumber? Residence, CardSerial? Number);

/// <summary>In one commit the new cards become valid and the old ones replaced; an untying ends the link
/// here.</summary>
public static class HandOver
{
    public static Decision Decide(HandOverRequest request, Facts facts, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(facts);
        var residenceCard = facts.Residence.Ordered();
        var numberCard = facts.Number.Ordered();
        if (residenceCard?.Number != request.Residence || numberCard?.Serial != request.Number)
            return Decision.No(RefusalCode.CardUnknown);
        if (residenceCard is null && numberCard is null) return Decision.No(RefusalCode.NothingToChange);

        var untied = numberCard is { Kind: CardKind.Separate } && facts.Link is { IsLive: true } link
            ? link with { State = LinkState.Untied, Since = today }
            : null;
        return new Decision.Decided(
            residenceCard is null ? null : facts.Residence.Change(card => card with { State = Next(card.State) }),
            Numbers(facts.Number, numberCard is not null, residenceCard?.Number),
            untied,
            CardWork.None);
    }

    /// <summary>The number register is told the number of a new residence card, also where its own card is
    /// kept.</summary>
    private static NumberRecord Numbers(NumberRecord record, bool hasNewCard, ResidenceCardNumber? told) =>
        (hasNewCard ? record.Change(card => card with { State = Next(card.State) }) : record)
            with
        { ResidenceCard = told ?? record.ResidenceCard };

    private static CardState Next(CardState state) => state switch
    {
        CardState.Ordered => CardState.Valid,
        CardState.Valid => CardState.Replaced,
        CardState.Replaced => CardState.Replaced,
        CardState.Returned => CardState.Returned,
        CardState.Lost => CardState.Lost,
    };
}
