using Musubi.Office.Demo;
using Musubi.Office.Hosting;
using Musubi.Office.Texts;
using Musubi.Office.Verify;
using Musubi.Vocabulary;

namespace Musubi.Office.Api;

/// <summary>For programs of verifiers and residents.</summary>
internal static class ReadingApi
{
    public static void MapReadingApi(this IEndpointRouteBuilder routes)
    {
        routes.MapGroup("/api/verify").Behind(Door.Verify).WithTags("Verify").RequireRateLimiting(Limits.Readings)
            .MapPost("/readings", Read).WithSummary("Reads the card on this place's reader under one entry.");
        var resident = routes.MapGroup("/api/resident").Behind(Door.Resident).WithTags("Resident");
        resident.MapGet("/readings", async (Visit visit, House house) =>
            (await house.Premises.Readings.Of(visit.Resident().Id)).Select(line => new ReadingJson(
                line.At, line.Entry, line.ListVersion, line.Fields, line.Phase.ToString(), line.Proof.Hash)))
            .WithSummary("Who looked at my card, newest first.");
        resident.MapGet("/acts", (Visit visit, House house) =>
            house.Premises.Desk.ActsOf(visit.Resident().Id).Select(act => new OpenActJson(
                act.Act, act.Kind, act.Route, act.Owner, (long)act.Age.TotalSeconds, act.HasHappened)))
            .WithSummary("My acts, newest first.");
    }

    private static async Task<IResult> Read(
        AskJson ask, HttpContext http, Visit visit, Verifying verifying, Words words, Jurisdiction law)
    {
        if (!visit.Verifier().Entries.Contains(ask.Entry))
            return Problems.Of(new Refusal(RefusalCode.EntryUnknown, Entry: ask.Entry), words, law);
        var answer = await verifying.Read(ask.Entry, visit.Verifier().Reader, ask.Can ?? "", ask.Fields,
            http.RequestAborted);
        return answer.Refused is { } refused
            ? Problems.Of(refused, words, law)
            : Results.Ok(new AnswerJson(answer.Verdict.ToString(),
                answer.Fields.ToDictionary(field => field.Field.Stored, field => field.Text, StringComparer.Ordinal)));
    }

    /// <param name="Can">The number printed on the card, of any kind; without it the PIN at the holder's pad opens the
    /// card.</param>
    /// <param name="Fields">Only these, where a program needs less than its entry names; one that the entry lacks is
    /// refused and recorded.</param>
    internal sealed record AskJson(EntryId Entry, string? Can, IReadOnlyList<FieldId>? Fields = null);

    /// <param name="Fields">Exactly the entry's fields that were read, as the chip holds them.</param>
    internal sealed record AnswerJson(string Verdict, IReadOnlyDictionary<string, string> Fields);

    internal sealed record ReadingJson(
        DateTimeOffset At, EntryId Entry, int ListVersion, IReadOnlyList<FieldId> Fields, string Phase,
        string Commitment);
}
