using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>Conditions that several acts share. Each gives the reason why not, or null.</summary>
internal static class Conditions
{
    /// <summary>For every act that changes both registers on the strength of two records being one person's.</summary>
    public static RefusalCode? OnePerson(Facts facts)
    {
        if (facts.IsContested) return RefusalCode.LinkContested;
        if (facts.NumberSideLink is { IsLive: true } other && other.Residence != facts.Residence.Id)
            return RefusalCode.NumberTiedToAnother;
        return facts.Same switch
        {
            SamePerson.NotShown => RefusalCode.ReviewPending,
            SamePerson.AttributesAgree or SamePerson.Reviewed => null,
            SamePerson.Linked => facts.IsLinked ? null : RefusalCode.NoLink,
        };
    }

    /// <summary>The route is the way in which the person holds their documents, and nothing else is on its
    /// way.</summary>
    public static RefusalCode? OnRoute(Facts facts, Route route)
    {
        if (facts.IsOnItsWay()) return RefusalCode.CardNotHandedOver;
        return facts.Holding() == route ? null : RefusalCode.RouteNotOffered;
    }

    /// <summary>The shown cards are the ones the registers hold valid.</summary>
    public static RefusalCode? Shown(Facts facts, ShownCards shown, DateOnly today)
    {
        var residence = facts.Residence.Cards.FirstOrDefault(card => card.Number == shown.Residence);
        var number = facts.Number.Cards.FirstOrDefault(card => card.Serial == shown.Number);
        if (residence is null || number is null) return RefusalCode.CardUnknown;
        DateOnly End(DateOnly expires) => CardValidity.CardEnd(facts.Law, facts.Residence, expires);
        return CardValidity.WhyNot(residence.State, End(residence.ExpiresOn), today)
            ?? CardValidity.WhyNot(number.State, End(number.ExpiresOn), today);
    }
}

/// <summary>The cards that lay on the reader and were proved: on the merged route both are one plastic.</summary>
public sealed record ShownCards(ResidenceCardNumber Residence, CardSerial Number);
