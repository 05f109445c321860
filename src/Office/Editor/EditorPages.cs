using System.Collections.Immutable;
using System.Globalization;
using Musubi.Access;
using Musubi.Office.Hosting;
using Musubi.Office.Texts;
using Musubi.Vocabulary;

namespace Musubi.Office.Editor;

/// <summary>The access list's next version: written by one person, approved by another, then published. What may be
/// done is decided in Access; these pages only ask.</summary>
internal static class EditorPages
{
    public static void MapEditor(this IEndpointRouteBuilder routes)
    {
        var editor = routes.MapGroup("/editor").Behind(Door.Editor).WithFormGuard().ExcludeFromDescription();
        editor.MapGet("", Show);
        editor.MapPost("/drafts", Begin);
        editor.MapPost("/withdraw", Withdraw);
        editor.MapGet("/drafts/{draft}", ShowDraft);
        editor.MapPost("/drafts/{draft}/step", Step);
        editor.MapPost("/drafts/{draft}/rebase", Rebase);
        editor.MapGet("/drafts/{draft}/entry", ShowEntry);
        editor.MapPost("/drafts/{draft}/entry", SaveEntry);
    }

    private static async Task<IResult> Show(HttpContext http, Drafts drafts, PublishedLists lists) =>
        Page.Show<DraftsPage>(http, "editor.title", new DraftsModel(lists.Current, await drafts.All(), null), "wide");

    private static async Task<IResult> Begin(Visit visit, Drafts drafts) =>
        Page.Next($"/editor/drafts/{(await drafts.Begin(visit.Editor().Staff)).Id}");

    private static async Task<IResult> Withdraw(
        HttpContext http, Visit visit, PublishedLists lists, Drafts drafts, IFormCollection form)
    {
        var reason = form.Text("reason");
        RefusalCode? refused = EntryId.TryParse(form.Text("entry"), out var entry) && reason.Length > 0
            && reason.Length <= ListDraft.LongestComment
            ? await lists.Withdraw(visit.Editor().Staff, entry, reason)
            : RefusalCode.InputNotUnderstood;
        if (refused is not { } why) return Page.Next($"/public/access-list/{lists.Current.Number}");
        visit.Path = "/editor";
        return Page.Show<DraftsPage>(http, "editor.title",
            new DraftsModel(lists.Current, await drafts.All(), new Refusal(why)), "wide",
            StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ShowDraft(
        HttpContext http, Visit visit, Drafts drafts, PublishedLists lists, Jurisdiction law, Words words, string draft)
    {
        if (await Find(drafts, draft) is not { } found) return Results.NotFound();
        visit.Crumb = ("/editor", words["editor.title"]);
        return Draft(http, found, lists, law, null);
    }

    private static async Task<IResult> Step(HttpContext http, Visit visit, Drafts drafts, PublishedLists lists,
        Jurisdiction law, Words words, string draft, IFormCollection form)
    {
        if (await Find(drafts, draft) is not { } found) return Results.NotFound();
        var answer = Enum.TryParse<ListDraftStep>(form.Text("step"), out var step) && Enum.IsDefined(step)
            && step is not (ListDraftStep.Opened or ListDraftStep.Edited) && Seen(form) is { } seen
            ? await drafts.Take(found.Id, seen, step, visit.Editor().Staff, form.Text("comment"))
            : new DraftAnswer(found, RefusalCode.InputNotUnderstood);
        return After(http, visit, found, answer, lists, law, words);
    }

    private static async Task<IResult> Rebase(HttpContext http, Visit visit, Drafts drafts, PublishedLists lists,
        Jurisdiction law, Words words, string draft, IFormCollection form)
    {
        if (await Find(drafts, draft) is not { } found) return Results.NotFound();
        var answer = Seen(form) is { } seen
            ? (await drafts.Rebase(found.Id, seen, visit.Editor().Staff)).Answer
            : new DraftAnswer(found, RefusalCode.InputNotUnderstood);
        return After(http, visit, found, answer, lists, law, words);
    }

    private static IResult After(HttpContext http, Visit visit, ListDraft found, DraftAnswer answer,
        PublishedLists lists, Jurisdiction law, Words words)
    {
        if (answer.Refused is not { } why)
            return Page.Next(answer.Draft is { State: ListDraftState.Published }
                ? $"/public/access-list/{lists.Current.Number}"
                : $"/editor/drafts/{found.Id}");
        visit.Crumb = ("/editor", words["editor.title"]);
        visit.Path = $"/editor/drafts/{found.Id}";
        return Draft(http, answer.Draft ?? found, lists, law, new Refusal(why));
    }

    private static IResult Draft(
        HttpContext http, ListDraft draft, PublishedLists lists, Jurisdiction law, Refusal? refused)
    {
        var (now, list) = (lists.Current.List, draft.List(law.Card));
        var today = law.DayOf(http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
        // Where the draft begins later than today, both are counted on its own first day in force: today.
        return Page.Show<DraftPage>(http, "editor.draft-title", new DraftModel(draft, list, lists.Current.Number,
            AccessListDiff.Between(now, list), AccessListLint.Check(list, law.Card, today, now),
            Narrowness.Of(law.Card, now, today).Figure, Narrowness.Of(law.Card, list, today).Figure, refused), "wide",
            refused is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ShowEntry(HttpContext http, Visit visit, Drafts drafts, Jurisdiction law,
        Words words, string draft, string? id)
    {
        if (await Find(drafts, draft) is not { State: ListDraftState.Open } found) return Results.NotFound();
        visit.Crumb = ($"/editor/drafts/{found.Id}", words["editor.back"]);
        var entry = EntryId.TryParse(id, out var key) ? found.List(law.Card).Find(key) : null;
        if (id is not null && entry is null) return Results.NotFound();
        return Page.Show<EntryFormPage>(http, "editor.entry-title",
            new EntryFormModel(found, entry is null ? EntryForm.Empty : EntryForm.Of(entry), entry is null, []));
    }

    private static async Task<IResult> SaveEntry(HttpContext http, Visit visit, Drafts drafts, Jurisdiction law,
        Words words, PublishedLists lists, string draft, IFormCollection form)
    {
        if (await Find(drafts, draft) is not { } found) return Results.NotFound();
        var typed = EntryForm.Of(form, law.Card);
        var list = found.List(law.Card);
        var errors = typed.Read(law.Card, list, words, out var entry);
        if (entry is not null && Seen(form) is { } seen)
        {
            var entries = list.Entries.Where(one => one.Id != entry.Id).Append(entry)
                .OrderBy(one => one.Id.Stored, StringComparer.Ordinal);
            return After(http, visit, found, await drafts.Edit(
                found.Id, seen, visit.Editor().Staff, list with { Entries = [.. entries] }), lists, law, words);
        }
        visit.Crumb = ($"/editor/drafts/{found.Id}", words["editor.back"]);
        visit.Path = $"/editor/drafts/{found.Id}";
        return Page.Show<EntryFormPage>(http, "editor.entry-title",
            new EntryFormModel(found, typed, EntryId.TryParse(typed.Id, out var id) && list.Find(id) is null, errors),
            status: StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<ListDraft?> Find(Drafts drafts, string id) =>
        ActId.TryParse(id, out var draft) ? await drafts.Find(draft) : null;

    private static long? Seen(IFormCollection form) =>
        long.TryParse(form.Text("seen"), NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : null;
}

public sealed record DraftsModel(PublishedVersion Now, ImmutableArray<ListDraft> Drafts, Refusal? Refused);

/// <param name="Current">The version in force.</param>
/// <param name="Before">Narrowness of the list in force, today.</param>
/// <param name="After">Narrowness of the draft, today.</param>
public sealed record DraftModel(
    ListDraft Draft, AccessList List, int Current, AccessListDiff Diff, ImmutableArray<AccessFinding> Findings,
    decimal Before, decimal After, Refusal? Refused);

/// <param name="IsNew">Its key is typed; that of a published entry stands.</param>
public sealed record EntryFormModel(
    ListDraft Draft, EntryForm Form, bool IsNew,
    IReadOnlyList<(string Field, Microsoft.AspNetCore.Components.MarkupString Sentence)> Errors);
