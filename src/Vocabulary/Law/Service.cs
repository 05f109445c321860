using System.Collections.Immutable;
using System.Globalization;

namespace Musubi.Vocabulary;

/// <summary>What an act costs from one day on.</summary>
/// <param name="From">The first day.</param>
/// <param name="Amount">Whole units of the currency; null where no amount is published.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="NotPublished">Why there is no amount; null where there is one.</param>
public sealed record Fee(DateOnly From, int? Amount, string Currency, LocalText? NotPublished)
{
    private const int MostExpensive = 10_000_000;

    /// <summary>The amount in words, or the sentence why there is none: never a guessed number.</summary>
    public string In(Language language) => Amount is { } amount
        ? string.Create(CultureInfo.InvariantCulture, $"{amount:N0} {Currency}")
        : NotPublished!.In(language);

    public bool SameAs(Fee other) => From == other.From && Amount == other.Amount;

    internal static Fee Read(DataNode node, string currency)
    {
        var fee = new Fee(node.Date("from"), node.Has("amount") ? node.Number("amount", 0, MostExpensive) : null,
            currency, node.OptionalLocal("notPublished"));
        if (fee.Amount is null == fee.NotPublished is null)
            node.Problem("the fee is unclear", "either \"amount\" or \"notPublished\" with a sentence");
        return fee;
    }
}

/// <summary>One route of a service and its fees, earliest first.</summary>
public sealed record ServiceRoute(Route Route, ImmutableArray<Fee> Fees)
{
    internal static ServiceRoute Read(DataNode node, string currency)
    {
        var route = new ServiceRoute(node.Enum<Route>("route"),
            [.. node.List("fees").Select(fee => Fee.Read(fee, currency))]);
        if (route.Fees.IsEmpty || route.Fees.Zip(route.Fees.Skip(1)).Any(pair => pair.First.From >= pair.Second.From))
            node.Problem("\"fees\" are not in order", "at least one fee, each from a later day than the one before");
        return route;
    }
}

/// <summary>An act as it is offered. Its steps are not here: the act itself yields them.</summary>
/// <param name="Act">The act.</param>
/// <param name="Name">What the resident calls it.</param>
/// <param name="Routes">The routes it is offered on; none comes first.</param>
/// <param name="Opposite">For an act that leads from one route to the other: the act that leads back.</param>
public sealed record Service(ActKind Act, LocalText Name, ImmutableArray<ServiceRoute> Routes, ActKind? Opposite)
{
    public ServiceRoute? On(Route route) => Routes.FirstOrDefault(offered => offered.Route == route);

    internal static Service Read(DataNode node, string currency)
    {
        var service = new Service(node.Id<ActKind>("act"), node.Local("name"),
            [.. node.List("routes").Select(route => ServiceRoute.Read(route, currency))],
            node.OptionalId<ActKind>("opposite"));
        if (service.Routes.DistinctBy(route => route.Route).Count() != service.Routes.Length)
            node.Problem("a route stands here twice", "each route once");
        if (service.Opposite is null && !service.IsEqualOnBothRoutes)
            node.Problem("the routes are not equal",
                "both routes with the same fees on the same days, or an \"opposite\" act");
        return service;
    }

    private bool IsEqualOnBothRoutes =>
        On(Route.Merged) is { } merged && On(Route.Separate) is { } separate && SameFees(merged, separate);

    internal static bool SameFees(ServiceRoute one, ServiceRoute other) =>
        one.Fees.Length == other.Fees.Length && one.Fees.Zip(other.Fees).All(pair => pair.First.SameAs(pair.Second));
}
