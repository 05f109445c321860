using Musubi.Chip;
using Musubi.Counter;
using Musubi.Office.Demo;
using Musubi.Office.Hosting;
using Musubi.Vocabulary;

namespace Musubi.Office.Counter;

/// <summary>One form of an act as it arrived: its act, its form token, and the step it brings.</summary>
internal sealed class ActForm
{
    private readonly HttpContext http;
    private readonly Persona.Clerk me;
    private readonly Readers readers;
    private readonly PinPads pads;
    private readonly Tray tray;

    private ActForm(HttpContext http, IFormCollection fields)
    {
        (this.http, Fields) = (http, fields);
        me = http.RequestServices.GetRequiredService<Visit>().Clerk();
        readers = http.RequestServices.GetRequiredService<Readers>();
        pads = http.RequestServices.GetRequiredService<PinPads>();
        tray = http.RequestServices.GetRequiredService<Tray>();
        Desk = http.RequestServices.GetRequiredService<Desk>();
        Act = ActId.TryParse(http.Request.RouteValues["act"] as string, out var act) ? act : null;
        Token = FormToken.TryParse(fields.Text("form"), out var token) ? token : null;
    }

    public IFormCollection Fields { get; }
    public Desk Desk { get; }
    public ActId? Act { get; }
    public FormToken? Token { get; }

    public static async ValueTask<ActForm?> BindAsync(HttpContext context) =>
        new(context, await context.Request.ReadFormAsync(context.RequestAborted));

    /// <summary>Takes the step and shows the act: by a new request when it was taken, else here with the
    /// reason.</summary>
    public async Task<IResult> Take(Func<StepInput?> read)
    {
        if (Act is not { } act) return Results.NotFound();
        var answer = Token is { } token && read() is { } input
            ? await Desk.Take(new Clerk(me.Staff, me.Office), act, token, input, cancel: http.RequestAborted)
            : new DeskAnswer(await Desk.Open(act), new Refusal(missing ?? RefusalCode.InputNotUnderstood));
        if (answer.View is not { } view)
            return answer.Refused is null or { Code: RefusalCode.ActUnknown }
                ? Results.NotFound()
                : Refuse(answer.Refused);
        tray.AddMade(view, http.RequestServices.GetRequiredService<House>().Premises);
        // A form sent twice shows where the act stands; only a first refusal is said aloud.
        if (answer.Refused is not { } refused) return Page.Next($"/counter/acts/{act}");
        return ShowRefused(view, refused);
    }

    /// <summary>Why the form brings no step, where it is not the form's own words.</summary>
    private RefusalCode? missing;

    public StepInput? ShownCard()
    {
        if (Card() is not { } card) return null;
        if (Fields.Text("number") is not { Length: > 0 } typed)
            return new StepInput.ShowCard(card, Pin: pads.Take(me.Reader)?.Four);
        return ResidenceCardNumber.TryParse(typed, out var number) ? new StepInput.ShowCard(card, number) : null;
    }

    /// <summary>A merged card is written with its holder's PIN; a number card by the counter's own right.</summary>
    public StepInput? CardToWrite()
    {
        if (Card() is not { } card) return null;
        if (Fields.Text("pins") != "needed") return new StepInput.WriteCard(card, null);
        return Pins() is { } pins ? new StepInput.WriteCard(card, pins.Six) : null;
    }

    /// <summary>New PINs where the act has a step for them; a residence card has none.</summary>
    public StepInput? NewPins() => Fields.Text("pins") != "needed" ? new StepInput.MakeCard(null)
        : Pins() is { } pins ? new StepInput.MakeCard(pins.New) : null;

    /// <summary>Signed with the card that lies on the reader and the PIN that its holder typed. A "no" needs neither.
    /// </summary>
    public StepInput Agreed(Language language)
    {
        if (Fields.Text("answer") != "yes") return new StepInput.Agree(language, false);
        return readers.Card(me.Reader) is { } card && pads.Take(me.Reader)?.Four is { Length: > 0 } pin
            ? new StepInput.Agree(language, true, card, pin)
            : new StepInput.Agree(language, true);
    }

    public StepInput? Chosen() => ActChoices.Read(Fields) is { } choice ? new StepInput.Choose(choice) : null;

    private ICardChannel? Card()
    {
        var card = readers.Card(me.Reader);
        if (card is null) missing = RefusalCode.NoCard;
        return card;
    }

    private TypedPins? Pins()
    {
        var pins = pads.Take(me.Reader);
        if (pins is null) missing = RefusalCode.PinNeeded;
        return pins;
    }

    private IResult ShowRefused(ActView view, Refusal refused)
    {
        http.RequestServices.GetRequiredService<Visit>().Path = $"/counter/acts/{view.Act}";
        return Page.Show<ActPage>(http, "act.title", new ActModel(view, readers.State(me.Reader), refused), "wide",
            StatusCodes.Status409Conflict);
    }

    private IResult Refuse(Refusal refused)
    {
        http.RequestServices.GetRequiredService<Visit>().Session.The<DeskSeat>().Refused = refused;
        return Page.Next("/counter");
    }
}
