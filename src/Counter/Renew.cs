using System.Collections.Immutable;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>An extension of the period of stay.</summary>
public sealed record RenewRequest(ActId Act, Route Route, ShownCards Shown, PeriodOfStay Period);

/// <summary>The stay goes on: on the merged card by writing its protected groups anew, on separate cards by a new
/// residence card and an extended My Number card. Both in one visit.</summary>
public static class Renew
{
    public static ImmutableArray<Step> Steps(Route route) => StayAct.Steps(route);

    public static Decision Decide(RenewRequest request, Facts facts, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(facts);
        var grant = new StayGrant(ActKind.Renew, facts.Residence.Status, request.Period, facts.Residence.Permit);
        return StayAct.Decide(request.Act, request.Route, request.Shown, grant, facts, today);
    }
}
