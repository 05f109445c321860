using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>Step 4 inside one register: what was prepared becomes an entry, and what finds it is brought up to
/// date.</summary>
internal static class Confirmation<TRecord> where TRecord : class, IRegisterRecord
{
    private const string Insert =
        """
        insert into entry (sequence, person, version, act, kind, staff, office, legal_basis, valid_from, recorded_at,
            previous_hash, hash, body)
        values (@Sequence, @Person, @Version, @Act, @Kind, @Staff, @Office, @LegalBasis, @ValidFrom, @RecordedAt,
            @PreviousHash, @Hash, @Body)
        """;

    private const string InsertIdentifier = "insert into identifier (term, person) values (@Term, @Person)";
    private const string InsertName = "insert into name (term, person) values (@Term, @Person)";

    /// <returns>How many entries this call added: 0 when the act was confirmed before.</returns>
    public static int Run(Session session, StoreName store, ActId act, DateTimeOffset committedAt)
    {
        var values = new { act = act.Stored };
        var prepared = session.Query<PreparedRow>("select * from prepared where act = @act order by person", values);
        if (prepared.Count == 0)
            return session.First<long>("select count(*) from entry where act = @act", values) > 0
                ? 0
                : throw new InvalidOperationException($"{store}: act {act} is confirmed but was never prepared.");
        foreach (var change in prepared) Append(session, store, change, committedAt);
        session.Execute("delete from reserved where act = @act", values);
        session.Execute("delete from prepared where act = @act", values);
        return prepared.Count;
    }

    private static void Append(Session session, StoreName store, PreparedRow change, DateTimeOffset committedAt)
    {
        var last = session.First<EntryRow>("select sequence, hash from entry order by sequence desc limit 1");
        var before = session.First<long?>(
            "select recorded_at from entry where person = @Person order by version desc limit 1", change);
        var row = new EntryRow
        {
            Sequence = (last?.Sequence ?? 0) + 1,
            Person = change.Person,
            Version = change.ExpectedVersion + 1,
            Act = change.Act,
            Kind = change.Kind,
            Staff = change.Staff,
            Office = change.Office,
            LegalBasis = change.LegalBasis,
            ValidFrom = change.ValidFrom,
            // A clock that was set back must not make a person's later version older than the one before it.
            RecordedAt = Math.Max(committedAt.ToUnixTimeMilliseconds(), before ?? 0),
            PreviousHash = last?.Hash ?? EntryHash.Genesis,
            Body = change.Body,
        };
        session.Execute(Insert, row with { Hash = EntryHash.Of(store, row) });
        var record = RecordJson.Read<TRecord>(change.Body);
        Replace(session, change.Person, record.Identifiers(), InsertIdentifier,
            "select term from identifier where person = @Person",
            "delete from identifier where term = @Term and person = @Person");
        Replace(session, change.Person, record.Names(), InsertName,
            "select term from name where person = @Person",
            "delete from name where term = @Term and person = @Person");
    }

    /// <summary>Brings a lookup table to exactly these terms, touching only what differs.</summary>
    private static void Replace(
        Session session, string person, IEnumerable<Term> terms, string insert, string select, string delete)
    {
        var wanted = terms.Select(term => term.Value).ToHashSet(StringComparer.Ordinal);
        var held = session.Query<string>(select, new TermRow("", person));
        foreach (var term in held.Except(wanted, StringComparer.Ordinal))
            session.Execute(delete, new TermRow(term, person));
        foreach (var term in wanted.Except(held, StringComparer.Ordinal))
            session.Execute(insert, new TermRow(term, person));
    }
}

internal sealed record TermRow(string Term, string Person);
