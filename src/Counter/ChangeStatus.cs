using System.Collections.Immutable;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>Another status of residence. A permission for activity outside the old status ends with it.</summary>
public sealed record ChangeStatusRequest(ActId Act, Route Route, ShownCards Shown, StatusCode Status,
    PeriodOfStay Period);

/// <summary>Another status, from today: written on the merged card, or on a new residence card with the My Number card
/// extended. Both in one visit.</summary>
public static class ChangeStatus
{
    public static ImmutableArray<Step> Steps(Route route) => StayAct.Steps(route);

    public static Decision Decide(ChangeStatusRequest request, Facts facts, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(facts);
        var grant = new StayGrant(ActKind.ChangeStatus, request.Status, request.Period);
        return StayAct.Decide(request.Act, request.Route, request.Shown, grant, facts, today);
    }
}
