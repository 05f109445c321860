using Musubi.Counter;
using Musubi.Registers;
using Musubi.Vocabulary;
using static Musubi.Tests.Counter.Deciding;

namespace Musubi.Tests.Counter;

public sealed class HandOverTests
{
    [Fact]
    public void A_card_is_valid_only_when_it_is_in_the_hand_and_the_old_ones_end_with_it()
    {
        var merged = Merged();
        var facts = After(Persons.Facts(), Decided(merged));
        var decided = Decided(HandOver.Decide(HandOverOf(facts), facts, Persons.Today));
        Assert.Equal([CardState.Replaced, CardState.Valid], decided.Residence!.Cards.Select(card => card.State));
        Assert.Equal([CardState.Replaced, CardState.Valid], decided.Number!.Cards.Select(card => card.State));
        Assert.Equal(decided.Residence.Cards[^1].Number, decided.Number.ResidenceCard);
        Assert.Null(decided.Link);
    }
}
