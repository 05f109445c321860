using Musubi.Counter;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Tests.Counter;

/// <summary>Decisions that tests of several acts begin with.</summary>
internal static class Deciding
{
    public static readonly PeriodOfStay ThreeYears = PeriodOfStay.Parse("P3Y");

    public static Decision Merged()
    {
        var facts = Persons.Facts();
        return Merge.Decide(Request(facts), facts, Persons.Today);
    }

    public static MergeRequest Request(Facts facts) => new(Persons.Act(), Persons.Shown(facts));

    public static HandOverRequest HandOverOf(Facts facts) => new(Persons.Act(), Persons.Act(),
        facts.Residence.Cards.LastOrDefault(card => card.State is CardState.Ordered)?.Number,
        facts.Number.Cards.LastOrDefault(card => card.State is CardState.Ordered)?.Serial);

    /// <summary>Somebody who holds a merged card: the two acts that lead there, applied.</summary>
    public static Facts Holding(Route route)
    {
        if (route is Route.Separate) return Persons.Facts();
        var ordered = After(Persons.Facts(), Decided(Merged()));
        return After(ordered, Decided(HandOver.Decide(HandOverOf(ordered), ordered, Persons.Today)))
            with
        { Same = SamePerson.Linked, Fresh = Persons.Facts(fresh: 901).Fresh };
    }

    public static Facts After(Facts facts, Decision.Decided decided)
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

    public static Decision.Decided Decided(Decision decision) => Assert.IsType<Decision.Decided>(decision);

    public static RefusalCode Refused(Decision decision) => Assert.IsType<Decision.Refused>(decision).Why.Code;
}
