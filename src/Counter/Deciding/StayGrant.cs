using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>A permission that the authority gives at the desk: a status for a period, from a day.</summary>
/// <param name="Status">The status granted; for an extension the one already held.</param>
/// <param name="Permit">Permission for activity outside the status, or null.</param>
public sealed record StayGrant(ActKind Kind, StatusCode Status, PeriodOfStay Period, string? Permit = null)
{
    /// <summary>Keys of the permission types that the two acts give.</summary>
    private const string Extension = "extension", Change = "change";

    /// <summary>Why this cannot be granted, or null.</summary>
    internal RefusalCode? WhyNot(Jurisdiction law, ResidenceRecord record, DateOnly today)
    {
        if (CardValidity.HasEnded(law, record, today)) return RefusalCode.StayEnded;
        var isExtension = Kind == ActKind.Renew;
        if (isExtension != (Status == record.Status)) return RefusalCode.NotPermittedForStatus;
        if (isExtension && record.StayUntil is null) return RefusalCode.NothingToChange;
        if (!law.Statuses.TryGetValue(Status, out var status)) return RefusalCode.NotPermittedForStatus;
        if (status.InForceFrom is { } from && from > today) return RefusalCode.NotPermittedForStatus;
        if (!law.IssuesResidenceCard(Status, Period)) return RefusalCode.NoResidenceCardForStatus;
        return status.Permits(Period) ? null : RefusalCode.PeriodNotPermitted;
    }

    /// <summary>An extension goes on from the old end; a change of status begins today.</summary>
    internal ResidenceRecord ApplyTo(ResidenceRecord record, DateOnly today) => record with
    {
        Status = Status,
        Period = Period,
        StayUntil = Period.EndFrom(Kind == ActKind.Renew ? record.StayUntil ?? today : today),
        PermissionType = Kind == ActKind.Renew ? Extension : Change,
        PermissionDate = today,
        Permit = Permit,
        Pending = null,
    };
}
