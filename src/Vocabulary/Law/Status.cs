using System.Collections.Immutable;

namespace Musubi.Vocabulary;

/// <summary>One status of residence.</summary>
/// <param name="Code">Its key.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Table">Where the law lists it.</param>
/// <param name="Periods">The periods that may be granted, longest first; empty where each case is set by
/// itself.</param>
/// <param name="LongestSetPeriod">The longest period that may be set for one case by itself, if that is
/// possible.</param>
/// <param name="Duration">How long it lasts in words, where no length can be given.</param>
/// <param name="Work">The work answer without any further permission.</param>
/// <param name="ChipWorkCode">The residence card's work code (tag CC).</param>
/// <param name="ChipCode">The residence card's status code (tag C9).</param>
/// <param name="CardType">The chip's card type of the separate card, or null where none is issued.</param>
/// <param name="InForceFrom">The first day it exists, if it is new.</param>
public sealed record Status(
    StatusCode Code,
    LocalText Name,
    string Table,
    ImmutableArray<PeriodOfStay> Periods,
    PeriodOfStay? LongestSetPeriod,
    LocalText? Duration,
    WorkAnswer Work,
    string ChipWorkCode,
    string ChipCode,
    string? CardType,
    DateOnly? InForceFrom)
{
    public bool Permits(PeriodOfStay period) =>
        Periods.Contains(period)
        || (LongestSetPeriod is { } longest && !period.IsIndefinite && period.CompareTo(longest) <= 0);

    internal static Status Read(DataNode node)
    {
        var status = new Status(node.Id<StatusCode>("code"), node.Local("name"), node.String("table", 16),
            node.Ids<PeriodOfStay>("periods"), node.OptionalId<PeriodOfStay>("longestSetPeriod"),
            node.OptionalLocal("duration"),
            node.Enum<WorkAnswer>("work"), node.String("chipWorkCode", 1), node.String("chipCode", 10),
            node.Has("cardType") ? node.String("cardType", 2) : null, node.OptionalDate("inForceFrom"));
        if (status.Periods.IsEmpty && status.LongestSetPeriod is null && status.Duration is null)
            node.Problem("the status has no period", "\"periods\", \"longestSetPeriod\" or \"duration\"");
        return status;
    }
}

/// <summary>A permission to do more than the status allows, and the work answer it gives.</summary>
public sealed record Permit(string Code, LocalText Name, WorkAnswer Work, ImmutableArray<StatusCode> Statuses)
{
    internal static Permit Read(DataNode node) =>
        new(node.String("code", 32), node.Local("name"), node.Enum<WorkAnswer>("work"),
            node.Ids<StatusCode>("statuses"));
}

/// <summary>The decision by which a stay was granted, as the residence card names it (tag CA).</summary>
public sealed record PermissionType(string Code, LocalText Name, string ChipCode)
{
    internal static PermissionType Read(DataNode node) =>
        new(node.String("code", 32), node.Local("name"), node.String("chipCode", 2));
}
