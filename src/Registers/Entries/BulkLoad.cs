using System.Data.Common;
using System.Globalization;

namespace Musubi.Registers;

/// <summary>Fills an empty register: one transaction, prepared statements, the same chain and lookups as by
/// acts.</summary>
internal static class BulkLoad
{
    /// <returns>The number of entries written.</returns>
    public static long Run<TRecord>(
        WriteSession session, StoreName store, ActHeader act, DateOnly validFrom, IEnumerable<TRecord> records)
        where TRecord : class, IRegisterRecord
    {
        if (session.First<long>("select count(*) from (select 1 from entry limit 1) one") > 0)
            throw new InvalidOperationException($"{store} is not empty: a bulk load is the first thing in a register.");
        using var entry = new Statement(session, Confirmation<TRecord>.Insert, "Sequence", "Person", "Version", "Act",
            "Kind",
            "Staff", "Office", "LegalBasis", "ValidFrom", "RecordedAt", "PreviousHash", "Hash", "Body");
        using var identifier = new Statement(session,
            "insert into identifier (term, person) values (@term, @person)", "term", "person");
        using var name = new Statement(session, "insert into name (term, person) values (@term, @person)", "term",
            "person");
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
            entry.Run(row.Sequence, row.Person, row.Version, row.Act, row.Kind, row.Staff, row.Office, row.LegalBasis,
                row.ValidFrom, row.RecordedAt, row.PreviousHash, hash, row.Body);
            foreach (var term in record.Identifiers()) identifier.Run(term.Value, row.Person);
            foreach (var term in record.Names()) name.Run(term.Value, row.Person);
        }
        return count;
    }

    /// <summary>One statement prepared once and run many times.</summary>
    private sealed class Statement : IDisposable
    {
        private readonly DbCommand command;

        public Statement(WriteSession session, string sql, params string[] parameters)
        {
            command = session.Connection.CreateCommand();
            command.Transaction = session.Transaction;
#pragma warning disable CA2100 // constants of this assembly
            command.CommandText = sql;
#pragma warning restore CA2100
            foreach (var name in parameters)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = "@" + name;
                command.Parameters.Add(parameter);
            }
        }

        public void Run(params ReadOnlySpan<object> values)
        {
            for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
            command.ExecuteNonQuery();
        }

        public void Dispose() => command.Dispose();
    }
}
