using System.Collections.Concurrent;
using System.Globalization;

namespace Musubi.Registers;

/// <summary>Fills an empty register: one transaction, the same chain and lookups as by acts.</summary>
internal static class BulkLoad
{
    /// <summary>Entries that go to the writer at once: enough that handing them over costs nothing.</summary>
    private const int BlockSize = 64;

    /// <summary>Blocks that may wait for the writer. It bounds the memory, whatever the population.</summary>
    private const int BlocksAhead = 4;

    /// <summary>The indexes of register-1.sql: building them at the end is one sort instead of a walk through the tree
    /// for every row, and finds what is there twice all the same. A crash in between rolls all of it back.</summary>
    private static readonly (string Name, string Kind, string On)[] Indexes =
    [
        ("entry_sequence", "unique index", "entry (sequence)"),
        ("entry_person", "unique index", "entry (person, version)"),
        ("entry_act", "unique index", "entry (act, person)"),
        ("identifier_term", "unique index", "identifier (term)"),
        ("identifier_person", "index", "identifier (person)"),
        ("name_term", "index", "name (term)"),
        ("name_person", "index", "name (person)"),
    ];

    /// <param name="records">Enumerated on a thread of its own, so that making a record, its text and its hash goes on
    /// beside the writing; and again from the beginning, should the transaction fail and be tried again.</param>
    /// <returns>The number of entries written.</returns>
    public static long Run<TRecord>(
        Session session, StoreName store, ActHeader act, DateOnly validFrom, IEnumerable<TRecord> records)
        where TRecord : class, IRegisterRecord
    {
        if (session.First<long>("select count(*) from (select 1 from entry limit 1) one") > 0)
            throw new InvalidOperationException($"{store} is not empty: a bulk load is the first thing in a register.");
        foreach (var (name, _, _) in Indexes) session.Execute($"drop index {name}");
        var first = new EntryRow
        {
            Version = 1,
            Act = act.Act.Stored,
            Kind = act.Kind.Stored,
            Staff = act.Staff.Stored,
            Office = act.Office.Stored,
            LegalBasis = act.LegalBasis,
            ValidFrom = validFrom.ToString("O", CultureInfo.InvariantCulture),
            RecordedAt = act.DecidedAt.ToUnixTimeMilliseconds(),
        };
        var count = 0L;
        using (var stop = new CancellationTokenSource())
        using (var blocks = new BlockingCollection<LoadedEntry[]>(BlocksAhead))
        {
            var making = Task.Factory.StartNew(() => Make(store, first, records, blocks, stop.Token), stop.Token,
                TaskCreationOptions.LongRunning, TaskScheduler.Default);
            try
            {
                count = Write(session, first, blocks);
            }
            finally
            {
                // After a fault of the writer nobody takes blocks any more: whoever makes them must not wait for ever.
                stop.Cancel();
#pragma warning disable VSTHRD002 // this is the writer's own thread: nothing else waits to run on it
                Task.WaitAny(making);
            }
            // What went wrong while a record was made belongs to the caller, and rolls everything back.
            making.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        }
        foreach (var (name, kind, on) in Indexes) session.Execute($"create {kind} {name} on {on}");
        return count;
    }

    /// <summary>The chain: each entry's hash goes into the next one, so one thread makes them in order.</summary>
    private static void Make<TRecord>(
        StoreName store, EntryRow first, IEnumerable<TRecord> records, BlockingCollection<LoadedEntry[]> blocks,
        CancellationToken stop)
        where TRecord : class, IRegisterRecord
    {
        try
        {
            var (hash, sequence) = (EntryHash.Genesis, 0L);
            foreach (var some in records.Chunk(BlockSize))
            {
                var block = new LoadedEntry[some.Length];
                for (var i = 0; i < some.Length; i++)
                {
                    var row = first with
                    {
                        Sequence = ++sequence,
                        Person = some[i].Key.Stored,
                        PreviousHash = hash,
                        Body = RecordJson.Write(some[i]),
                    };
                    hash = EntryHash.Of(store, row);
                    block[i] = new(row with { Hash = hash }, Values(some[i].Identifiers()), Values(some[i].Names()));
                }
                blocks.Add(block, stop);
            }
        }
        finally
        {
            blocks.CompleteAdding();
        }
    }

    private static long Write(Session session, EntryRow first, BlockingCollection<LoadedEntry[]> blocks)
    {
        using var entries = new MultiRowInsert(session, "entry",
            ["sequence", "person", "previous_hash", "hash", "body"],
            ("version", first.Version), ("act", first.Act), ("kind", first.Kind), ("staff", first.Staff),
            ("office", first.Office), ("legal_basis", first.LegalBasis), ("valid_from", first.ValidFrom),
            ("recorded_at", first.RecordedAt));
        using var identifiers = new MultiRowInsert(session, "identifier", ["term", "person"]);
        using var names = new MultiRowInsert(session, "name", ["term", "person"]);
        var count = 0L;
        foreach (var block in blocks.GetConsumingEnumerable())
        {
            foreach (var (row, identifying, naming) in block)
            {
                entries.Add(row.Sequence, row.Person, row.PreviousHash, row.Hash, row.Body);
                foreach (var term in identifying) identifiers.Add(term, row.Person);
                foreach (var term in naming) names.Add(term, row.Person);
            }
            count += block.Length;
        }
        entries.Flush();
        identifiers.Flush();
        names.Flush();
        return count;
    }

    private static string[] Values(IEnumerable<Term> terms) => [.. terms.Select(term => term.Value)];

    private sealed record LoadedEntry(EntryRow Row, string[] Identifiers, string[] Names);
}
