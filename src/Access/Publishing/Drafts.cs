using System.Collections.Immutable;
using System.Text;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>Drafts of the next version: written by one person, approved by another, then published.</summary>
public sealed class Drafts(AccessStore store, PublishedLists lists, Jurisdiction law, TimeProvider time)
{
    /// <summary>Drafts that one page shows.</summary>
    private const int PageLimit = 100;

    /// <summary>A draft that says what the version in force says.</summary>
    public async Task<ListDraft> Begin(StaffId by)
    {
        var now = time.GetUtcNow();
        var draft = new ListDraft(ActId.New(time), lists.Current.Number, ListDraftState.Open, 1,
            Encoding.UTF8.GetString(AccessListJson.Write(Next(lists.Current.List))),
            [new(ListDraftStep.Opened, by, now, "")]);
        await Save(draft);
        return draft;
    }

    public async Task<ListDraft?> Find(ActId id) => (await store.Read<DraftRow>(
        "select * from draft where id = @id", new { id = id.Stored })) is [var row]
            ? RecordJson.Read<ListDraft>(row.Body)
            : null;

    /// <summary>The newest first.</summary>
    public async Task<ImmutableArray<ListDraft>> All() => [.. (await store.Read<DraftRow>(
        "select * from draft order by changed_at desc, id desc limit @limit", new { limit = PageLimit }))
        .Select(row => RecordJson.Read<ListDraft>(row.Body))];

    /// <summary>Puts another list in the draft's place.</summary>
    public Task<DraftAnswer> Edit(ActId id, long seen, StaffId by, AccessList list) =>
        Take(id, seen, ListDraftStep.Edited, by, "", draft => draft with
        {
            Json = Encoding.UTF8.GetString(AccessListJson.Write(list with { Version = draft.Base + 1 })),
        });

    public Task<DraftAnswer> Take(ActId id, long seen, ListDraftStep step, StaffId by, string comment) =>
        Take(id, seen, step, by, comment, draft => draft);

    /// <summary>Brings a draft of an older version up to the one in force: entries that only one side changed are taken
    /// from that side, and what both changed is taken as published and told.</summary>
    public async Task<(DraftAnswer Answer, ImmutableArray<EntryId> Lost)> Rebase(ActId id, long seen, StaffId by)
    {
        if (await Find(id) is not { } draft || await lists.Find(draft.Base) is not { } old)
            return (new(null, RefusalCode.DraftUnknown), []);
        var (now, mine) = (lists.Current.List, draft.List(law.Card));
        var lost = ImmutableArray.CreateBuilder<EntryId>();
        var merged = ImmutableArray.CreateBuilder<AccessEntry>();
        foreach (var entry in mine.Entries)
        {
            var (before, published) = (old.List.Find(entry.Id), now.Find(entry.Id));
            var (iChanged, theyChanged) = (Differ(before, entry), Differ(before, published));
            if (iChanged && theyChanged && published is not null) lost.Add(entry.Id);
            merged.Add(theyChanged && published is not null ? published : entry);
        }
        merged.AddRange(now.Entries.Where(entry => mine.Find(entry.Id) is null && old.List.Find(entry.Id) is null));
        var list = now with { Version = now.Version + 1, Entries = merged.ToImmutable() };
        var answer = await Take(id, seen, ListDraftStep.Edited, by, "", one => one with
        {
            Base = now.Version,
            Json = Encoding.UTF8.GetString(AccessListJson.Write(list)),
        });
        return (answer, lost.ToImmutable());
    }

    internal static void Save(Session session, DraftRow row) => session.Execute(
        """
        insert into draft (id, state, changed_at, version, body) values (@Id, @State, @ChangedAt, @Version, @Body)
        on conflict (id) do update
        set state = @State, changed_at = @ChangedAt, version = @Version, body = @Body
        """, row);

    private async Task<DraftAnswer> Take(
        ActId id, long seen, ListDraftStep step, StaffId by, string comment, Func<ListDraft, ListDraft> change)
    {
        if (await Find(id) is not { } draft) return new(null, RefusalCode.DraftUnknown);
        var (after, why) = ListDraft.Decide(draft, seen, step, by, comment, time.GetUtcNow());
        if (after is null) return new(draft, why);
        after = change(after);
        if (step is ListDraftStep.Submitted && WhyNotPublishable(after) is { } mistake) return new(draft, mistake);
        if (step is ListDraftStep.Published)
        {
            var approval = draft.Events.Last(one => one.Step is ListDraftStep.Approved);
            return await lists.Publish(draft, Row(after), approval) is { } refused
                ? new(draft, refused)
                : new(after, null);
        }
        return await Save(after, draft.Version) ? new(after, null) : new(draft, RefusalCode.OtherTabContinued);
    }

    private RefusalCode? WhyNotPublishable(ListDraft draft)
    {
        if (draft.Base != lists.Current.Number) return RefusalCode.ListChanged;
        var list = draft.List(law.Card);
        if (AccessListDiff.Between(lists.Current.List, list).Changes.IsEmpty) return RefusalCode.NothingToChange;
        return AccessListLint.Check(list, law.Card, law.DayOf(time.GetUtcNow()), lists.Current.List)
            .Any(finding => finding.Level is FindingLevel.Mistake) ? RefusalCode.ListNotPublishable : null;
    }

    private AccessList Next(AccessList list) =>
        list with { Version = list.Version + 1, PublishedOn = law.DayOf(time.GetUtcNow()) };

    private static bool Differ(AccessEntry? one, AccessEntry? other) =>
        one is null || other is null
            ? one is not null || other is not null
            : !AccessListDiff.Between(new(1, default, [one]), new(1, default, [other])).Changes.IsEmpty;

    private Task Save(ListDraft draft) => Save(draft, expected: null);

    /// <summary>False when somebody else was first.</summary>
    private Task<bool> Save(ListDraft draft, long? expected)
    {
        var row = Row(draft);
        return store.Writer.Write(session =>
        {
            var found = session.First<long?>("select version from draft where id = @Id", row);
            // A write may run twice: the second finds its own.
            if (found == row.Version
                && string.Equals(session.First<string>("select body from draft where id = @Id", row), row.Body,
                    StringComparison.Ordinal)) return true;
            if (found != expected) return false;
            Save(session, row);
            return true;
        });
    }

    private DraftRow Row(ListDraft draft) => new()
    {
        Id = draft.Id.Stored,
        State = draft.State.ToString(),
        ChangedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
        Version = draft.Version,
        Body = RecordJson.Write(draft),
    };
}

/// <summary>What became of a step.</summary>
/// <param name="Draft">As it stands now; null when there is none.</param>
/// <param name="Refused">Why the step was not taken.</param>
public sealed record DraftAnswer(ListDraft? Draft, RefusalCode? Refused);
