using CsCheck;
using Musubi.Counter;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Tests.Counter;

/// <summary>Random walks over the acts, compared after every step with the rules of docs/lifecycle/card.md.</summary>
public sealed class LifecycleTests
{
    private enum Move { Merge, Unmerge, HandOver, Renew, Relocate, LoseMerged, LoseResidence, LoseNumber }

    [Fact]
    public void The_lifecycle_of_cards_follows_the_model() =>
        Gen.Enum<Move>().Array[1, 40].Sample(moves =>
        {
            var walk = new Walk();
            foreach (var move in moves) walk.Take(move);
        });

    /// <summary>One resident, and a model that knows only three things: what they hold, what is ordered, what is
    /// lost.</summary>
    private sealed class Walk
    {
        private Facts facts = Persons.Facts();
        private Route? holding = Route.Separate;
        private Route? ordered;
        private bool renewing;
        private bool isLinked;
        private int drawn = 1000;

        public void Take(Move move)
        {
            facts = facts with
            {
                Fresh = Persons.Facts(fresh: ++drawn).Fresh,
                Same = isLinked ? SamePerson.Linked : SamePerson.AttributesAgree,
            };
            var before = facts;
            var expected = IsPossible(move);
            var decision = Decide(move);
            Assert.True(expected == decision is Decision.Decided,
                $"{move}: the model says {expected}, the act says {decision}.");
            if (decision is Decision.Decided decided) Apply(move, decided);
            Check(before, move);
        }

        private bool IsPossible(Move move) => move switch
        {
            Move.Merge => !isLinked && holding is Route.Separate && ordered is null,
            Move.Unmerge => isLinked && (ordered is Route.Merged || ordered is null),
            Move.HandOver => ordered is not null,
            Move.Renew => holding is not null && ordered is null,
            Move.Relocate => holding is not null && ordered is null,
            Move.LoseMerged => Has(CardKind.Merged),
            Move.LoseResidence =>
                facts.Residence.Cards.Any(card => InTheHand(card.Kind, card.State, CardKind.Separate)),
            Move.LoseNumber => facts.Number.Cards.Any(card => InTheHand(card.Kind, card.State, CardKind.Separate)),
        };

        private Decision Decide(Move move) => move switch
        {
            Move.Merge => Merge.Decide(new(Persons.Act(), Shown()), facts, Persons.Today),
            Move.Unmerge =>
                Unmerge.Decide(new(Persons.Act(), holding is Route.Merged ? Shown() : null), facts, Persons.Today),
            Move.HandOver => HandOver.Decide(new(Persons.Act(), Persons.Act(),
                facts.Residence.Cards.LastOrDefault(card => card.State is CardState.Ordered)?.Number,
                facts.Number.Cards.LastOrDefault(card => card.State is CardState.Ordered)?.Serial), facts,
                    Persons.Today),
            Move.Renew => Renew.Decide(
                new(Persons.Act(), holding ?? Route.Separate, Shown(), PeriodOfStay.Parse("P1Y")), facts,
                    Persons.Today),
            Move.Relocate => Musubi.Counter.Move.Decide(new(Persons.Act(), holding ?? Route.Separate, Shown(),
                new Address(Persons.Home.Municipality, $"町{drawn}")), facts, Persons.Today),
            Move.LoseMerged => Lose(LostCard.Merged),
            Move.LoseResidence => Lose(LostCard.Residence),
            Move.LoseNumber => Lose(LostCard.Number),
        };

        private void Apply(Move move, Decision.Decided decided)
        {
            var link = decided.Link ?? facts.Link;
            facts = facts with
            {
                Residence = decided.Residence ?? facts.Residence,
                Number = decided.Number ?? facts.Number,
                Link = link,
                NumberSideLink = link is { IsLive: true } ? link : null,
            };
            switch (move)
            {
                case Move.Merge: (ordered, isLinked) = (Route.Merged, true); break;
                case Move.Unmerge when ordered is Route.Merged: (ordered, isLinked) = (null, false); break;
                case Move.Unmerge: (ordered, isLinked) = (Route.Separate, isLinked && holding is Route.Merged); break;
                case Move.HandOver:
                    if (!renewing) isLinked = ordered is Route.Merged;
                    (ordered, renewing) = (null, false);
                    holding = Held();
                    break;
                case Move.Renew when holding is Route.Separate: (ordered, renewing) = (Route.Separate, true); break;
                case Move.LoseMerged or Move.LoseResidence or Move.LoseNumber:
                    holding = Held();
                    if (!AnyOrdered()) (ordered, renewing) = (null, false);
                    break;
            }
        }

        private void Check(Facts before, Move move)
        {
            var (residence, number) = (facts.Residence.Cards, facts.Number.Cards);
            // 1. Whoever had a valid card has one, unless they reported it lost.
            var isLoss = move is Move.LoseMerged or Move.LoseResidence or Move.LoseNumber;
            if (!isLoss && before.Residence.Cards.Any(card => card.State is CardState.Valid))
                Assert.Contains(residence, card => card.State is CardState.Valid);
            if (!isLoss && before.Number.Cards.Any(card => card.State is CardState.Valid))
                Assert.Contains(number, card => card.State is CardState.Valid);
            // 2. At most one valid and one ordered card in each register.
            Assert.InRange(residence.Count(card => card.State is CardState.Valid), 0, 1);
            Assert.InRange(residence.Count(card => card.State is CardState.Ordered), 0, 1);
            Assert.InRange(number.Count(card => card.State is CardState.Valid), 0, 1);
            Assert.InRange(number.Count(card => card.State is CardState.Ordered), 0, 1);
            // 3. A merged card is one plastic: the same state on both sides.
            foreach (var card in residence.Where(card => card.Kind is CardKind.Merged))
                Assert.Equal(card.State, number.Single(other => other.Serial == card.Serial).State);
            // 4. A valid merged card has a link.
            if (residence.Any(card => card is { Kind: CardKind.Merged, State: CardState.Valid }))
                Assert.Equal(LinkState.Linked, facts.Link?.State);
            // Nothing brings a stopped card back.
            foreach (var (was, now) in before.Residence.Cards.Zip(residence))
                if (was.State is CardState.Lost or CardState.Replaced or CardState.Returned) Assert.Equal(was.State,
                    now.State);
        }

        private Decision Lose(LostCard card) =>
            ReportLoss.Decide(new(Persons.Act(), card), facts.Residence, facts.Number, Persons.Today);

        private ShownCards Shown() => new(
            facts.Residence.Cards.LastOrDefault(card => card.State is CardState.Valid)?.Number ?? Persons.Card(1),
            facts.Number.Cards.LastOrDefault(card => card.State is CardState.Valid)?.Serial ?? Persons.Serial(1));

        private Route? Held()
        {
            var residence = facts.Residence.Cards.LastOrDefault(card => card.State is CardState.Valid)?.Kind;
            var number = facts.Number.Cards.LastOrDefault(card => card.State is CardState.Valid)?.Kind;
            return residence is null || residence != number ? null : residence is CardKind.Merged ? Route.Merged
                : Route.Separate;
        }

        private bool AnyOrdered() => facts.Residence.Cards.Any(card => card.State is CardState.Ordered)
            || facts.Number.Cards.Any(card => card.State is CardState.Ordered);

        private bool Has(CardKind kind) => facts.Residence.Cards.Any(card => InTheHand(card.Kind, card.State, kind));

        private static bool InTheHand(CardKind kind, CardState state, CardKind wanted) =>
            kind == wanted && state is CardState.Valid;
    }
}
