using System.Globalization;

namespace Musubi.Registers;

/// <summary>Fills an empty register: one transaction, the same chain and lookups as by acts.</summary>
internal static class BulkLoad
{
    /// <summary>The secondary indexes of register-1.sql: building them at the end is one sort instead of a walk through
    /// the tree for every row. A crash in between rolls all of it back.</summary>
    private static readonly (string Drop, string Create)[] Indexes =
    [
        ("drop index identifier_person", "create index identifier_person on identifier (person)"),
        ("drop index name_term", "create index name_term on name (term)"),
        ("drop index name_person", "create index name_person on name (person)"),
    ];

    /// <returns>The number of entries written.</returns>
    public static long Run<TRecord>(
        Session session, StoreName store, ActHeader act, DateOnly validFrom, IEnumerable<TRecord> records)
        where TRecord : class, IRegisterRecord
    {
        if (session.First<long>("select count(*) from (select 1 from entry limit 1) one") > 0)
            throw new InvalidOperationException($"{store} is not empty: a bulk load is the first thing in a register.");
        foreach (var (drop, _) in Indexes) session.Execute(drop);
        var validText = validFrom.ToString("O", CultureInfo.InvariantCulture);
        var hash = EntryHash.Genesis;
        var count = 0L;
        foreach (var record in records)
        {
            var row = new EntryRow
            {
                Sequence = ++count,
                Person = record.Key.Stored,
                Version = 1,
                Act = act.Act.Stored,
                Kind = act.Kind.Stored,
                Staff = act.Staff.Stored,
                Office = act.Office.Stored,
                LegalBasis = act.LegalBasis,
                ValidFrom = validText,
                RecordedAt = act.DecidedAt.ToUnixTimeMilliseconds(),
                PreviousHash = hash,
                Body = RecordJson.Write(record),
            };
            hash = EntryHash.Of(store, row);
            session.Execute(Confirmation<TRecord>.Insert, row with { Hash = hash });
            foreach (var term in record.Identifiers())
                session.Execute(Confirmation<TRecord>.InsertIdentifier, new TermRow(term.Value, row.Person));
            foreach (var term in record.Names())
                session.Execute(Confirmation<TRecord>.InsertName, new TermRow(term.Value, row.Person));
        }
        foreach (var (_, create) in Indexes) session.Execute(create);
        return count;
    }
}

internal sealed record TermRow(string Term, string Person);
