using System.Collections.Immutable;
using Musubi.Chip.Pictures;
using Musubi.Office.Demo;
using Musubi.Office.Hosting;
using Musubi.Vocabulary;

namespace Musubi.Office.Verify;

/// <summary>One screen for whoever checks a card: who they are, once; the card; the answer.</summary>
internal static class VerifyPages
{
    public static void MapVerify(this IEndpointRouteBuilder routes)
    {
        var verify = routes.MapGroup("/verify").Behind(Door.Verify).WithFormGuard().ExcludeFromDescription();
        verify.MapGet("", Show);
        verify.MapPost("/entry", ChooseEntry);
        verify.MapPost("/read", Read).RequireRateLimiting(Limits.Readings);
        verify.MapGet("/photo", Photo);
        verify.MapPost("/clear", Clear);
    }

    private static IResult Show(HttpContext http, Visit visit, House house, Readers readers, PinPads pads,
        FieldsInWords words)
    {
        var place = visit.Session.The<VerifyPlace>();
        var list = house.Premises.Access.Lists.Current.List;
        var reader = visit.Verifier().Reader;
        var held = visit.Verifier().Entries;
        if (held is [var only]) place.Entry = only;
        if (place.Entry is not { } id || list.Find(id) is not { } entry)
            return Page.Show<EntryPage>(http, "verify.title", new EntryModel(
                [.. list.Entries.Where(entry =>
                    held.Contains(entry.Id) && entry.IsInForce(words.Today))]), "narrow");
        if (place.Answer is { } answer)
            return Page.Show<AnswerPage>(http, "verify.answer", new AnswerModel(entry, answer, readers.State(reader)));
        pads.Ask(reader, new PinQuestion(PinAsk.SixDigits, entry.Id));
        return Page.Show<CheckPage>(http, "verify.title",
            new CheckModel(entry, readers.State(reader), held.Length > 1), "narrow");
    }

    private static IResult ChooseEntry(Visit visit, IFormCollection form)
    {
        var place = visit.Session.The<VerifyPlace>();
        place.Answer = null;
        place.Entry = EntryId.TryParse(form.Text("entry"), out var id) && visit.Verifier().Entries.Contains(id)
            ? id
            : null;
        return Page.Next("/verify");
    }

    private static async Task<IResult> Read(HttpContext http, Visit visit, Verifying verifying, IFormCollection form)
    {
        var place = visit.Session.The<VerifyPlace>();
        if (place.Entry is not { } entry) return Page.Next("/verify");
        place.Answer = await verifying.Read(
            entry, visit.Verifier().Reader, form.Text("can"), asked: null, http.RequestAborted);
        return Page.Next("/verify");
    }

    /// <summary>The photograph of the answer on this browser's screen, for as long as it stands there.</summary>
    private static IResult Photo(HttpContext http, Visit visit)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (visit.Session.The<VerifyPlace>().Answer is not { Photo: { IsEmpty: false } photo })
            return Results.NotFound();
        var (bytes, type) = Photograph.ForScreens(photo.AsSpan());
        return bytes.IsEmpty ? Results.NotFound() : Results.Bytes([.. bytes], type);
    }

    private static IResult Clear(Visit visit)
    {
        visit.Session.The<VerifyPlace>().Answer = null;
        return Page.Next("/verify");
    }
}

/// <summary>What this verifier's screen shows, between two requests.</summary>
public sealed class VerifyPlace
{
    public EntryId? Entry { get; set; }
    public VerifyAnswer? Answer { get; set; }
}

public sealed record EntryModel(ImmutableArray<AccessEntry> Entries);

/// <param name="HoldsMore">This place holds other entries too.</param>
public sealed record CheckModel(AccessEntry Entry, ReaderState Reader, bool HoldsMore);

public sealed record AnswerModel(AccessEntry Entry, VerifyAnswer Answer, ReaderState Reader);
