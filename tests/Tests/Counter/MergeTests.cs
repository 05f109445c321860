using Musubi.Counter;
using Musubi.Registers;
using Musubi.Vocabulary;
using static Musubi.Tests.Counter.Deciding;

namespace Musubi.Tests.Counter;

public sealed class MergeTests
{
    [Fact]
    public void An_act_that_needs_plastic_orders_it_and_leaves_the_old_card_valid()
    {
        var decided = Decided(Merged());
        Assert.Equal([CardState.Valid, CardState.Ordered], decided.Residence!.Cards.Select(card => card.State));
        Assert.Equal([CardState.Valid, CardState.Ordered], decided.Number!.Cards.Select(card => card.State));
        Assert.Equal(CardProduct.Merged, Assert.Single(decided.Work.Orders).Product);
        Assert.Equal(LinkState.Linked, decided.Link!.State);
    }

    [Fact]
    public void The_merged_card_lives_to_the_tenth_birthday_and_not_to_the_end_of_stay()
    {
        var decided = Decided(Merged());
        // Born 15 April 1990, card of November 2026: the tenth birthday after issue is that of 2036.
        Assert.Equal(new DateOnly(2036, 4, 15), decided.Residence!.Cards[^1].ExpiresOn);
        Assert.Equal(new DateOnly(2031, 4, 15), decided.Number!.Cards[^1].CertificatesUntil);
    }

    [Fact]
    public void A_child_gets_a_merged_card_to_the_fifth_birthday()
    {
        var child = PartialDate.Of(2015, 3, 2);
        var facts = Persons.Facts(Persons.Residence(1) with { BirthDate = child },
            Persons.Number(1) with { BirthDate = child });
        Assert.Equal(new DateOnly(2031, 3, 2),
            Decided(Merge.Decide(Request(facts), facts, Persons.Today)).Residence!.Cards[^1].ExpiresOn);
    }

    [Fact]
    public void A_merge_may_carry_the_extension_that_brought_the_resident_here()
    {
        var facts = Persons.Facts();
        var grant = new StayGrant(ActKind.Renew, facts.Residence.Status, ThreeYears);
        var decided = Decided(Merge.Decide(Request(facts) with { Grant = grant }, facts, Persons.Today));
        Assert.Equal(new DateOnly(2030, 1, 31), decided.Residence!.StayUntil);
        Assert.Equal(Persons.Today, decided.Residence.PermissionDate);
    }

    [Theory]
    [InlineData(SamePerson.NotShown, RefusalCode.ReviewPending)]
    [InlineData(SamePerson.Linked, RefusalCode.NoLink)]
    public void Nothing_is_merged_without_evidence_that_it_is_one_person(SamePerson same, RefusalCode why)
    {
        var facts = Persons.Facts(same: same);
        Assert.Equal(why, Refused(Merge.Decide(Request(facts), facts, Persons.Today)));
    }

    [Fact]
    public void A_number_that_is_tied_to_another_person_is_not_tied_again()
    {
        var other = new LinkRecord(PersonId.Parse("R-2"), Persons.Number(1).Id, LinkState.Linked, Persons.Today);
        var facts = Persons.Facts() with { NumberSideLink = other };
        Assert.Equal(RefusalCode.NumberTiedToAnother, Refused(Merge.Decide(Request(facts), facts, Persons.Today)));
    }

    [Fact]
    public void A_contested_link_stops_every_act_that_rests_on_it()
    {
        var link = new LinkRecord(Persons.Residence(1).Id, Persons.Number(1).Id, LinkState.Contested, Persons.Today);
        var facts = Persons.Facts(link: link, same: SamePerson.Linked);
        var shown = Persons.Shown(facts);
        Assert.Equal(RefusalCode.LinkContested, Refused(Merge.Decide(Request(facts), facts, Persons.Today)));
        Assert.Equal(RefusalCode.LinkContested,
            Refused(Unmerge.Decide(new(Persons.Act(), shown), facts, Persons.Today)));
        Assert.Equal(RefusalCode.LinkContested,
            Refused(Renew.Decide(new(Persons.Act(), Route.Merged, shown, ThreeYears), facts, Persons.Today)));
        Assert.Equal(RefusalCode.LinkContested,
            Refused(Move.Decide(new(Persons.Act(), Route.Merged, shown, Persons.NewHome), facts, Persons.Today)));
    }
}
