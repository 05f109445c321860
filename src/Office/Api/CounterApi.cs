using Musubi.Counter;
using Musubi.Office.Demo;
using Musubi.Office.Hosting;
using Musubi.Office.Texts;
using Musubi.Vocabulary;

namespace Musubi.Office.Api;

/// <summary>The desk's acts for programs: the same steps, the same forms, the same refusals as the pages. PINs come
/// from the PIN pad beside the reader and are in no request.</summary>
internal static class CounterApi
{
    public static void MapCounterApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/counter").Behind(Door.Counter).WithTags("Counter");
        api.MapPost("/people", Find).WithSummary("Finds people by number, or by name and date of birth.");
        api.MapGet("/acts", (Desk desk) => desk.Unfinished().Select(act => new OpenActJson(
            act.Act, act.Kind, act.Route, act.Owner, (long)act.Age.TotalSeconds, act.HasHappened)))
            .WithSummary("Acts that are not at their end, oldest first.");
        api.MapPost("/acts", Begin).WithSummary("Begins an act. Nothing is chosen by beginning it.");
        api.MapGet("/acts/{act}", Show).WithSummary("The act as it stands.");
        api.MapPost("/acts/{act}/show", (ApiStep step, StepFormJson form) =>
            step.Take(form.Form, () => step.Shown(form.Number)))
            .WithSummary("Reads the card on this desk's reader.");
        api.MapPost("/acts/{act}/choose", (ApiStep step, ChooseJson form) =>
            step.Take(form.Form, () => new StepInput.Choose(form.Choice))).WithSummary("What the resident chose.");
        api.MapPost("/acts/{act}/check", (ApiStep step, StepFormJson form) =>
            step.Take(form.Form, () => new StepInput.Check())).WithSummary("The answers were read out and are right.");
        api.MapPost("/acts/{act}/agree", (ApiStep step, AgreeJson form) =>
            step.Take(form.Form, () => step.Agreed(form.Language, form.Agreed))).WithSummary("The resident's consent.");
        api.MapPost("/acts/{act}/commit", (ApiStep step, StepFormJson form) =>
            step.Take(form.Form, () => new StepInput.Commit())).WithSummary("Both registers change together.");
        api.MapPost("/acts/{act}/make", (ApiStep step, StepFormJson form) =>
            step.Take(form.Form, step.NewPins)).WithSummary("Makes the ordered card.");
        api.MapPost("/acts/{act}/write", (ApiStep step, StepFormJson form) =>
            step.Take(form.Form, step.Writing)).WithSummary("Rewrites the card on the reader.");
        api.MapPost("/acts/{act}/drop", Drop).WithSummary("Gives up an act that has not happened.");
    }

    private static async Task<IResult> Find(FindJson find, Desk desk, Words words, Jurisdiction law)
    {
        IEnumerable<PersonView>? found = find switch
        {
            { Number: { } number } when ResidenceCardNumber.TryParse(number, out var card) => [await desk.Find(card)],
            { Number: { } number } when MyNumber.TryParse(number, out var own) => [await desk.Find(own)],
            { Number: null, Name: { Length: > 0 } name, BirthDate: { } birth }
                when PartialDate.TryParse(birth, out var born) =>
                await desk.Find(name, born),
            _ => null,
        };
        return found is null
            ? Problems.Of(new Refusal(RefusalCode.InputNotUnderstood), words, law)
            : Results.Ok(found.Select(PersonJson.Of).OfType<PersonJson>());
    }

    private static async Task<IResult> Begin(BeginJson begin, Visit visit, Desk desk, Words words, Jurisdiction law)
    {
        var answer = await desk.Begin(visit.AtDesk(), begin.Kind, begin.Route, begin.Residence, begin.Number);
        return answer.View is { } view
            ? Results.Created($"/api/counter/acts/{view.Act}", ActJson.Of(view))
            : Problems.Of(answer.Refused ?? new Refusal(RefusalCode.RouteNotOffered), words, law);
    }

    private static async Task<IResult> Show(string act, Desk desk, Words words, Jurisdiction law) =>
        ActId.TryParse(act, out var id) && await desk.Open(id) is { } view
            ? Results.Ok(ActJson.Of(view))
            : Problems.Of(new Refusal(RefusalCode.ActUnknown), words, law);

    private static async Task<IResult> Drop(ApiStep step, StepFormJson form, Visit visit, Desk desk) =>
        await step.Answer(form.Form, (act, token) => desk.Drop(visit.AtDesk(), act, token));
}

/// <summary>One step of an act as a program sends it.</summary>
internal sealed class ApiStep(HttpContext http)
{
    private readonly Readers readers = http.RequestServices.GetRequiredService<Readers>();
    private readonly PinPads pads = http.RequestServices.GetRequiredService<PinPads>();
    private readonly Visit visit = http.RequestServices.GetRequiredService<Visit>();
    private RefusalCode? missing;

    public static ValueTask<ApiStep?> BindAsync(HttpContext context) => ValueTask.FromResult<ApiStep?>(new(context));

    public Task<IResult> Take(string form, Func<StepInput?> read) => Answer(form, async (act, token) =>
        read() is { } input
            ? await http.RequestServices.GetRequiredService<Desk>()
                .Take(visit.AtDesk(), act, token, input, cancel: http.RequestAborted)
            : new DeskAnswer(null, new Refusal(missing ?? RefusalCode.InputNotUnderstood)));

    public async Task<IResult> Answer(string form, Func<ActId, FormToken, Task<DeskAnswer>> take)
    {
        var words = http.RequestServices.GetRequiredService<Words>();
        var law = http.RequestServices.GetRequiredService<Jurisdiction>();
        if (!ActId.TryParse(http.Request.RouteValues["act"] as string, out var act))
            return Problems.Of(new Refusal(RefusalCode.ActUnknown), words, law);
        if (!FormToken.TryParse(form, out var token))
            return Problems.Of(new Refusal(RefusalCode.InputNotUnderstood, OtherAct: act), words, law);
        var answer = await take(act, token);
        if (answer.View is { } view)
            http.RequestServices.GetRequiredService<Tray>()
                .AddMade(view, http.RequestServices.GetRequiredService<House>().Premises);
        if (answer.Refused is { } refused)
            return Problems.Of(refused, words, law, answer.View is { } stands ? ActJson.Of(stands) : null);
        return answer.View is { } now
            ? Results.Ok(ActJson.Of(now))
            : Problems.Of(new Refusal(RefusalCode.ActUnknown), words, law);
    }

    public StepInput? Shown(string? number)
    {
        if (readers.Card(Reader) is not { } card) return Missing(RefusalCode.NoCard);
        if (number is null) return new StepInput.ShowCard(card, Pin: pads.Take(Reader)?.Four);
        return ResidenceCardNumber.TryParse(number, out var printed) ? new StepInput.ShowCard(card, printed) : null;
    }

    public StepInput Agreed(Language language, bool agreed) =>
        agreed && readers.Card(Reader) is { } card && pads.Take(Reader)?.Four is { Length: > 0 } pin
            ? new StepInput.Agree(language, true, card, pin)
            : new StepInput.Agree(language, agreed);

    public StepInput NewPins() => new StepInput.MakeCard(pads.Take(Reader)?.New);

    public StepInput? Writing()
    {
        if (readers.Card(Reader) is not { } card) return Missing(RefusalCode.NoCard);
        return pads.Take(Reader) is { } pins
            ? new StepInput.WriteCard(card, pins.Six.Length > 0 ? pins.Six : pins.Four)
            : Missing(RefusalCode.PinNeeded);
    }

    private string Reader => visit.Clerk().Reader;

    private StepInput? Missing(RefusalCode code)
    {
        missing = code;
        return null;
    }
}
