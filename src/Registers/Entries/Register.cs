using System.Globalization;
using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>One register: what one authority believes of each person, since when, by which act. It never
/// overwrites.</summary>
/// <remarks>Changes come in two steps, so that two registers can change together: <see cref="Prepare"/> takes the
/// change durably and invisibly and blocks every other change of that person; <see cref="Confirm"/> or
/// <see cref="Cancel"/> ends it. All three may be repeated without harm. The link store is a register too; its key is
/// the residence person. Its operator is trusted with its records: it can lie about them, and about no other
/// register's.</remarks>
public sealed class Register<TRecord> : IAsyncDisposable where TRecord : class, IRegisterRecord
{
    /// <summary>People that one act may change in one register: a household, with room.</summary>
    public const int MaxChangesOfAct = 32;

    /// <summary>People that one page of <see cref="People"/> or one find may return.</summary>
    public const int PageLimit = 1000;

    private readonly Database database;
    private readonly Failpoints failpoints;

    internal Register(OpenDatabase opened, Failpoints failpoints)
    {
        database = opened.Database;
        this.failpoints = failpoints;
        Writer = new GroupCommitWriter(opened, failpoints);
    }

    public StoreName Store => database.Store;

    public GroupCommitWriter Writer { get; }

    /// <summary>What the register believes now; null for a person it does not hold.</summary>
    public Task<RegisterEntry<TRecord>?> ReadNow(PersonId person) => One(
        "select * from entry where person = @person order by version desc limit 1", new { person = person.Stored });

    /// <summary>What it believed at that moment; null where it held nothing yet.</summary>
    public Task<RegisterEntry<TRecord>?> ReadAsOf(PersonId person, DateTimeOffset knownAt) => One(
        "select * from entry where person = @person and recorded_at <= @at order by version desc limit 1",
        new { person = person.Stored, at = knownAt.ToUnixTimeMilliseconds() });

    /// <summary>Every version, oldest first.</summary>
    public async Task<IReadOnlyList<RegisterEntry<TRecord>>> History(PersonId person) =>
        [.. (await Rows<EntryRow>("select * from entry where person = @person order by version",
            new { person = person.Stored })).Select(row => row.Checked<TRecord>(Store))];

    /// <summary>The people that this register finds so: at most one by an identifier, some by a name.</summary>
    public async Task<IReadOnlyList<PersonId>> Find(Find query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var found = await Rows<string>(
            """
            select person from identifier where term = @term
            union select person from name where term = @term
            order by person limit @limit
            """, new { term = query.Term.Value, limit = PageLimit });
        return [.. found.Select(PersonId.Parse)];
    }

    /// <summary>A page of all people in order of their key, for audits and loads.</summary>
    public async Task<IReadOnlyList<PersonId>> People(PersonId? after, int limit) =>
        [.. (await Rows<string>(
            "select person from entry where version = 1 and person > @after order by person limit @limit",
            new { after = after?.Stored ?? "", limit = Math.Min(limit, PageLimit) })).Select(PersonId.Parse)];

    public async Task<long> Count() => (await Rows<long>("select count(*) from entry where version = 1"))[0];

    /// <summary>Takes all changes of the act or none. Repeating it is answered as the first time.</summary>
    /// <exception cref="StoreException">No answer; ask again or cancel.</exception>
    public async Task<PrepareAnswer> Prepare(ActHeader act, IReadOnlyList<Change<TRecord>> changes)
    {
        ArgumentNullException.ThrowIfNull(act);
        ArgumentNullException.ThrowIfNull(changes);
        if (changes.Count is 0 or > MaxChangesOfAct)
            throw new ArgumentException(
                $"An act changes 1 to {MaxChangesOfAct} people of a register.", nameof(changes));
        var rows = changes.Select(change => PreparedRow.Of(act, change)).ToArray();
        await failpoints.Reach(Failpoint.PrepareSent, Store);
        // Crash before the answer: the change is prepared or it is not; recovery asks by repeating this call.
        return await Writer.Write(session => Preparation.Run(session, rows));
    }

    /// <summary>Makes the prepared changes of the act what the register believes since
    /// <paramref name="committedAt"/>.</summary>
    /// <exception cref="InvalidOperationException">The act was never prepared here, or was cancelled: the caller broke
    /// the protocol.</exception>
    public async Task Confirm(ActId act, DateTimeOffset committedAt)
    {
        await failpoints.Reach(Failpoint.ConfirmSent, Store);
        // Crash before the answer: confirmed or still prepared; recovery repeats the call, and twice is once.
        await Writer.Write(session => Confirmation<TRecord>.Run(session, Store, act, committedAt));
    }

    /// <summary>Drops what the act prepared and refuses it from now on, also where nothing had arrived yet.</summary>
    public Task Cancel(ActId act, DateTimeOffset now) => Writer.Write(session =>
    {
        var values = new { act = act.Stored, now = now.ToUnixTimeMilliseconds() };
        if (session.First<long>("select count(*) from entry where act = @act", values) > 0)
            throw new InvalidOperationException($"{Store}: act {act} is confirmed and cannot be cancelled.");
        session.Execute("insert into cancelled (act, cancelled_at) values (@act, @now) on conflict do nothing", values);
        session.Execute("delete from reserved where act = @act", values);
        return session.Execute("delete from prepared where act = @act", values);
    });

    public async Task<ActInRegister> StateOf(ActId act)
    {
        var states = await Rows<string>(
            """
            select 'Confirmed' from entry where act = @act
            union select 'Prepared' from prepared where act = @act
            union select 'Cancelled' from cancelled where act = @act
            """, new { act = act.Stored });
        return states.Count == 0 ? ActInRegister.Unknown : Enum.Parse<ActInRegister>(states[0]);
    }

    /// <summary>Recomputes the whole chain; the number of entries, or the exception of the first that does not
    /// fit.</summary>
    /// <exception cref="RegisterTamperedException">An entry was changed, moved, removed or slipped in.</exception>
    public async Task<long> VerifyChain()
    {
        var (sequence, hash) = (0L, EntryHash.Genesis);
        while (true)
        {
            var page = await Rows<EntryRow>(
                "select * from entry where sequence > @sequence order by sequence limit @limit",
                new { sequence, limit = PageLimit });
            foreach (var row in page)
            {
                if (row.Sequence != sequence + 1)
                    throw new RegisterTamperedException($"{Store}: entry {sequence + 1} is missing.");
                if (!string.Equals(row.PreviousHash, hash, StringComparison.Ordinal)
                    || !string.Equals(EntryHash.Of(Store, row), row.Hash, StringComparison.Ordinal))
                    throw new RegisterTamperedException($"{Store}: the chain breaks at entry {row.Sequence}.");
                (sequence, hash) = (row.Sequence, row.Hash);
            }
            if (page.Count < PageLimit) return sequence;
        }
    }

    /// <summary>Fills an empty register in one transaction, without prepare and confirm: the first entry of each
    /// person.</summary>
    /// <returns>The number of entries written.</returns>
    public Task<long> BulkLoad(ActHeader act, DateOnly validFrom, IEnumerable<TRecord> records) =>
        Writer.Write(session => Registers.BulkLoad.Run(session, Store, act, validFrom, records));

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        database.Dispose();
    }

    private async Task<RegisterEntry<TRecord>?> One(string sql, object values) =>
        await Rows<EntryRow>(sql, values) is [var row] ? row.Checked<TRecord>(Store) : null;

    private Task<IReadOnlyList<T>> Rows<T>(string sql, object? values = null) => database.Read<T>(sql, values);
}

internal sealed record PreparedRow
{
    public string Person { get; init; } = "";
    public long ExpectedVersion { get; init; }
    public string Act { get; init; } = "";
    public string Kind { get; init; } = "";
    public string Staff { get; init; } = "";
    public string Office { get; init; } = "";
    public string LegalBasis { get; init; } = "";
    public string ValidFrom { get; init; } = "";
    public long PreparedAt { get; init; }
    public string Body { get; init; } = "";

    /// <summary>What the new record claims; no column, it follows from the body.</summary>
    public IReadOnlyList<string> Identifiers { get; init; } = [];

    public static PreparedRow Of<TRecord>(ActHeader act, Change<TRecord> change)
        where TRecord : class, IRegisterRecord => new()
        {
            Person = change.Record.Key.Stored,
            ExpectedVersion = change.ExpectedVersion,
            Act = act.Act.Stored,
            Kind = act.Kind.Stored,
            Staff = act.Staff.Stored,
            Office = act.Office.Stored,
            LegalBasis = act.LegalBasis,
            ValidFrom = change.ValidFrom.ToString("O", CultureInfo.InvariantCulture),
            PreparedAt = act.DecidedAt.ToUnixTimeMilliseconds(),
            Body = RecordJson.Write(change.Record),
            Identifiers = [.. change.Record.Identifiers().Select(term => term.Value).Distinct(StringComparer.Ordinal)],
        };
}
