using System.Globalization;

namespace Musubi.Registers;

/// <summary>Fills an empty register: one transaction, the same chain and lookups as by acts.</summary>
internal static class BulkLoad
{
    /// <returns>The number of entries written.</returns>
    public static long Run<TRecord>(
        Session session, StoreName store, ActHeader act, DateOnly validFrom, IEnumerable<TRecord> records)
        where TRecord : class, IRegisterRecord
    {
        if (session.First<long>("select count(*) from (select 1 from entry limit 1) one") > 0)
            throw new InvalidOperationException($"{store} is not empty: a bulk load is the first thing in a register.");
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
        return count;
    }
}

internal sealed record TermRow(string Term, string Person);
