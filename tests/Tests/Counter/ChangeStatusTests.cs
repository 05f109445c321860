using Musubi.Counter;
using Musubi.Registers;
using Musubi.Vocabulary;
using static Musubi.Tests.Counter.Deciding;

namespace Musubi.Tests.Counter;

public sealed class ChangeStatusTests
{
    private static readonly StatusCode Spouse = StatusCode.Parse("spouse-of-japanese");

    [Fact]
    public void A_change_of_status_is_written_on_the_merged_card_and_ends_the_permit_of_the_old_one()
    {
        var holding = Holding(Route.Merged);
        var facts = holding with { Residence = holding.Residence with { Permit = "comprehensive" } };
        var decided = Decided(ChangeStatus.Decide(
            new(Persons.Act(), Route.Merged, Persons.Shown(facts), Spouse, ThreeYears), facts, Persons.Today));
        Assert.Equal(Spouse, decided.Residence!.Status);
        Assert.Null(decided.Residence.Permit);
        Assert.Empty(decided.Work.Orders);
        Assert.Equal([19, 20, 21], Musubi.Access.EntryRights.Groups(Persons.Law.Card, decided.Work.Rewrite!.Fields));
    }

    [Fact]
    public void On_separate_cards_a_change_of_status_orders_the_residence_card_in_the_same_act()
    {
        var facts = Persons.Facts();
        var decided = Decided(ChangeStatus.Decide(
            new(Persons.Act(), Route.Separate, Persons.Shown(facts), Spouse, ThreeYears), facts, Persons.Today));
        Assert.Equal(Spouse, decided.Residence!.Status);
        Assert.Equal(CardProduct.Residence, Assert.Single(decided.Work.Orders).Product);
    }
}
