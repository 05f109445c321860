using System.Security.Cryptography;
using System.Text;
using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>The commitments in the order in which they happened, durable before anybody is told, for the public log to
/// take. Nothing here is published: the log will take the commitments and never the records.</summary>
public sealed class Outbox
{
    /// <summary>Bytes of the nonce: without it a commitment to a short record could be guessed.</summary>
    public const int NonceBytes = 32;

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
        var sequence = await writer.Write(session => Insert(session, row));
        return (row with { Sequence = sequence }).Entry();
    }

    /// <summary>Entries after that sequence number, in order: what the log has not taken yet.</summary>
    public Task<IReadOnlyList<OutboxEntry>> After(long sequence, int limit) => Entries(
        "select * from outbox where sequence > @sequence order by sequence limit @limit",
        new { sequence, limit = Math.Min(limit, PageLimit) });

    /// <summary>The newest entries about this residence person.</summary>
    public Task<IReadOnlyList<OutboxEntry>> Of(PersonId subject, int limit) => Entries(
        "select * from outbox where subject = @subject order by sequence desc limit @limit",
        new { subject = subject.Stored, limit = Math.Min(limit, PageLimit) });

    public async Task<long> Count() => (await database.Read<long>("select count(*) from outbox"))[0];

    internal Task<IReadOnlyList<OutboxEntry>> Of(ActId act) =>
        Entries("select * from outbox where act = @act order by sequence", new { act = act.Stored });

    /// <summary>The next number in the writer's order; the same nonce again is the same entry again.</summary>
    internal static long Insert(Session session, OutboxRow row)
    {
        if (session.First<long?>("select sequence from outbox where nonce = @Nonce", row) is { } known) return known;
        var sequence = session.First<long>("select coalesce(max(sequence), 0) + 1 from outbox");
        session.Execute(
            """
            insert into outbox (sequence, act, subject, topic, nonce, commitment, record, made_at)
            values (@Sequence, @Act, @Subject, @Topic, @Nonce, @Commitment, @Record, @MadeAt)
            """, row with { Sequence = sequence });
        return sequence;
    }

    private async Task<IReadOnlyList<OutboxEntry>> Entries(string sql, object values) =>
        [.. (await database.Read<OutboxRow>(sql, values)).Select(row => row.Entry())];
}

/// <param name="Sequence">From 1 without gaps.</param>
/// <param name="Nonce">32 random bytes, hexadecimal. Whoever has it and the record can prove the commitment.</param>
/// <param name="Hash">SHA-256 over the nonce's bytes and then the record's in UTF-8, hexadecimal.</param>
public sealed record OutboxEntry(
    long Sequence, ActId? Act, PersonId? Subject, string Topic, string Nonce, string Hash, string Record,
    DateTimeOffset MadeAt);

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

    public static OutboxRow Of(Commitment commitment, ActId? act, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(commitment);
        if (commitment.Record.Length > Outbox.MaxRecordChars)
            throw new ArgumentException($"A record has at most {Outbox.MaxRecordChars} characters.",
                nameof(commitment));
        var nonce = RandomNumberGenerator.GetBytes(Outbox.NonceBytes);
        return new()
        {
            Act = act?.Stored,
            Subject = commitment.Subject?.Stored,
            Topic = commitment.Topic,
            Nonce = Convert.ToHexStringLower(nonce),
            Commitment = Hash(nonce, commitment.Record),
            Record = commitment.Record,
            MadeAt = now.ToUnixTimeMilliseconds(),
        };
    }

    /// <exception cref="RegisterTamperedException">The record is not the one that was committed to.</exception>
    public OutboxEntry Entry()
    {
        if (!string.Equals(Hash(Convert.FromHexString(Nonce), Record), Commitment, StringComparison.Ordinal))
            throw new RegisterTamperedException($"Outbox entry {Sequence} does not match its commitment.");
        return new(Sequence, Act is null ? null : ActId.Parse(Act), Subject is null ? null : PersonId.Parse(Subject),
            Topic, Nonce, Commitment, Record, DateTimeOffset.FromUnixTimeMilliseconds(MadeAt));
    }

    private static string Hash(byte[] nonce, string record)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(nonce);
        hash.AppendData(Encoding.UTF8.GetBytes(record));
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
