using Musubi.Counter;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Tests.Counter;

public sealed class DecisionTests
{
    private static readonly PeriodOfStay ThreeYears = PeriodOfStay.Parse("P3Y");

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
    public void A_lost_card_is_stopped_at_once_in_both_registers_and_its_certificates_with_it()
    {
        var facts = Holding(Route.Merged);
        var decided = Decided(ReportLoss.Decide(
            new(Persons.Act(), LostCard.Merged), facts.Residence, facts.Number, Persons.Today));
        Assert.Equal(CardState.Lost, decided.Residence!.Cards[^1].State);
        Assert.Equal(CardState.Lost, decided.Number!.Cards[^1].State);
        Assert.Equal(Persons.Today, decided.Number.Cards[^1].CertificatesUntil);
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

    [Fact]
    public void A_move_gives_a_new_signing_certificate_and_keeps_the_authentication_certificate()
    {
        var facts = Persons.Facts();
        var decided = Decided(Move.Decide(
            new(Persons.Act(), Route.Separate, Persons.Shown(facts), Persons.NewHome), facts, Persons.Today));
        var (before, after) = (facts.Number.Cards[0], decided.Number!.Cards[0]);
        Assert.Equal(Persons.NewHome, decided.Residence!.Address);
        Assert.Equal(Persons.NewHome, decided.Number.Address);
        Assert.Equal(before.AuthenticationCertificateSerial, after.AuthenticationCertificateSerial);
        Assert.NotEqual(before.SignatureCertificateSerial, after.SignatureCertificateSerial, StringComparer.Ordinal);
        Assert.True(decided.Work.Rewrite!.Attributes);
    }

    [Fact]
    public void Moving_to_where_one_lives_changes_nothing()
    {
        var facts = Persons.Facts();
        Assert.Equal(RefusalCode.NothingToChange, Refused(Move.Decide(
            new(Persons.Act(), Route.Separate, Persons.Shown(facts), Persons.Home), facts, Persons.Today)));
    }

    [Fact]
    public void Nothing_brings_a_stopped_card_back()
    {
        var facts = Persons.Facts();
        var lost = After(facts, Decided(ReportLoss.Decide(
            new(Persons.Act(), LostCard.Residence), facts.Residence, facts.Number, Persons.Today)));
        var shown = new ShownCards(Persons.Card(1), Persons.Serial(1));
        Assert.Equal(RefusalCode.RouteNotOffered,
            Refused(Renew.Decide(new(Persons.Act(), Route.Separate, shown, ThreeYears), lost, Persons.Today)));
        Assert.Equal(RefusalCode.NothingToChange, Refused(ReportLoss.Decide(
            new(Persons.Act(), LostCard.Residence), lost.Residence, lost.Number, Persons.Today)));
    }

    private static RefusalCode? RenewOn(ResidenceRecord record, DateOnly day)
    {
        var facts = Persons.Facts(record, Persons.Number(1));
        var shown = new ShownCards(Persons.Card(1), Persons.Serial(1));
        return Renew.Decide(new(Persons.Act(), Route.Separate, shown, ThreeYears), facts, day) is Decision.Refused no
            ? no.Why.Code
            : null;
    }

    private static Decision Merged()
    {
        var facts = Persons.Facts();
        return Merge.Decide(Request(facts), facts, Persons.Today);
    }

    private static MergeRequest Request(Facts facts) => new(Persons.Act(), Persons.Shown(facts));

    private static HandOverRequest HandOverOf(Facts facts) => new(Persons.Act(), Persons.Act(),
        facts.Residence.Cards.LastOrDefault(card => card.State is CardState.Ordered)?.Number,
        facts.Number.Cards.LastOrDefault(card => card.State is CardState.Ordered)?.Serial);

    /// <summary>Somebody who holds a merged card: the two acts that lead there, applied.</summary>
    private static Facts Holding(Route route)
    {
        if (route is Route.Separate) return Persons.Facts();
        var ordered = After(Persons.Facts(), Decided(Merged()));
        return After(ordered, Decided(HandOver.Decide(HandOverOf(ordered), ordered, Persons.Today)))
            with { Same = SamePerson.Linked, Fresh = Persons.Facts(fresh: 901).Fresh };
    }

    private static Facts After(Facts facts, Decision.Decided decided)
    {
        var link = decided.Link ?? facts.Link;
        return facts with
        {
            Residence = decided.Residence ?? facts.Residence,
            Number = decided.Number ?? facts.Number,
            Link = link,
            NumberSideLink = link is { IsLive: true } ? link : null,
        };
    }

    private static Decision.Decided Decided(Decision decision) => Assert.IsType<Decision.Decided>(decision);

    private static RefusalCode Refused(Decision decision) => Assert.IsType<Decision.Refused>(decision).Why.Code;
}
