using Musubi.Counter;
using Musubi.Registers;
using Musubi.Vocabulary;
using static Musubi.Tests.Counter.Deciding;

namespace Musubi.Tests.Counter;

public sealed class ReportLossTests
{
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
}
