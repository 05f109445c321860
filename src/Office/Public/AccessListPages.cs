using System.Collections.Immutable;
using Musubi.Access;
using Musubi.Office.Hosting;
using Musubi.Office.Texts;
using Musubi.Vocabulary;

namespace Musubi.Office.Public;

/// <summary>Who may read what and why, for everybody, without saying who one is.</summary>
internal static class AccessListPages
{
    public static void MapPublicAccessList(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/public/access-list").AllowAnonymous().ExcludeFromDescription();
        pages.MapGet("", Show);
        pages.MapGet("/diff", Compare);
        pages.MapGet("/{version:int}", ShowVersion);
    }

    private static async Task<IResult> Show(HttpContext http, PublishedLists lists, Jurisdiction law, Words words,
        TimeProvider time, string? reader, string? field)
    {
        var now = lists.Current;
        var today = law.DayOf(time.GetUtcNow());
        EntryId? wanted = EntryId.TryParse(reader, out var entry) && now.List.Find(entry) is not null ? entry : null;
        FieldId? asked = FieldId.TryParse(field, out var id) && law.Card.Find(id) is not null ? id : null;
        var history = await lists.History();
        return Page.Show<AccessListPage>(http, "list.title", new AccessListModel(
            now, today, Narrowness.Of(law.Card, now.List, today), await lists.ProofOf(now),
            [.. now.List.Entries.Where(one => (wanted is null || one.Id == wanted)
                && (asked is null || one.Fields.Contains(asked.Value)))],
            wanted, asked, Steps(history, law, words), ReviewCalendar.Of(now.List, today)), "wide");
    }

    private static async Task<IResult> ShowVersion(
        HttpContext http, PublishedLists lists, Jurisdiction law, Words words, Visit visit, int version)
    {
        if (await lists.Find(version) is not { } found) return Results.NotFound();
        visit.Crumb = ("/public/access-list", words["list.title"]);
        var before = await lists.Find(version - 1);
        return Page.Show<AccessVersionPage>(http, "list.version-title", new AccessVersionModel(
            found, Diff(before?.List, found.List), await lists.ProofOf(found),
            Narrowness.Of(law.Card, found.List, found.List.PublishedOn)), "wide");
    }

    private static async Task<IResult> Compare(
        HttpContext http, PublishedLists lists, Words words, Visit visit, int from, int to)
    {
        if (await lists.Find(from) is not { } old || await lists.Find(to) is not { } now) return Results.NotFound();
        visit.Crumb = ("/public/access-list", words["list.title"]);
        visit.Path = $"/public/access-list/diff?from={from}&to={to}";
        return Page.Show<AccessDiffPage>(http, "list.diff-title",
            new AccessDiffModel(old, now, AccessListDiff.Between(old.List, now.List)));
    }

    /// <summary>What each version changed, the newest first.</summary>
    private static ImmutableArray<HistoryStep> Steps(
        ImmutableArray<PublishedVersion> history, Jurisdiction law, Words words)
    {
        var said = new DiffWords(law.Card, words.Language, words.PlainDate);
        return [.. history.Select((version, index) => new HistoryStep(version,
            index + 1 < history.Length ? said.Headline(Diff(history[index + 1].List, version.List)!) : null,
            Narrowness.Of(law.Card, version.List, version.List.PublishedOn).Figure))];
    }

    private static AccessListDiff? Diff(AccessList? before, AccessList after) =>
        before is null ? null : AccessListDiff.Between(before, after);
}

/// <param name="Shown">The entries that the reader of the page asked for.</param>
/// <param name="Reader">Only this one is asked for.</param>
/// <param name="Field">Only who reads this one.</param>
/// <param name="History">Every version, the newest first.</param>
public sealed record AccessListModel(
    PublishedVersion Now, DateOnly Today, Narrowness Narrowness, LogProof? Proof, ImmutableArray<AccessEntry> Shown,
    EntryId? Reader, FieldId? Field, ImmutableArray<HistoryStep> History, ReviewCalendar Calendar);

/// <param name="Headline">What it changed; null for the first.</param>
public sealed record HistoryStep(PublishedVersion Version, string? Headline, decimal Figure);

/// <param name="Diff">Against the version before; null for the first.</param>
public sealed record AccessVersionModel(
    PublishedVersion Version, AccessListDiff? Diff, LogProof? Proof, Narrowness Narrowness);

public sealed record AccessDiffModel(PublishedVersion From, PublishedVersion To, AccessListDiff Diff);
