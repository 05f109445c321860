using System.Collections.Immutable;
using Musubi.Access;
using Musubi.Office.Hosting;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Tiles;

namespace Musubi.Office.Public;

/// <summary>The public log for everybody: its files under /log/ as C2SP tlog-tiles serves them, and a page that says
/// how to check them.</summary>
internal static class PublicLogPages
{
    private const string Forever = "public, max-age=31536000, immutable";

    public static void MapPublicLog(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        pages.MapGet("/public/log", Show);
        pages.MapGet($"/log/{TileSource.CheckpointPath}", SendCheckpoint);
        pages.MapGet("/log/{**path}", SendTile);
    }

    private static async Task<IResult> Show(HttpContext http, House house)
    {
        if (house.Premises.Log is not { } log) return Results.NotFound();
        var published = log.Published;
        var signed = published.Note.Verify([.. log.Keys.Select(key => new NoteVerifier(key))]).Signatures;
        var address = $"{http.Request.Scheme}://{http.Request.Host}/log";
        var witnesses = log.Witnesses.GroupBy(witness => witness.Address).Select(one => new WitnessLine(
            string.Join(", ", one.Select(witness => witness.Name)),
            published.Note.Verify([.. one.Select(witness => new NoteVerifier(witness.Key))]).Signatures
                .Select(signature => signature.At).Max()));
        return Page.Show<PublicLogPage>(http, "log.title", new PublicLogModel(
            published.Checkpoint, published.Note.ToString(), signed.Select(signature => signature.At).Max(),
            await log.Waiting(), log.HasStopped, log.Keys, [.. witnesses],
            $"musubi log verify {address} --key \"{log.Keys[0]}\" --state seen.checkpoint"));
    }

    // The one file that changes: a cache would show an old tree (tlog-tiles, Checkpoints).
    private static IResult SendCheckpoint(HttpContext http, House house) => house.Premises.Log is { } log
        ? Send(http, log.Published.Note.ToBytes(), "text/plain; charset=utf-8", "no-cache")
        : Results.NotFound();

    private static IResult SendTile(HttpContext http, House house, string? path)
    {
        // The address is read, and the file's name is made from what was read: no other file can be asked for.
        if (house.Premises.Log is not { } log || !TileAddress.TryParse(path, out var address))
            return Results.NotFound();
        var file = Path.Combine(log.Folder, address.Value.Path);
        if (!File.Exists(file)) return Results.NotFound();
        OpenToAll(http, Forever);
        return Results.File(file, "application/octet-stream");
    }

    private static IResult Send(HttpContext http, byte[] bytes, string type, string cache)
    {
        OpenToAll(http, cache);
        return Results.Bytes(bytes, type);
    }

    // Anybody's page may read a public log: it is the same for all.
    private static void OpenToAll(HttpContext http, string cache)
    {
        http.Response.Headers.CacheControl = cache;
        http.Response.Headers.AccessControlAllowOrigin = "*";
        http.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
    }
}

/// <param name="SignedAt">By the clock of the log, as its ML-DSA-44 signature says.</param>
/// <param name="Waiting">Records that the log does not hold yet.</param>
/// <param name="Command">What a reader can copy.</param>
public sealed record PublicLogModel(
    Checkpoint Checkpoint, string Note, DateTimeOffset? SignedAt, long Waiting, bool HasStopped,
    ImmutableArray<NoteKey> Keys, ImmutableArray<WitnessLine> Witnesses, string Command);

/// <param name="CosignedAt">When it cosigned the checkpoint shown; null where it has not.</param>
public sealed record WitnessLine(string Names, DateTimeOffset? CosignedAt);
