using System.Collections.Immutable;
using Musubi.Linkage;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>Two records at the desk: of one person, or of two whose cards lie side by side.</summary>
internal sealed record Pair(
    Versioned<ResidenceRecord>? Residence, Versioned<NumberRecord>? Number, Versioned<LinkRecord>? Link,
    LinkRecord? NumberSideLink)
{
    public LinkVerdict? Verdict => Residence?.Record is { } one && Number?.Record is { } other
        ? SamePersonQuestion.Ask(
            new FourAttributes(one.Name, one.BirthDate, one.Sex, one.Address),
            new FourAttributes(other.Name, other.BirthDate, other.Sex, other.Address))
        : null;
}

/// <summary>Finds people in both registers and says what the desk can do for them.</summary>
internal sealed class People(Stores stores, JoinedView view, Jurisdiction law, TimeProvider time)
{
    public DateOnly Today => law.DayOf(time.GetUtcNow());

    /// <summary>The two records by their own keys; either may be absent.</summary>
    public async Task<Pair> Of(PersonId? residence, PersonId? number)
    {
        var one = residence is { } r ? await view.ByResidence(r) : null;
        var other = number is { } n ? await view.ByNumber(n) : null;
        var sides = new Pair(one?.Residence, other?.Number, one?.Link, other?.Link?.Record is { IsLive: true } link
            ? link
            : null);
        // With one side known the other is whom the link, or the number register's own note, points at.
        if (number is null && one?.Number is { } tied)
            sides = sides with { Number = tied, NumberSideLink = Live(one.Link) };
        if (residence is null && other?.Residence is { } owner)
            sides = sides with { Residence = owner, Link = other.Link };
        return sides;
    }

    public static Pair Of(JoinedPerson? person) =>
        new(person?.Residence, person?.Number, person?.Link, Live(person?.Link));

    public Task<JoinedPerson?> ByResidenceCard(ResidenceCardNumber number) => view.ByResidenceCard(number);

    public Task<JoinedPerson?> ByMyNumber(MyNumber number) => view.ByMyNumber(number);

    /// <summary>Everybody in either register who writes the name so and was born then; a person found in both
    /// once.</summary>
    public async Task<ImmutableArray<Pair>> ByName(string name, PartialDate birthDate)
    {
        var query = Registers.Find.ByName(name, birthDate);
        var found = ImmutableArray.CreateBuilder<Pair>();
        var numbers = new HashSet<PersonId>();
        foreach (var residence in await stores.Residence.Find(query))
        {
            var pair = await Of(residence, null);
            if (pair.Number is { } number) numbers.Add(number.Record.Id);
            found.Add(pair);
        }
        foreach (var number in await stores.Number.Find(query))
            if (numbers.Add(number)) found.Add(await Of(null, number));
        return found.ToImmutable();
    }

    public PersonView View(Pair pair)
    {
        if (pair.Residence is null && pair.Number is null) return PersonView.Nobody;
        var (residence, number, link) = (pair.Residence?.Record, pair.Number?.Record, pair.Link?.Record);
        return new PersonView(residence, number, link, pair.Verdict?.Differing,
            residence is null || number is null ? null : Cards.Holding(residence, number),
            residence is null ? null : CardValidity.LawfulUntil(law, residence),
            [.. Possible(residence, number, link ?? pair.NumberSideLink)]);
    }

    private IEnumerable<PossibleAct> Possible(ResidenceRecord? residence, NumberRecord? number, LinkRecord? link)
    {
        foreach (var kind in Desk.Kinds.Where(law.Services.ContainsKey))
            foreach (var route in law.Services[kind].Routes)
                yield return new PossibleAct(kind, route.Route, law.Services[kind].Name,
                    law.Fee(kind, route.Route, Today), Steps.Of(kind, route.Route),
                    WhyNot(kind, route.Route, residence, number, link) is { } code ? new Refusal(code) : null);
    }

    /// <summary>What is known before any card was shown. An unknown other side says nothing against.</summary>
    private RefusalCode? WhyNot(ActKind kind, Route route, ResidenceRecord? residence, NumberRecord? number,
        LinkRecord? link)
    {
        if (kind == ActKind.ReportLoss)
            return Cards.HasAny(residence, number, route) ? null
                : Cards.HasAny(residence, number, route is Route.Merged ? Route.Separate : Route.Merged)
                    ? RefusalCode.RouteNotOffered
                    : RefusalCode.NothingToChange;
        if (link is { State: LinkState.Contested }) return RefusalCode.LinkContested;
        var isLinked = link is { State: LinkState.Linked };
        if (kind == ActKind.Unmerge) return isLinked ? null : RefusalCode.NoLink;
        if (kind == ActKind.Merge && isLinked) return RefusalCode.LinkExists;
        if (residence?.Ordered() is not null || number?.Ordered() is not null) return RefusalCode.CardNotHandedOver;
        if (residence is not null && CardValidity.HasEnded(law, residence, Today) && kind != ActKind.Move)
            return RefusalCode.StayEnded;
        if (residence is null || number is null) return null;
        var needed = kind == ActKind.Merge ? Route.Separate : route;
        return Cards.Holding(residence, number) == needed ? null : RefusalCode.RouteNotOffered;
    }

    private static LinkRecord? Live(Versioned<LinkRecord>? link) => link?.Record is { IsLive: true } live ? live : null;
}
