using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>The coordinator's memory: which act stands where. An act has happened when its row here says committed,
/// and at no other moment.</summary>
/// <remarks>Trusted with the order of acts and with whether one happened; it holds no record that a register lacks for
/// longer than an act is open, except the consent receipts.</remarks>
public sealed class Journal : IAsyncDisposable
{
    /// <summary>Acts that the desk's list and one page of a person's acts show.</summary>
    public const int PageLimit = 1000;

    private readonly Database database;

    internal Journal(OpenDatabase opened, Failpoints failpoints, TimeProvider time)
    {
        database = opened.Database;
        Writer = new GroupCommitWriter(opened, failpoints);
        Outbox = new Outbox(database, Writer, time);
    }

    public Outbox Outbox { get; }

    public GroupCommitWriter Writer { get; }

    /// <summary>The newest acts that changed this person in that store, whether they happened or not.</summary>
    public async Task<IReadOnlyList<JournaledAct>> ActsOf(StoreName store, PersonId person, int limit) => Acts(
        await database.Read<ActRow>(
            """
            select a.* from act a join touched t on t.act = a.act
            where t.person = @person and t.store = @store order by a.act desc limit @limit
            """, new { person = person.Stored, store = store.Folded(), limit = Math.Min(limit, PageLimit) }));

    public async Task<JournaledAct?> Find(ActId act) =>
        Acts(await database.Read<ActRow>("select * from act where act = @act", new { act = act.Stored })) is [var found]
            ? found
            : null;

    /// <summary>Acts that are not at their end, oldest first.</summary>
    public async Task<IReadOnlyList<JournaledAct>> Open() => Acts(await database.Read<ActRow>(
        "select * from act where stage not in ('Completed', 'Cancelled') order by decided_at limit @limit",
        new { limit = PageLimit }));

    /// <summary>Acts of this person that have happened and that some register may not know of yet.</summary>
    internal async Task<IReadOnlyList<JournaledAct>> CommittedNotConfirmed(PersonId person) => Acts(
        await database.Read<ActRow>(
            """
            select distinct a.* from touched t join act a on a.act = t.act
            where t.person = @person and a.stage = 'Committed' order by a.commit_sequence
            """, new { person = person.Stored }));

    /// <summary>All of them, for a search by an identifier that no register knows yet.</summary>
    internal async Task<IReadOnlyList<JournaledAct>> CommittedNotConfirmed() => Acts(await database.Read<ActRow>(
        "select * from act where stage = 'Committed' order by commit_sequence"));

    /// <summary>The number of the last act that happened to anybody.</summary>
    internal async Task<long> LastCommit() => (await database.Read<long>(
        "select commit_sequence from act where commit_sequence is not null order by commit_sequence desc limit 1"))
        .FirstOrDefault();

    /// <summary>The number of the last act that happened to any of these people: a reader that finds it no later than
    /// the last of all when it began has not read across a commit.</summary>
    internal async Task<long> LastCommitOf(PeopleSeen people) => (await database.Read<long>(
        "select coalesce(max(commit_sequence), 0) from touched where person in (@First, @Second, @Third)",
        people))[0];

    /// <summary>Step 1. An act that is known already is answered as it stands and not written again.</summary>
    internal Task<JournaledAct> Decide(DecidedAct act)
    {
        var header = act.Header;
        var row = new ActRow
        {
            Act = header.Act.Stored,
            Stage = nameof(ActStage.Decided),
            Kind = header.Kind.Stored,
            Staff = header.Staff.Stored,
            Office = header.Office.Stored,
            DecidedAt = header.DecidedAt.ToUnixTimeMilliseconds(),
            Body = RecordJson.Write(act),
        };
        return Writer.Write(session =>
        {
            if (session.First<ActRow>("select * from act where act = @Act", row) is { } known) return known.Read();
            session.Execute(
                """
                insert into act (act, stage, kind, staff, office, decided_at, body)
                values (@Act, @Stage, @Kind, @Staff, @Office, @DecidedAt, @Body)
                """, row);
            foreach (var (store, person) in act.Touched)
                session.Execute("insert into touched (person, store, act) values (@person, @store, @act)",
                    new { person = person.Stored, store = store.Folded(), act = row.Act });
            return new JournaledAct(act, ActStage.Decided, null, null, null);
        });
    }

    /// <summary>Step 3: the moment it happens. The commitments become durable in the same transaction.</summary>
    internal Task<DateTimeOffset> Commit(DecidedAct act, DateTimeOffset now)
    {
        var outbox = act.Commitments.Select(made => OutboxRow.Of(made, act.Header.Act, now)).ToArray();
        return Writer.Write(session =>
        {
            var key = new { act = act.Header.Act.Stored };
            var known = session.First<ActRow>("select act, stage, committed_at from act where act = @act", key)!;
            if (known.CommittedAt is { } before) return DateTimeOffset.FromUnixTimeMilliseconds(before);
            Require(known, ActStage.Decided);
            var last = session.First<CommitRow>(
                """
                select commit_sequence as sequence, committed_at as at from act
                where commit_sequence is not null order by commit_sequence desc limit 1
                """) ?? new();
            // Moments of commit never go back, also when the clock does: as-known-at reads depend on their order.
            var row = new
            {
                key.act,
                Sequence = last.Sequence + 1,
                at = Math.Max(last.At, now.ToUnixTimeMilliseconds()),
            };
            session.Execute(
                "update act set stage = 'Committed', committed_at = @at, commit_sequence = @Sequence where act = @act",
                row);
            session.Execute("update touched set commit_sequence = @Sequence where act = @act", row);
            foreach (var entry in outbox) Outbox.Insert(session, entry);
            return DateTimeOffset.FromUnixTimeMilliseconds(row.at);
        });
    }

    internal Task Confirmed(ActId act) => Move(act, ActStage.Committed, ActStage.Confirmed);

    internal Task Completed(ActId act) => Move(act, ActStage.Committed, ActStage.Confirmed, ActStage.Completed);

    internal Task Cancelled(ActId act) => Move(act, ActStage.Cancelling, ActStage.Cancelled);

    /// <summary>The decision that it will not happen, with the reason that whoever asks again is given.</summary>
    internal Task Cancel(ActId act, RefusalCode reason, OtherAct? other)
    {
        var row = new
        {
            act = act.Stored,
            reason = reason.ToString(),
            other = other is null ? null : RecordJson.Write(other),
        };
        return Writer.Write(session =>
        {
            var known = session.First<ActRow>("select act, stage from act where act = @act", row)!;
            if (known.Is(ActStage.Cancelling)) return 0;
            Require(known, ActStage.Decided);
            return session.Execute(
                "update act set stage = 'Cancelling', refusal = @reason, other = @other where act = @act", row);
        });
    }

    public ValueTask DisposeAsync()
    {
        return Writer.DisposeAsync();
    }

    /// <summary>The stages are named from the first possible one to the one to reach.</summary>
    private Task Move(ActId act, params ActStage[] stages) => Writer.Write(session =>
    {
        var values = new
        {
            act = act.Stored,
            from = stages[0].ToString(),
            by = stages[1].ToString(),
            to = stages[^1].ToString(),
        };
        return session.Execute(
            "update act set stage = @to where act = @act and stage in (@from, @by, @to)", values) == 1
            ? true
            : throw new InvalidOperationException($"Act {act} stands where {stages[^1]} cannot follow.");
    });

    private static void Require(ActRow row, ActStage stage)
    {
        if (!row.Is(stage))
            throw new InvalidOperationException($"Act {row.Act} is {row.Stage}, where only {stage} may come.");
    }

    private static IReadOnlyList<JournaledAct> Acts(IReadOnlyList<ActRow> rows) => [.. rows.Select(row => row.Read())];

    private sealed record CommitRow
    {
        public long Sequence { get; init; }
        public long At { get; init; }
    }

    private sealed record ActRow
    {
        public string Act { get; init; } = "";
        public string Stage { get; init; } = "";
        public string Kind { get; init; } = "";
        public string Staff { get; init; } = "";
        public string Office { get; init; } = "";
        public long DecidedAt { get; init; }
        public long? CommittedAt { get; init; }
        public long? CommitSequence { get; init; }
        public string? Refusal { get; init; }
        public string? Other { get; init; }
        public string Body { get; init; } = "";

        public bool Is(ActStage stage) => string.Equals(Stage, stage.ToString(), StringComparison.Ordinal);

        public JournaledAct Read() => new(
            RecordJson.Read<DecidedAct>(Body),
            Enum.Parse<ActStage>(Stage),
            CommittedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
            Refusal is null ? null : Enum.Parse<RefusalCode>(Refusal),
            Other is null ? null : RecordJson.Read<OtherAct>(Other));
    }
}

/// <summary>An act as the journal holds it.</summary>
/// <param name="Refusal">Why it was cancelled.</param>
public sealed record JournaledAct(
    DecidedAct Act, ActStage Stage, DateTimeOffset? CommittedAt, RefusalCode? Refusal, OtherAct? Other);
