using System.Security.Cryptography;
using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>The commitments in the order in which they happened, durable before anybody is told, for the public log to
/// take. Nothing here is published: the log will take the commitments and never the records.</summary>
public sealed class Outbox
{
    /// <summary>Longest record; an entry of the log holds 65,535 bytes.</summary>
    public const int MaxRecordChars = 65_535;

    public const int PageLimit = 1000;

    private readonly Database database;
    private readonly GroupCommitWriter writer;
    private readonly TimeProvider time;

    internal Outbox(Database database, GroupCommitWriter writer, TimeProvider time) =>
        (this.database, this.writer, this.time) = (database, writer, time);

    /// <summary>Adds one commitment and answers when it is durable: for readings, which are no acts.</summary>
    /// <exception cref="StoreException">Not recorded as far as is known: what was to be recorded must not go
    /// on.</exception>
    public async Task<OutboxEntry> Append(Commitment commitment)
    {
        var row = OutboxRow.Of(commitment, null, time.GetUtcNow());
        return (await writer.Write(session => Insert(session, row))).Entry();
    }

    /// <summary>Adds a commitment whose nonce another store has written first: asked again after a crash, it is the
    /// same entry.</summary>
    /// <param name="nonce">From <see cref="NewNonce"/>.</param>
    /// <exception cref="StoreException">Not recorded as far as is known; ask again.</exception>
    public async Task<OutboxEntry> AppendOnce(Commitment commitment, string nonce)
    {
        var row = OutboxRow.Of(commitment, null, time.GetUtcNow()) with { Nonce = nonce };
        return (await writer.Write(session => Insert(session, row))).Entry();
    }

    public static string NewNonce() => OutboxRow.Random();

    /// <summary>The entry of that number, or null.</summary>
    public async Task<OutboxEntry?> Find(long sequence) =>
        await Entries("select * from outbox where sequence = @sequence", new { sequence }) is [var found]
            ? found
            : null;

    /// <summary>Entries after that sequence number, in order: what the log has not taken yet.</summary>
    public Task<IReadOnlyList<OutboxEntry>> After(long sequence, int limit) => Entries(
        "select * from outbox where sequence > @sequence order by sequence limit @limit",
        new { sequence, limit = Math.Min(limit, PageLimit) });

    /// <summary>The newest entries about this residence person.</summary>
    public Task<IReadOnlyList<OutboxEntry>> Of(PersonId subject, int limit) => Entries(
        "select * from outbox where subject = @subject order by sequence desc limit @limit",
        new { subject = subject.Stored, limit = Math.Min(limit, PageLimit) });

    /// <summary>The first entries that the public log does not hold as far as we know, in order.</summary>
    public Task<IReadOnlyList<OutboxEntry>> Unlogged(int limit) => Entries(
        "select * from outbox where log_index is null order by sequence limit @limit",
        new { limit = Math.Min(limit, PageLimit) });

    /// <summary>Writes down where entries stand in the log and answers when that is durable.</summary>
    /// <exception cref="RegisterTamperedException">One stands elsewhere already.</exception>
    public Task MarkLogged(IReadOnlyCollection<(long Sequence, long LogIndex)> places) => writer.Write(session =>
    {
        foreach (var (sequence, index) in places)
        {
            session.Execute("update outbox set log_index = @index where sequence = @sequence and log_index is null",
                new { sequence, index });
            var stands = session.First<long?>("select log_index from outbox where sequence = @sequence",
                new { sequence });
            if (stands != index)
                throw new RegisterTamperedException($"Outbox entry {sequence} stands at {stands}, not at {index}.");
        }
        return places.Count;
    });

    /// <summary>How many entries the log does not hold as far as we know.</summary>
    public async Task<long> CountUnlogged() =>
        (await database.Read<long>("select count(*) from outbox where log_index is null"))[0];

    /// <summary>Where entries stand in the log, in the order of their numbers; null for one that waits.</summary>
    public async Task<IReadOnlyList<long?>> LogIndexes(IEnumerable<OutboxEntry> entries)
    {
        var indexes = new List<long?>();
        foreach (var entry in entries) indexes.Add((await Find(entry.Sequence))?.LogIndex);
        return indexes;
    }

    public async Task<long> Count() => (await database.Read<long>("select count(*) from outbox"))[0];

    internal Task<IReadOnlyList<OutboxEntry>> Of(ActId act) =>
        Entries("select * from outbox where act = @act order by sequence", new { act = act.Stored });

    /// <summary>One resident's records from that number on, in their order, each seen to follow the last.</summary>
    /// <param name="from">From 1.</param>
    /// <exception cref="RegisterTamperedException">One is missing, or is not the one that was there.</exception>
    public async Task<IReadOnlyList<OutboxEntry>> Chain(PersonId subject, long from, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(from);
        var rows = await database.Read<OutboxRow>(
            """
            select * from outbox where subject = @subject and number > 0 and number >= @before
            order by number limit @limit
            """, new { subject = subject.Stored, before = from - 1, limit = Math.Min(limit, PageLimit) + 1 });
        var last = new ChainEnd();
        if (from > 1 && rows.Count > 0) (last, rows) = (rows[0].End(from - 1), [.. rows.Skip(1)]);
        var entries = new List<OutboxEntry>();
        foreach (var row in rows.Take(limit))
        {
            if (row.Number != last.Number + 1 || !string.Equals(row.PreviousLink, last.Link, StringComparison.Ordinal))
                throw new RegisterTamperedException($"Outbox entry {row.Sequence} does not follow the one before it.");
            entries.Add(row.Entry());
            last = row.End(row.Number);
        }
        return entries;
    }

    /// <summary>The next place in the writer's order and in the subject's chain; the same nonce again is the same entry
    /// again.</summary>
    internal static OutboxRow Insert(Session session, OutboxRow row)
    {
        if (session.First<OutboxRow>("select * from outbox where nonce = @Nonce", row) is { } known) return known;
        var sequence = session.First<long>("select coalesce(max(sequence), 0) + 1 from outbox");
        var last = row.Subject is null ? null : session.First<ChainEnd>(
            """
            select number, link from outbox where subject = @Subject and number > 0 order by number desc limit 1
            """, row) ?? new();
        var placed = row.At(sequence, last);
        session.Execute(
            """
            insert into outbox (sequence, act, subject, topic, nonce, commitment, record, made_at,
                                number, previous_link, link_key, link)
            values (@Sequence, @Act, @Subject, @Topic, @Nonce, @Commitment, @Record, @MadeAt,
                    @Number, @PreviousLink, @LinkKey, @Link)
            """, placed);
        return placed;
    }

    private async Task<IReadOnlyList<OutboxEntry>> Entries(string sql, object values) =>
        [.. (await database.Read<OutboxRow>(sql, values)).Select(row => row.Entry())];
}

/// <param name="Sequence">From 1 without gaps.</param>
/// <param name="Nonce">32 random bytes, hexadecimal. Whoever has it and the record can prove the commitment.</param>
/// <param name="Hash">The commitment, hexadecimal: see <see cref="RecordChain"/>.</param>
/// <param name="Number">In the subject's chain, from 1 without gaps; 0 is in none.</param>
/// <param name="PreviousLink">Hexadecimal; empty in no chain.</param>
/// <param name="LinkKey">Hexadecimal; empty in no chain. With it the next record is seen to follow this one.</param>
public sealed record OutboxEntry(
    long Sequence, ActId? Act, PersonId? Subject, string Topic, string Nonce, string Hash, string Record,
    DateTimeOffset MadeAt, long Number, string PreviousLink, string LinkKey)
{
    /// <summary>Its index in the public log, from 0, when it was read; null while it waits.</summary>
    public long? LogIndex { get; init; }
}

/// <summary>The last of a subject's chain; before the first, number 0 and a link of zeros.</summary>
internal sealed record ChainEnd
{
    public long Number { get; init; }
    public string Link { get; init; } = new('0', 2 * RecordChain.Length);
}

internal sealed record OutboxRow
{
    public long Sequence { get; init; }
    public string? Act { get; init; }
    public string? Subject { get; init; }
    public string Topic { get; init; } = "";
    public string Nonce { get; init; } = "";
    public string Commitment { get; init; } = "";
    public string Record { get; init; } = "";
    public long MadeAt { get; init; }
    public long Number { get; init; }
    public string PreviousLink { get; init; } = "";
    public string LinkKey { get; init; } = "";
    public string Link { get; init; } = "";
    public long? LogIndex { get; init; }

    /// <summary>A row that has no place yet: its commitment is made when it gets one.</summary>
    public static OutboxRow Of(Commitment commitment, ActId? act, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(commitment);
        if (commitment.Record.Length > Outbox.MaxRecordChars)
            throw new ArgumentException($"A record has at most {Outbox.MaxRecordChars} characters.",
                nameof(commitment));
        return new()
        {
            Act = act?.Stored,
            Subject = commitment.Subject?.Stored,
            Topic = commitment.Topic,
            Nonce = Random(),
            Record = commitment.Record,
            MadeAt = now.ToUnixTimeMilliseconds(),
            LinkKey = commitment.Subject is null ? "" : Random(),
        };
    }

    /// <param name="sequence">In the outbox.</param>
    /// <param name="last">Of the subject's chain; null is in no chain.</param>
    public OutboxRow At(long sequence, ChainEnd? last)
    {
        var placed = this with
        {
            Sequence = sequence,
            Number = last is null ? 0 : last.Number + 1,
            PreviousLink = last?.Link ?? "",
        };
        var commitment = placed.Commit();
        return placed with
        {
            Commitment = Convert.ToHexStringLower(commitment),
            Link = last is null ? ""
                : Convert.ToHexStringLower(RecordChain.Link(Convert.FromHexString(LinkKey), commitment)),
        };
    }

    /// <exception cref="RegisterTamperedException">It is another number, or its link is not that of its commitment.
    /// </exception>
    public ChainEnd End(long number)
    {
        var link = RecordChain.Link(Convert.FromHexString(LinkKey), Convert.FromHexString(Commitment));
        return Number == number && string.Equals(Convert.ToHexStringLower(link), Link, StringComparison.Ordinal)
            ? new ChainEnd { Number = Number, Link = Link }
            : throw new RegisterTamperedException($"Outbox entry {Sequence} is not link {number} of its chain.");
    }

    /// <exception cref="RegisterTamperedException">The record is not the one that was committed to.</exception>
    public OutboxEntry Entry()
    {
        if (!string.Equals(Convert.ToHexStringLower(Commit()), Commitment, StringComparison.Ordinal))
            throw new RegisterTamperedException($"Outbox entry {Sequence} does not match its commitment.");
        return new(Sequence, Act is null ? null : ActId.Parse(Act), Subject is null ? null : PersonId.Parse(Subject),
            Topic, Nonce, Commitment, Record, DateTimeOffset.FromUnixTimeMilliseconds(MadeAt), Number, PreviousLink,
            LinkKey)
        { LogIndex = LogIndex };
    }

    private byte[] Commit() => RecordChain.Commitment(
        Convert.FromHexString(Nonce), Number, Convert.FromHexString(PreviousLink), Record);

    public static string Random() => RandomNumberGenerator.GetHexString(2 * RecordChain.Length, lowercase: true);
}
