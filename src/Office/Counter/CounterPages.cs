using Musubi.Counter;
using Musubi.Office.Demo;
using Musubi.Office.Hosting;
using Musubi.Vocabulary;

namespace Musubi.Office.Counter;

/// <summary>The desk's addresses. People are named in forms and kept in the session, never in an address; an act's
/// number is drawn at random and says nothing about anybody.</summary>
internal static class CounterPages
{
    public static void MapCounter(this IEndpointRouteBuilder routes)
    {
        var counter = routes.MapGroup("/counter").Behind(Door.Counter).WithFormGuard().ExcludeFromDescription();
        counter.MapGet("", Show);
        counter.MapPost("/find", Find);
        counter.MapPost("/person", Select);
        counter.MapGet("/reviews/{act}", ShowReview);
        counter.MapPost("/reviews/{act}", Vote);
        counter.MapActs();
    }

    private static async Task<IResult> Show(HttpContext http, Visit visit, Desk desk, Readers readers)
    {
        var (me, seat) = (visit.Clerk(), visit.Session.The<DeskSeat>());
        var found = new List<PersonView>();
        foreach (var (residence, number) in seat.Found) found.Add(await desk.Find(residence, number));
        var person = seat.Selected is { } one ? await desk.Find(one.Residence, one.Number) : null;
        return Page.Show<DeskPage>(http, "desk.title",
            new DeskModel(me, readers.State(me.Reader), found, person, desk.Unfinished(),
                desk.Reviews.Waiting(), seat.TakeRefused()), "wide");
    }

    private static async Task<IResult> Find(HttpContext http, Visit visit, Desk desk, IFormCollection form)
    {
        var seat = visit.Session.The<DeskSeat>();
        var (number, name, birth) = (form.Text("number"), form.Text("name"), form.Text("birth"));
        IReadOnlyList<PersonView>? found = (number, name) switch
        {
            ({ Length: > 0 }, _) when ResidenceCardNumber.TryParse(number, out var card) => [await desk.Find(card)],
            ({ Length: > 0 }, _) when MyNumber.TryParse(number, out var own) => [await desk.Find(own)],
            ("", { Length: > 0 }) when PartialDate.TryParse(birth, out var born) => await desk.Find(name, born),
            _ => null,
        };
        var people = found?.Where(person => person.Residence is not null || person.Number is not null)
            .Select(person => (person.Residence?.Id, person.Number?.Id)).ToList();
        seat.Found = people is { Count: > 1 } ? people : [];
        seat.Selected = people is [var only] ? only : null;
        seat.Refused = people switch
        {
            null => new Refusal(RefusalCode.InputNotUnderstood),
            [] => new Refusal(RefusalCode.PersonUnknown),
            _ => null,
        };
        return Page.Next("/counter");
    }

    private static IResult Select(Visit visit, IFormCollection form)
    {
        var seat = visit.Session.The<DeskSeat>();
        if (int.TryParse(form.Text("index"), out var index) && index >= 0 && index < seat.Found.Count)
            seat.Selected = seat.Found[index];
        return Page.Next("/counter");
    }

    private static async Task<IResult> ShowReview(HttpContext http, Desk desk, string act) =>
        await ReviewOf(desk, act) is { } model
            ? Page.Show<ReviewPage>(http, "review.title", model)
            : Results.NotFound();

    private static async Task<IResult> Vote(HttpContext http, Visit visit, Desk desk, string act, IFormCollection form)
    {
        if (await ReviewOf(desk, act) is not { } model) return Results.NotFound();
        var refused = form.Text("same") is "yes" or "no"
            ? desk.Reviews.Vote(model.Case.Act, visit.Clerk().Staff, form.Text("same") == "yes", form.Text("reason"))
            : new Refusal(RefusalCode.InputNotUnderstood);
        if (refused is null) return Page.Next($"/counter/reviews/{model.Case.Act}");
        return Page.Show<ReviewPage>(http, "review.title", model with { Refused = refused },
            status: StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<ReviewModel?> ReviewOf(Desk desk, string act) =>
        ActId.TryParse(act, out var id) && desk.Reviews.Find(id) is { } review
            ? new ReviewModel(review, await desk.Find(review.Residence, review.Number), null)
            : null;
}
