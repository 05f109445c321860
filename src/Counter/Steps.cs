using System.Collections.Immutable;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>One step of an act as it happens at the desk: what, by whom, in which visit, with which documents.
/// The same list drives the desk and, later, the route ledger: what is published is what is done.</summary>
public sealed record Step(StepId Id, StepActor By, int Visit, ImmutableArray<Document> Documents)
{
    public LocalText Label => CounterTexts.Of(Id);
}

public enum StepId
{
    ShowResidenceCard,
    ShowNumberCard,
    ShowMergedCard,
    Choose,
    Check,
    Consent,
    Commit,
    WriteCard,
    ChoosePin,
    MakeCard,
    HandOver,
}

public enum StepActor { Resident, Clerk, Machine }

public enum Document { ResidenceCard, NumberCard, MergedCard }

/// <summary>The steps of every act and route. Each act's own <c>Steps</c> is the list; this finds it by kind.</summary>
public static class Steps
{
    internal const int FirstVisit = 1;

    public static ImmutableArray<Step> Of(ActKind kind, Route route)
    {
        if (kind == ActKind.Merge) return Merge.Steps(route);
        if (kind == ActKind.Unmerge) return Unmerge.Steps(route);
        if (kind == ActKind.Renew) return Renew.Steps(route);
        if (kind == ActKind.ChangeStatus) return ChangeStatus.Steps(route);
        if (kind == ActKind.Move) return Move.Steps(route);
        if (kind == ActKind.ReportLoss) return ReportLoss.Steps(route);
        throw new ArgumentOutOfRangeException(nameof(kind), kind, "The desk has no such act of its own.");
    }

    internal static Step Take(StepId id) => id switch
    {
        StepId.ShowResidenceCard => With(id, StepActor.Resident, Document.ResidenceCard),
        StepId.ShowNumberCard => With(id, StepActor.Resident, Document.NumberCard),
        StepId.ShowMergedCard => With(id, StepActor.Resident, Document.MergedCard),
        StepId.Choose or StepId.Check or StepId.Consent or StepId.ChoosePin => With(id, StepActor.Resident),
        StepId.Commit or StepId.WriteCard or StepId.MakeCard => With(id, StepActor.Machine),
        StepId.HandOver => With(id, StepActor.Clerk),
    };

    internal static ImmutableArray<Step> Take(params ReadOnlySpan<StepId> ids)
    {
        var steps = ImmutableArray.CreateBuilder<Step>(ids.Length);
        foreach (var id in ids) steps.Add(Take(id));
        return steps.MoveToImmutable();
    }

    private static Step With(StepId id, StepActor by, params ReadOnlySpan<Document> documents) =>
        new(id, by, FirstVisit, [.. documents]);
}

/// <summary>What a route asks of a resident, in the four measures that must not be worse on the other route.</summary>
public sealed record RouteBurden(int Steps, int Visits, int Documents, decimal Fee)
{
    public static RouteBurden Of(ImmutableArray<Step> steps, decimal fee) => new(
        steps.Length,
        steps.Select(step => step.Visit).Distinct().Count(),
        steps.SelectMany(step => step.Documents).Distinct().Count(),
        fee);

    public bool IsNoMoreThan(RouteBurden other) =>
        Steps <= other.Steps && Visits <= other.Visits && Documents <= other.Documents && Fee <= other.Fee;
}
