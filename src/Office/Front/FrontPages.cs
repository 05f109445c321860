using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Musubi.Office.Components;
using Musubi.Office.Drawing;
using Musubi.Office.Hosting;
using Musubi.Office.Texts;
using Musubi.Vocabulary;

namespace Musubi.Office.Front;

/// <summary>What anybody may read without saying who they are.</summary>
internal static class FrontPages
{
    public static void MapFront(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        pages.MapGet("/", Front);
        pages.MapGet("/about", (HttpContext http) => Page.Show<AboutPage>(http, "about.title"));
        pages.MapGet("/accessibility", (HttpContext http) => Page.Show<AccessibilityPage>(http, "accessibility.title"));
    }

    private static async Task<IResult> Front(
        HttpContext http, Visit visit, Words words, Specimen specimen, House house, string? side)
    {
        var figures = house.IsOpen
            ? new Figures((await house.Premises.Coordinator.UnfinishedActs()).Count,
                await house.Premises.Stores.Outbox.CountUnlogged())
            : null;
        if (figures is null) visit.RefreshSeconds = 2;
        return Page.Show<FrontPage>(http, "front.title", new FrontModel(specimen.Draw(), specimen.Back(),
            side == "back", side is not null, Promises(words, figures), figures is null ? house.Filling : null),
            "wide");
    }

    /// <summary>What is true today, row by row; a promise that is not kept yet says so.</summary>
    private static ImmutableArray<PromiseRow> Promises(Words words, Figures? figures) =>
    [
        new("p1", Mood.Good, words["front.state-kept"], words["front.p1-today"],
        "Musubi.Office routes --out routes.json"),
        new("p2", Mood.Good, words["front.state-kept"], words.Say("front.p2-today", ("open", figures?.Unfinished)),
            "dotnet run build.cs tour"),
        new("p3", Mood.Careful, words["front.state-part"], words.Say("front.p3-today", ("outbox", figures?.Outbox)),
            "dotnet run build.cs test"),
        new("p4", Mood.Neutral, words["front.state-not"], words["front.p4-today"], "docs/lifecycle/link.md"),
        new("p5", Mood.Neutral, words["front.state-not"], words["front.p5-today"],
            "Musubi.Office routes --out routes.json"),
    ];
}

/// <param name="Filling">While the demonstration is being made; null when it is there.</param>
public sealed record FrontModel(
    CardPicture Card, ImmutableArray<FaceLine> BackFace, bool Back, bool Turned, ImmutableArray<PromiseRow> Promises,
    Filling? Filling);

/// <summary>Today's figures: acts that wait, and commitments that wait for the log.</summary>
internal sealed record Figures(int Unfinished, long Outbox);

/// <param name="Key">Prefix of the promise's texts.</param>
/// <param name="Mood">How far it is kept.</param>
/// <param name="State">The same in one word.</param>
/// <param name="Today">The figure or sentence of today.</param>
/// <param name="Command">What proves it.</param>
public sealed record PromiseRow(string Key, Mood Mood, MarkupString State, MarkupString Today, string Command);
