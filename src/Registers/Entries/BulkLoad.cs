using System.Globalization;

namespace Musubi.Registers;

/// <summary>Fills an empty register: one transaction, the same chain and lookups as by acts.</summary>
internal static class BulkLoad
{
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

    /// <param name="records">Enumerated again from the beginning, should the transaction fail and be tried
    /// again.</param>
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
        using var entries = new MultiRowInsert(session, "entry",
            ["sequence", "person", "previous_hash", "hash", "body"],
            ("version", first.Version), ("act", first.Act), ("kind", first.Kind), ("staff", first.Staff),
            ("office", first.Office), ("legal_basis", first.LegalBasis), ("valid_from", first.ValidFrom),
            ("recorded_at", first.RecordedAt));
        using var identifiers = new MultiRowInsert(session, "identifier", ["term", "person"]);
        using var names = new MultiRowInsert(session, "name", ["term", "person"]);
        var (hash, sequence) = (EntryHash.Genesis, 0L);
        foreach (var record in records)
        {
            var row = first with
            {
                Sequence = ++sequence,
                Person = record.Key.Stored,
                PreviousHash = hash,
                Body = RecordJson.Write(record),
            };
            hash = EntryHash.Of(store, row);
            entries.Add(row.Sequence, row.Person, row.PreviousHash, hash, row.Body);
            foreach (var term in record.Identifiers()) identifiers.Add(term.Value, row.Person);
            foreach (var term in record.Names()) names.Add(term.Value, row.Person);
        }
        entries.Flush();
        identifiers.Flush();
        names.Flush();
        foreach (var (name, kind, on) in Indexes) session.Execute($"create {kind} {name} on {on}");
        return sequence;
    }
}
