using System.Globalization;
using System.Text;
using Musubi.Access;
using Musubi.Office.Hosting;
using Musubi.Office.Texts;
using Musubi.Vocabulary;

namespace Musubi.Office.Api;

/// <summary>The published list for everybody's programs: every version, as its own bytes, signed, and with what is
/// needed to find it in the public log. Nobody has to say who they are.</summary>
internal static class AccessListApi
{
    private const string Json = "application/json";

    /// <summary>RFC 7515 §9.2.1: the compact serialisation.</summary>
    private const string Jose = "application/jose";

    private const string JwsSuffix = ".jws";

    public static void MapAccessListApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api").AllowAnonymous().WithTags("Access list");
        api.MapGet("/access-list", (PublishedLists lists) => Bytes(lists.Current.Json, Json))
            .WithSummary("Who may read what, and why: the list in force.");
        api.MapGet("/access-list.jws", (PublishedLists lists) => Bytes(lists.Current.Jws, Jose))
            .WithSummary("The same, signed.");
        api.MapGet("/access-list/keys", async (PublishedLists lists) => Bytes(await lists.Keys(), Json))
            .WithSummary("The keys that ever signed a list, as a JWK Set.");
        api.MapGet("/access-list/versions", async (PublishedLists lists, Jurisdiction law) =>
            (await lists.History()).Select(version => new VersionJson(
                version.Number, version.Cause, version.PublishedAt, version.Hash, version.Reason,
                Narrowness.Of(law.Card, version.List, version.List.PublishedOn).Figure)))
            .WithSummary("Every version that was ever published, the newest first.");
        api.MapGet("/access-list/{version}", Show)
            .WithSummary("One version; with .jws after its number, the same signed.");
        api.MapGet("/access-list/{version:int}/commitment", Commitment)
            .WithSummary("What the public log commits to for this version, and its proof once it is there.");
        api.MapGet("/access-list/{version:int}/calendar.ics", Calendar)
            .WithSummary("Reviews and ends of this version's entries, as a calendar.");
    }

    private static async Task<IResult> Show(string version, PublishedLists lists)
    {
        var signed = version.EndsWith(JwsSuffix, StringComparison.Ordinal);
        return await Find(signed ? version[..^JwsSuffix.Length] : version, lists) is { } found
            ? Bytes(signed ? found.Jws : found.Json, signed ? Jose : Json)
            : Results.NotFound();
    }

    private static async Task<IResult> Commitment(int version, PublishedLists lists)
    {
        if (await lists.Find(version) is not { } found) return Results.NotFound();
        var proof = await lists.ProofOf(found);
        return Results.Ok(new CommitmentJson(found.Record, found.Nonce, proof?.Index, proof?.File));
    }

    private static async Task<IResult> Calendar(int version, PublishedLists lists, Jurisdiction law, Words words,
        TimeProvider time) =>
        await lists.Find(version) is { } found
            ? Results.Bytes(ReviewCalendar.Of(found.List, law.DayOf(time.GetUtcNow())).ToICalendar(words.Language),
                "text/calendar; charset=utf-8", $"access-list-{found.Number}.ics")
            : Results.NotFound();

    private static async Task<PublishedVersion?> Find(string number, PublishedLists lists) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? await lists.Find(version)
            : null;

    private static IResult Bytes(string text, string type) => Results.Bytes(Encoding.UTF8.GetBytes(text), type);

    internal sealed record VersionJson(
        int Version, VersionCause Cause, DateTimeOffset PublishedAt, string Hash, string Reason, decimal Narrowness);

    /// <param name="Record">The committed text; the commitment is SHA-256 over the nonce's bytes and then this.</param>
    /// <param name="LogIndex">Null: not yet in the log.</param>
    /// <param name="Proof">A tlog-proof file.</param>
    internal sealed record CommitmentJson(string Record, string Nonce, long? LogIndex, string? Proof);
}
