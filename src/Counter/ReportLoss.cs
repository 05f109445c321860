using System.Collections.Immutable;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>Which card is gone. The merged card is one piece of plastic.</summary>
public enum LostCard { Merged, Residence, Number }

public sealed record ReportLossRequest(ActId Act, LostCard Card);

/// <summary>A lost card is stopped at once, in every register that it belongs to. Nothing is asked for: no consent, no
/// document, no fee. What is ordered instead is another act.</summary>
public static class ReportLoss
{
    public static ImmutableArray<Step> Steps(Route route) =>
        Counter.Steps.Take(StepId.Choose, StepId.Check, StepId.Commit);

    /// <param name="residence">Null where only the number side of the person is known, and the reverse.</param>
    public static Decision Decide(ReportLossRequest request, ResidenceRecord? residence, NumberRecord? number,
        DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(request);
        var kind = request.Card is LostCard.Merged ? CardKind.Merged : CardKind.Separate;
        var stopped = request.Card is LostCard.Number ? null : Stop(residence, kind);
        var stoppedNumber = request.Card is LostCard.Residence ? null : Stop(number, kind, today);
        var isWhole = request.Card switch
        {
            LostCard.Merged => stopped is not null && stoppedNumber is not null,
            LostCard.Residence => stopped is not null,
            LostCard.Number => stoppedNumber is not null,
        };
        return isWhole
            ? new Decision.Decided(stopped, stoppedNumber, null, CardWork.None)
            : Decision.No(RefusalCode.NothingToChange);
    }

    private static ResidenceRecord? Stop(ResidenceRecord? record, CardKind kind) =>
        record is not null && record.Cards.Any(card => IsInTheHand(card.Kind, card.State, kind))
            ? record.Change(card => IsInTheHand(card.Kind, card.State, kind) ? card with { State = CardState.Lost }
                : card)
            : null;

    /// <summary>The certificates end with the card: a finder who knows the PIN signs nothing that counts.</summary>
    private static NumberRecord? Stop(NumberRecord? record, CardKind kind, DateOnly today) =>
        record is not null && record.Cards.Any(card => IsInTheHand(card.Kind, card.State, kind))
            ? record.Change(card => IsInTheHand(card.Kind, card.State, kind)
                ? card with { State = CardState.Lost, CertificatesUntil = Stay.Earlier(card.CertificatesUntil, today) }
                : card)
            : null;

    /// <summary>Only what is in the hand can be lost: a card on its way is held back at the desk, and its order
    /// stays.</summary>
    private static bool IsInTheHand(CardKind kind, CardState state, CardKind wanted) =>
        kind == wanted && state is CardState.Valid;
}
