using System.Collections.Immutable;
using Musubi.Counter;
using Musubi.Office.Hosting;
using Musubi.Vocabulary;

namespace Musubi.Office.Demo;

/// <summary>What exists only in a demonstration: picking who one is, laying cards on readers, and the PIN pad. Outside
/// it none of these routes is made.</summary>
internal static class DemoPages
{
    public static void MapDemo(this IEndpointRouteBuilder routes)
    {
        var demo = routes.MapGroup("/demo").AllowAnonymous().WithFormGuard().ExcludeFromDescription();
        demo.MapGet("/personas", (HttpContext http, DemoWorld world) =>
            Page.Show<PersonasPage>(http, "persona.title", new PersonasModel(world.Personas)));
        demo.MapPost("/personas", SitDown);
        demo.MapGet("/cards", ShowTray);
        demo.MapPost("/cards/put", Put);
        demo.MapPost("/cards/take", TakeOff);
        demo.MapGet("/pinpad/{reader}", ShowPad);
        demo.MapPost("/pinpad/{reader}", TypePin);
    }

    private static IResult SitDown(HttpContext http, DemoWorld world, Sessions sessions, IFormCollection form)
    {
        var persona = world.Personas.FirstOrDefault(one => one.Key == form.Text("persona"));
        if (persona is null) return Results.BadRequest();
        sessions.Begin(http, persona);
        return Page.Next(persona.Door switch
        {
            Door.Counter => "/counter",
            Door.Verify => "/verify",
            Door.Resident => "/resident",
            Door.Editor => "/editor",
        });
    }

    private static IResult ShowTray(HttpContext http, Tray tray, Visit visit, string? reader)
    {
        var name = Readers.IsName(reader) ? reader! : visit.Persona switch
        {
            Persona.Clerk clerk => clerk.Reader,
            Persona.Verifier verifier => verifier.Reader,
            _ => DemoWorld.FirstReader,
        };
        return Page.Show<TrayPage>(http, "tray.title", new TrayModel(name, tray.Cards(), tray.Lying()), "wide");
    }

    private static IResult Put(Tray tray, IFormCollection form)
    {
        var reader = form.Text("reader");
        return Readers.IsName(reader) && tray.Put(form.Text("card"), reader)
            ? Page.Next($"/demo/cards?reader={reader}")
            : Results.BadRequest();
    }

    private static IResult TakeOff(Tray tray, IFormCollection form)
    {
        var reader = form.Text("reader");
        if (!Readers.IsName(reader)) return Results.BadRequest();
        tray.TakeOff(reader);
        return Page.Next($"/demo/cards?reader={reader}");
    }

    private static IResult ShowPad(HttpContext http, PinPads pads, House house, string reader) =>
        Readers.IsName(reader)
            ? Page.Show<PinPadPage>(http, "pinpad.title", ModelOf(pads, house, reader, false), "narrow")
            : Results.NotFound();

    private static IResult TypePin(HttpContext http, PinPads pads, House house, string reader,
        IFormCollection form)
    {
        if (!Readers.IsName(reader)) return Results.NotFound();
        var typed = new TypedPins(form.Text("four"), form.Text("six"), form.Text("signature"),
            [.. form["field"].Where(field => FieldId.TryParse(field, out _)).Select(field => FieldId.Parse(field!))]);
        if (!typed.Answers(pads.QuestionOn(reader)?.Ask))
            return Page.Show<PinPadPage>(http, "pinpad.title", ModelOf(pads, house, reader, true), "narrow",
                StatusCodes.Status422UnprocessableEntity);
        pads.Type(reader, typed);
        return Page.Next($"/demo/pinpad/{reader}");
    }

    private static PinPadModel ModelOf(PinPads pads, House house, string reader, bool wrong)
    {
        var question = pads.QuestionOn(reader);
        return new PinPadModel(reader, question?.Ask, question?.For is { } entry ? house.List?.Find(entry) : null,
            pads.HasAnswer(reader), wrong);
    }
}

public sealed record PersonasModel(IReadOnlyList<Persona> Personas);

public sealed record TrayModel(string Reader, IReadOnlyList<TrayCard> Cards,
    ImmutableSortedDictionary<string, TrayCard> Lying);

/// <param name="Ask">What is asked for; null when the pad is idle.</param>
/// <param name="Entry">Who would read, for which purpose; null at the desk.</param>
public sealed record PinPadModel(string Reader, PinAsk? Ask, AccessEntry? Entry, bool Typed, bool Wrong);
