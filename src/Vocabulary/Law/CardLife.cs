using System.Text.Json.Serialization;

namespace Musubi.Vocabulary;

[JsonConverter(typeof(JsonStringEnumConverter<LifeEnd>))]
public enum LifeEnd
{
    /// <summary>The holder's n-th birthday after issue.</summary>
    Birthday,

    /// <summary>A number of years after issue.</summary>
    Years,

    /// <summary>The end of the stay; a stay without end needs a further rule.</summary>
    Stay,
}

/// <summary>How long something lives.</summary>
/// <param name="Until">What ends it.</param>
/// <param name="Adult">Birthdays or years for an adult.</param>
/// <param name="Minor">Birthdays or years for a minor.</param>
/// <param name="WithoutEnd">The rule for a stay without end.</param>
public sealed record LifeRule(LifeEnd Until, int Adult, int Minor, LifeRule? WithoutEnd)
{
    private const int MostYears = 50;

    internal static LifeRule Read(DataNode node)
    {
        var until = node.Enum<LifeEnd>("until");
        if (until is LifeEnd.Stay) return new(until, 0, 0, ReadWithoutEnd(node.At("withoutEnd")));
        return new(until, node.Number("adult", 1, MostYears), node.Number("minor", 1, MostYears), null);
    }

    private static LifeRule ReadWithoutEnd(DataNode node)
    {
        var rule = node.Enum<LifeEnd>("until");
        if (rule is LifeEnd.Stay) node.Problem("a stay without end cannot end with the stay", "Birthday or Years");
        return new(rule, node.Number("adult", 1, MostYears), node.Number("minor", 1, MostYears), null);
    }
}

/// <summary>When cards and the certificates on them expire. Numbers and choices are the jurisdiction's.</summary>
public sealed record CardLife(int AdultAge, LifeRule Merged, LifeRule Separate, LifeRule Certificates)
{
    /// <summary>The last day of a card issued on <paramref name="issuedOn"/>.</summary>
    /// <param name="kind">Merged or separate.</param>
    /// <param name="issuedOn">The day of issue.</param>
    /// <param name="birth">A partial date counts from the first day it may be: the card never lives too long.</param>
    /// <param name="stayUntil">The last day of the stay; null without end.</param>
    public DateOnly CardExpiry(CardKind kind, DateOnly issuedOn, PartialDate birth, DateOnly? stayUntil) => kind switch
    {
        CardKind.Merged => End(Merged, issuedOn, birth, stayUntil),
        CardKind.Separate => End(Separate, issuedOn, birth, stayUntil),
    };

    /// <summary>The last day of the certificates on a card; never after the card's own.</summary>
    public DateOnly CertificateExpiry(DateOnly issuedOn, PartialDate birth, DateOnly? stayUntil, DateOnly cardExpiry)
    {
        var end = End(Certificates, issuedOn, birth, stayUntil);
        return end < cardExpiry ? end : cardExpiry;
    }

    internal static CardLife Read(DataNode node) => new(node.Number("adultAge", 1, 30),
        LifeRule.Read(node.At("merged")), LifeRule.Read(node.At("separate")), LifeRule.Read(node.At("certificates")));

    private DateOnly End(LifeRule rule, DateOnly issuedOn, PartialDate birth, DateOnly? stayUntil)
    {
        var years = issuedOn >= birth.Earliest.AddYears(AdultAge) ? rule.Adult : rule.Minor;
        return rule.Until switch
        {
            LifeEnd.Birthday => BirthdayAfter(issuedOn, birth.Earliest, years),
            LifeEnd.Years => issuedOn.AddYears(years),
            LifeEnd.Stay => stayUntil ?? End(rule.WithoutEnd!, issuedOn, birth, stayUntil),
        };
    }

    /// <summary>A birthday of 29 February falls on the 28th in common years.</summary>
    private static DateOnly BirthdayAfter(DateOnly issuedOn, DateOnly birth, int count)
    {
        var age = issuedOn.Year - birth.Year;
        var firstAge = birth.AddYears(age) > issuedOn ? age : age + 1;
        return birth.AddYears(firstAge + count - 1);
    }
}
