using System.Collections.Immutable;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>Questions about the card rows of a record, and the only changes that docs/lifecycle/card.md
/// allows.</summary>
internal static class Cards
{
    public static ResidenceCardRecord? Valid(this ResidenceRecord record) =>
        record.Cards.LastOrDefault(card => card.State is CardState.Valid);

    public static NumberCardRecord? Valid(this NumberRecord record) =>
        record.Cards.LastOrDefault(card => card.State is CardState.Valid);

    public static ResidenceCardRecord? Ordered(this ResidenceRecord record) =>
        record.Cards.LastOrDefault(card => card.State is CardState.Ordered);

    public static NumberCardRecord? Ordered(this NumberRecord record) =>
        record.Cards.LastOrDefault(card => card.State is CardState.Ordered);

    public static bool IsOnItsWay(this Facts facts) =>
        facts.Residence.Ordered() is not null || facts.Number.Ordered() is not null;

    /// <summary>How the person holds their documents now; null when one register has no valid card.</summary>
    public static Route? Holding(this Facts facts) => Holding(facts.Residence, facts.Number);

    public static Route? Holding(ResidenceRecord residence, NumberRecord number) =>
        (residence.Valid()?.Kind, number.Valid()?.Kind) switch
        {
            (CardKind.Merged, CardKind.Merged) => Route.Merged,
            (CardKind.Separate, CardKind.Separate) => Route.Separate,
            _ => null,
        };

    /// <summary>A card of that route that could be lost: one that is in the hand.</summary>
    public static bool HasAny(ResidenceRecord? residence, NumberRecord? number, Route route)
    {
        var kind = route is Route.Merged ? CardKind.Merged : CardKind.Separate;
        return (residence?.Cards.Any(card => card is { State: CardState.Valid } && card.Kind == kind) ?? false)
            || (number?.Cards.Any(card => card is { State: CardState.Valid } && card.Kind == kind) ?? false);
    }

    public static ResidenceRecord Add(this ResidenceRecord record, ResidenceCardRecord card) =>
        record with { Cards = record.Cards.Add(card) };

    public static NumberRecord Add(this NumberRecord record, NumberCardRecord card) =>
        record with { Cards = record.Cards.Add(card) };

    public static ResidenceRecord Change(this ResidenceRecord record,
        Func<ResidenceCardRecord, ResidenceCardRecord> change) =>
        record with { Cards = [.. record.Cards.Select(change)] };

    public static NumberRecord Change(this NumberRecord record, Func<NumberCardRecord, NumberCardRecord> change) =>
        record with { Cards = [.. record.Cards.Select(change)] };
}
