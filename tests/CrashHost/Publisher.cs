using Musubi.Access;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.CrashHost;

/// <summary>Publishes one version of the access list after the other, for a test to kill. It says which are published,
/// and when it stands at the wanted point of the wanted store.</summary>
public static class Publisher
{
    private static readonly StaffId Author = StaffId.Parse("author");
    private static readonly StaffId Second = StaffId.Parse("second");

    public static async Task Run(string folder, string law, StoreName store, Failpoint where, int nth)
    {
        var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        var met = 0;
        var settings = new StoreSettings
        {
            Failpoints = new Failpoints
            {
                OnWriterReached = (point, at) =>
                {
                    if (at != store || point != where || Interlocked.Increment(ref met) != nth) return;
                    output.WriteLine("reached");
                    using var never = new ManualResetEventSlim();
                    never.Wait();
                },
            },
        };
        await using var stores = Stores.OpenSqlite(folder, settings);
        await using var access = AccessStore.OpenSqlite(folder, settings);
        var jurisdiction = Jurisdiction.Load(law);
        using var keys = SigningKeys.Open(Path.Combine(folder, "keys"));
        var lists = await PublishedLists.Open(
            access, stores.Outbox, jurisdiction, new ListSignature(keys.List), TimeProvider.System);
        var drafts = new Drafts(access, lists, jurisdiction, TimeProvider.System);
        while (true)
        {
            var draft = await drafts.Begin(Author);
            var list = lists.Current.List;
            var later = list.Entries[0] with { Contact = $"version-{lists.Current.Number + 1}@reader.example" };
            draft = Taken(await drafts.Edit(draft.Id, draft.Version, Author,
                list with { Entries = list.Entries.SetItem(0, later) }));
            draft = Taken(await drafts.Take(draft.Id, draft.Version, ListDraftStep.Submitted, Author, ""));
            draft = Taken(await drafts.Take(draft.Id, draft.Version, ListDraftStep.Approved, Second, "as asked"));
            Taken(await drafts.Take(draft.Id, draft.Version, ListDraftStep.Published, Second, ""));
            await output.WriteLineAsync($"published {lists.Current.Number}");
        }
    }

    private static ListDraft Taken(DraftAnswer answer) => answer.Refused is { } why
        ? throw new InvalidOperationException($"A step was refused: {why}.")
        : answer.Draft!;
}
