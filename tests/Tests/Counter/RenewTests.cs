using Musubi.Counter;
using Musubi.Registers;
using Musubi.Vocabulary;
using static Musubi.Tests.Counter.Deciding;

namespace Musubi.Tests.Counter;

public sealed class RenewTests
{
    [Fact]
    public void Renewing_on_the_merged_card_orders_nothing_and_rewrites_the_protected_groups()
    {
        var facts = Holding(Route.Merged);
        var decided = Decided(Renew.Decide(
            new(Persons.Act(), Route.Merged, Persons.Shown(facts), ThreeYears), facts, Persons.Today));
        Assert.Empty(decided.Work.Orders);
        Assert.Null(decided.Number);
        Assert.Equal([19, 20, 21], Musubi.Access.EntryRights.Groups(Persons.Law.Card, decided.Work.Rewrite!.Fields));
        Assert.Equal(facts.Residence.Cards[^1].ExpiresOn, decided.Residence!.Cards[^1].ExpiresOn);
    }

    [Fact]
    public void Renewing_on_separate_cards_extends_the_My_Number_card_in_the_same_act()
    {
        var facts = Persons.Facts();
        var decided = Decided(Renew.Decide(
            new(Persons.Act(), Route.Separate, Persons.Shown(facts), ThreeYears), facts, Persons.Today));
        Assert.Equal(new DateOnly(2030, 1, 31), decided.Residence!.Cards[^1].ExpiresOn);
        Assert.Equal(new DateOnly(2030, 1, 31), Assert.Single(decided.Number!.Cards).ExpiresOn);
        Assert.Equal(CardProduct.Residence, Assert.Single(decided.Work.Orders).Product);
        Assert.NotNull(decided.Work.Rewrite);
    }

    [Fact]
    public void A_period_that_the_status_does_not_know_is_not_granted()
    {
        var facts = Persons.Facts();
        Assert.Equal(RefusalCode.PeriodNotPermitted, Refused(Renew.Decide(
            new(Persons.Act(), Route.Separate, Persons.Shown(facts), PeriodOfStay.Parse("P99Y")), facts,
                Persons.Today)));
    }

    [Fact]
    public void A_stay_that_has_ended_is_not_extended_unless_an_application_was_filed_in_time()
    {
        var late = new DateOnly(2027, 3, 1);
        var ended = Persons.Residence(1);
        var pending = ended with { Pending = new PendingApplication(ActKind.Renew, new DateOnly(2027, 1, 20)) };
        var tooLate = ended with { Pending = new PendingApplication(ActKind.Renew, new DateOnly(2027, 2, 1)) };
        Assert.Equal(RefusalCode.CardExpired, RenewOn(ended, late));
        Assert.Null(RenewOn(pending, late));
        Assert.Equal(RefusalCode.CardExpired, RenewOn(tooLate, late));
        // The special period is two months past the end of stay and no day longer.
        Assert.Null(RenewOn(pending, new DateOnly(2027, 3, 31)));
        Assert.Equal(RefusalCode.CardExpired, RenewOn(pending, new DateOnly(2027, 4, 1)));
    }

    private static RefusalCode? RenewOn(ResidenceRecord record, DateOnly day)
    {
        var facts = Persons.Facts(record, Persons.Number(1));
        var shown = new ShownCards(Persons.Card(1), Persons.Serial(1));
        return Renew.Decide(new(Persons.Act(), Route.Separate, shown, ThreeYears), facts, day) is Decision.Refused no
            ? no.Why.Code
            : null;
    }
}
