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

    private static IResult Front(
        HttpContext http, Words words, Specimen specimen, string? side)
    {
        return Page.Show<FrontPage>(http, "front.title",
            new FrontModel(specimen.Draw(), specimen.Back(), side == "back", side is not null, Promises(words)), "wide");
    }

    /// <summary>What is true today, row by row; a promise that is not kept yet says so.</summary>
    private static ImmutableArray<PromiseRow> Promises(Words words) =>
    [
        new("p1", Mood.Good, words["front.state-kept"], words["front.p1-today"], "Musubi.Office routes --out routes.json"),
        new("p2", Mood.Good, words["front.state-kept"], words.Say("front.p2-today", ("open", 0)),
            "dotnet run build.cs tour"),
        new("p3", Mood.Careful, words["front.state-part"], words.Say("front.p3-today", ("outbox", 0)),
            "dotnet run build.cs test"),
        new("p4", Mood.Neutral, words["front.state-not"], words["front.p4-today"], "docs/lifecycle/link.md"),
        new("p5", Mood.Neutral, words["front.state-not"], words["front.p5-today"],
            "Musubi.Office routes --out routes.json"),
    ];
}

public sealed record FrontModel(
    CardPicture Card, ImmutableArray<FaceLine> BackFace, bool Back, bool Turned, ImmutableArray<PromiseRow> Promises);

/// <param name="Key">Prefix of the promise's texts.</param>
/// <param name="Mood">How far it is kept.</param>
/// <param name="State">The same in one word.</param>
/// <param name="Today">The figure or sentence of today.</param>
/// <param name="Command">What proves it.</param>
public sealed record PromiseRow(string Key, Mood Mood, MarkupString State, MarkupString Today, string Command);
