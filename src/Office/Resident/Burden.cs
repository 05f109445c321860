using System.Globalization;
using Musubi.Counter;
using Musubi.Vocabulary;
using Route = Musubi.Vocabulary.Route;

namespace Musubi.Office.Resident;

/// <summary>What an act asks of a resident on one route, counted from the act's own steps.</summary>
public sealed record Burden(int Steps, int Visits, int Documents, Fee? Fee)
{
    public static Burden Of(Jurisdiction law, ActKind act, Route route, DateOnly day)
    {
        var steps = Musubi.Counter.Steps.Of(act, route);
        return new(steps.Length,
            steps.Select(step => step.Visit).Distinct().Count(),
            steps.SelectMany(step => step.Documents).Distinct().Count(),
            law.Fee(act, route, day));
    }
}
