using Musubi.Counter;
using Musubi.Registers;
using Musubi.Vocabulary;
using static Musubi.Tests.Counter.Deciding;

namespace Musubi.Tests.Counter;

public sealed class UnmergeTests
{
    [Fact]
    public void Untying_keeps_link_and_merged_card_until_the_separate_cards_are_in_the_hand()
    {
        var facts = Holding(Route.Merged);
        var decided = Decided(Unmerge.Decide(new(Persons.Act(), Persons.Shown(facts)), facts, Persons.Today));
        Assert.Null(decided.Link);
        Assert.Equal([CardProduct.Residence, CardProduct.Number], decided.Work.Orders.Select(order => order.Product));
        var after = After(facts, decided);
        var handed = Decided(HandOver.Decide(HandOverOf(after), after, Persons.Today));
        Assert.Equal(LinkState.Untied, handed.Link!.State);
        Assert.Equal(CardKind.Separate, handed.Residence!.Cards.Single(card => card.State is CardState.Valid).Kind);
    }

    [Fact]
    public void Untying_before_hand_over_withdraws_the_order()
    {
        var facts = After(Persons.Facts(), Decided(Merged())) with { Same = SamePerson.Linked };
        var decided = Decided(Unmerge.Decide(new(Persons.Act(), null), facts, Persons.Today));
        Assert.Equal([CardState.Valid, CardState.Replaced], decided.Residence!.Cards.Select(card => card.State));
        Assert.Equal(LinkState.Untied, decided.Link!.State);
        Assert.Empty(decided.Work.Orders);
    }

    [Fact]
    public void Untying_works_without_the_merged_card_when_it_is_lost_and_then_ends_the_link_at_once()
    {
        var facts = Holding(Route.Merged);
        var lost = After(facts, Decided(ReportLoss.Decide(
            new(Persons.Act(), LostCard.Merged), facts.Residence, facts.Number, Persons.Today)));
        var decided = Decided(Unmerge.Decide(new(Persons.Act(), null), lost, Persons.Today));
        Assert.Equal(LinkState.Untied, decided.Link!.State);
        Assert.Equal(2, decided.Work.Orders.Length);
    }
}
