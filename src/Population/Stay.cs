using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Population;

/// <summary>One granted stay, in force on the day of the population, or past its end with an application filed in
/// time.</summary>
internal sealed record Stay(
    PeriodOfStay Period,
    DateOnly? Until,
    string PermissionType,
    DateOnly PermissionDate,
    DateOnly CardIssuedOn,
    PendingApplication? Pending)
{
    private const int LongestPastDays = 50, LongestResidenceDays = 15 * 365, IndefiniteCardDays = 4 * 365;
    private const double AppliesInLastMonths = 0.4;

    public bool BringsCard(Jurisdiction jurisdiction, StatusCode status) =>
        jurisdiction.IssuesResidenceCard(status, Period);

    public DateOnly CardExpiry(Jurisdiction jurisdiction, PartialDate birth) =>
        jurisdiction.CardLife.CardExpiry(CardKind.Separate, CardIssuedOn, birth, Until);

    public static Stay Draw(
        ref Draw draw, Jurisdiction jurisdiction, StatusCode code, DateOnly bornBy, DateOnly asOf,
        double pendingPastEnd)
    {
        var status = jurisdiction.Statuses[code];
        var period = DrawPeriod(ref draw, status, jurisdiction.NoCardUpTo);
        if (period.IsIndefinite) return Indefinite(ref draw, status, bornBy, asOf);

        var past = draw.Chance(pendingPastEnd);
        var length = period.EndFrom(asOf)!.Value.DayNumber - asOf.DayNumber;
        var ended = past ? draw.Between(1, LongestPastDays) : 0;
        var begun = past ? asOf.AddDays(-length - ended) : asOf.AddDays(-draw.Below(length - 1));
        // A child's stay begins after birth; beginning later it also ends later, so it is in force.
        var start = begun < bornBy ? Earlier(bornBy.AddDays(30), asOf) : begun;
        var until = period.EndFrom(start)!.Value;
        var pending = until < asOf || (until < asOf.AddMonths(2) && draw.Chance(AppliesInLastMonths))
            ? new PendingApplication(ActKind.Renew, Earlier(until.AddDays(-draw.Between(3, 45)), asOf))
            : null;
        var type = draw.Unit() switch { < 0.35 => "landing", < 0.85 => "extension", _ => "change" };
        return new(period, until, type, start, start, pending);
    }

    private static Stay Indefinite(ref Draw draw, Status status, DateOnly bornBy, DateOnly asOf)
    {
        var granted = Later(asOf.AddDays(-draw.Below(LongestResidenceDays)), bornBy);
        var issued = Later(asOf.AddDays(-draw.Below(IndefiniteCardDays)), granted);
        var type = status.CardType is "06" ? "special-permanent" : "permanent";
        return new(PeriodOfStay.Indefinite, null, type, granted, issued, null);
    }

    /// <summary>One of the listed periods that bring a card; where each case is set by itself, whole half
    /// years.</summary>
    private static PeriodOfStay DrawPeriod(ref Draw draw, Status status, PeriodOfStay noCardUpTo)
    {
        var listed = status.Periods.Where(period => period.CompareTo(noCardUpTo) > 0).ToList();
        if (listed.Count > 0) return draw.Of(listed);
        var longest = status.LongestSetPeriod!.Value;
        var halfYears = draw.Between(1, ((longest.Years * 12) + longest.Months) / 6);
        return PeriodOfStay.OfMonths(halfYears / 2, halfYears % 2 * 6);
    }

    private static DateOnly Later(DateOnly one, DateOnly other) => one > other ? one : other;

    private static DateOnly Earlier(DateOnly one, DateOnly other) => one < other ? one : other;
}
