using Musubi.Chip;
using Musubi.Counter;
using Musubi.Office.Demo;
using Musubi.Office.Hosting;
using Musubi.Vocabulary;

namespace Musubi.Office.Counter;

/// <summary>One act: its page, and one address for each form of it. A form that was not taken answers 409 with the act
/// as it stands and the reason; nothing is lost.</summary>
internal static class ActPages
{
    public static void MapActs(this IEndpointRouteBuilder counter)
    {
        counter.MapPost("/acts", Begin);
        counter.MapGet("/acts/{act}", Show);
        counter.MapGet("/acts/{act}/screen", Screen);
        counter.MapPost("/acts/{act}/agree", Agree);
        counter.MapPost("/acts/{act}/drop", Drop);
        counter.MapPost("/acts/{act}/show", (ActForm form) => form.Take(form.ShownCard));
        counter.MapPost("/acts/{act}/choose", (ActForm form) => form.Take(form.Chosen));
        counter.MapPost("/acts/{act}/check", (ActForm form) => form.Take(() => new StepInput.Check()));
        counter.MapPost("/acts/{act}/commit", (ActForm form) => form.Take(() => new StepInput.Commit()));
        counter.MapPost("/acts/{act}/make", (ActForm form) => form.Take(form.NewPins));
        counter.MapPost("/acts/{act}/write", (ActForm form) => form.Take(form.CardToWrite));
    }

    private static async Task<IResult> Begin(Visit visit, Desk desk, IFormCollection form)
    {
        var seat = visit.Session.The<DeskSeat>();
        if (!ActKind.TryParse(form.Text("kind"), out var kind)
            || !Enum.TryParse<Musubi.Vocabulary.Route>(form.Text("route"), out var route)
            || seat.Selected is not { } person)
            return Results.BadRequest();
        var answer = await desk.Begin(visit.AtDesk(), kind, route, person.Residence, person.Number);
        if (answer.View is { } view) return Page.Next($"/counter/acts/{view.Act}");
        seat.Refused = answer.Refused;
        return Page.Next("/counter");
    }

    private static async Task<IResult> Show(HttpContext http, Visit visit, Desk desk, Readers readers, PinPads pads,
        string act)
    {
        if (!ActId.TryParse(act, out var id) || await desk.Open(id) is not { } view) return Results.NotFound();
        var reader = visit.Clerk().Reader;
        if (view.Current is { } step && Asked(step, view.Route) is { } ask)
            pads.Ask(reader, new PinQuestion(ask, null));
        return Page.Show<ActPage>(http, "act.title", new ActModel(view, readers.State(reader), null), "wide");
    }

    private static async Task<IResult> Screen(HttpContext http, Visit visit, Desk desk, Readers readers, string act,
        string? language)
    {
        if (!ActId.TryParse(act, out var id) || await desk.Open(id) is not { } view) return Results.NotFound();
        // Once answered, the screen turns back to the clerk.
        if (view.Current is not StepId.Consent) return Page.Next($"/counter/acts/{id}");
        return ConsentScreen(http, visit, readers, view, LanguageOf(http, language), null);
    }

    private static async Task<IResult> Agree(ActForm form, HttpContext http, Visit visit, Readers readers)
    {
        if (form.Act is not { } act) return Results.NotFound();
        var language = LanguageOf(http, form.Fields.Text("language"));
        var answer = form.Token is { } token && form.Fields.Text("answer") is "yes" or "no"
            ? await form.Desk.Take(visit.AtDesk(), act, form.Token!, form.Agreed(language))
            : new DeskAnswer(await form.Desk.Open(act), new Refusal(RefusalCode.NoConsent));
        // The desk misses the signature; with a card on the reader it is the PIN that is missing.
        if (answer.Refused is { Code: RefusalCode.NoCard } && readers.State(visit.Clerk().Reader).CardPresent)
            answer = answer with { Refused = new Refusal(RefusalCode.PinNeeded) };
        return answer switch
        {
            { View: null } => Results.NotFound(),
            { IsTaken: false, View: { Current: StepId.Consent } view } =>
                ConsentScreen(http, visit, readers, view, language, answer.Refused),
            _ => Page.Next($"/counter/acts/{act}"),
        };
    }

    private static async Task<IResult> Drop(ActForm form, Visit visit)
    {
        if (form.Act is not { } act || await form.Desk.Open(act) is not { } view) return Results.NotFound();
        var answer = await form.Desk.Drop(visit.AtDesk(), act, view.Token);
        if (answer.Refused is { } refused) visit.Session.The<DeskSeat>().Refused = refused;
        return Page.Next("/counter");
    }

    private static IResult ConsentScreen(
        HttpContext http, Visit visit, Readers readers, ActView view, Language language, Refusal? refused)
    {
        visit.Path = $"/counter/acts/{view.Act}/screen";
        return Page.Show<ConsentPage>(http, "consent.title",
            new ConsentModel(view, language, readers.State(visit.Clerk().Reader), refused), "narrow",
            refused is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict);
    }

    /// <summary>The resident's language, which may be another than the clerk's.</summary>
    private static Language LanguageOf(HttpContext http, string? asked) =>
        Language.TryParse(asked, out var language) ? language : LanguageChoice.Of(http.Request);

    /// <summary>Which PIN the pad asks for at a step; null at a step without one.</summary>
    private static PinAsk? Asked(StepId step, Musubi.Vocabulary.Route route) => step switch
    {
        StepId.ShowNumberCard or StepId.ShowMergedCard or StepId.Consent => PinAsk.FourDigits,
        // The protected groups are written inside the eID application, which has a PIN of its own.
        StepId.WriteCard => route is Musubi.Vocabulary.Route.Merged ? PinAsk.SixDigits : null,
        StepId.ChoosePin or StepId.MakeCard => PinAsk.NewPins,
        StepId.ShowResidenceCard or StepId.Choose or StepId.Check or StepId.Commit or StepId.HandOver => null,
    };
}
