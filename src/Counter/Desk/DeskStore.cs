using System.Collections.Immutable;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>The desk's own memory in one SQLite file: open acts, used forms, reviews, cards that wait to be rewritten,
/// and the photographs that new cards are made with.</summary>
/// <remarks>Trusted with open acts and nothing that a register confirmed. It never holds a PIN.</remarks>
public sealed class DeskStore : IDisposable
{
    /// <summary>Rows that one list may show.</summary>
    public const int PageLimit = 500;

    private const string ReadBackFull = "2";

    private const string Schema =
        """
        create table if not exists draft (
            act text not null primary key, version bigint not null, open bigint not null,
            residence text, number text, opened_at bigint not null, body text not null);
        create index if not exists draft_open on draft (open, opened_at);
        create index if not exists draft_residence on draft (residence);
        create table if not exists form (
            act text not null, nonce text not null, answer text, primary key (act, nonce));
        create table if not exists review (id text not null primary key, open bigint not null, body text not null);
        create table if not exists rewrite (
            act text not null primary key, residence text not null, done bigint not null, body text not null);
        create index if not exists rewrite_residence on rewrite (residence, done);
        create table if not exists pictures (residence text not null primary key, body text not null);
        create table if not exists made (
            card text not null primary key, serial text, path text not null, can text);
        create index if not exists made_serial on made (serial);
        """;

    private readonly SqliteConnection connection;
    private readonly Lock gate = new();

    private DeskStore(SqliteConnection connection) => this.connection = connection;

    public static DeskStore Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false
        }.ToString());
        try
        {
            connection.Open();
            connection.Execute("pragma journal_mode = wal; pragma synchronous = full");
            // SQLite answers a setting that it cannot honour with the old one and no error: read it back.
            if (connection.ExecuteScalar<string>("pragma journal_mode") is not "wal"
                || connection.ExecuteScalar<string>("pragma synchronous") is not ReadBackFull)
                throw new StoreFormatException($"{path} cannot be made durable; refusing to run without it.");
            connection.Execute(Schema);
            return new DeskStore(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    internal void Save(DraftAct draft) => Write(
        """
        insert into draft (act, version, open, residence, number, opened_at, body)
        values (@act, @version, @open, @residence, @number, @opened, @body)
        on conflict (act) do update
        set version = @version, open = @open, residence = @residence, number = @number, body = @body
        """,
        new
        {
            act = draft.Act.Stored,
            version = draft.Version,
            open = draft.State is DraftState.Open ? 1 : 0,
            residence = draft.Residence?.Stored,
            number = draft.Number?.Stored,
            opened = draft.OpenedAt.ToUnixTimeMilliseconds(),
            body = RecordJson.Write(draft),
        });

    internal DraftAct? Find(ActId act) =>
        Texts("select body from draft where act = @act", new { act = act.Stored }) is [var body]
            ? RecordJson.Read<DraftAct>(body)
            : null;

    internal ImmutableArray<DraftAct> OpenDrafts() =>
        Drafts("select body from draft where open = 1 order by opened_at limit @limit", new { limit = PageLimit });

    internal ImmutableArray<DraftAct> DraftsOf(PersonId residence) => Drafts(
        "select body from draft where residence = @residence order by opened_at desc limit @limit",
        new { residence = residence.Stored, limit = PageLimit });

    /// <summary>Uses a form. False when this very form was used before.</summary>
    internal bool TryUse(ActId act, FormToken form) => Write(
        "insert into form (act, nonce) values (@act, @nonce) on conflict do nothing",
        new { act = act.Stored, nonce = form.Nonce }) == 1;

    /// <summary>Keeps what the first sending of a form was answered, for the second.</summary>
    internal void Answer(ActId act, FormToken form, Refusal? refused) => Write(
        "update form set answer = @answer where act = @act and nonce = @nonce",
        new { act = act.Stored, nonce = form.Nonce, answer = refused is null ? null : RecordJson.Write(refused) });

    internal Refusal? AnswerOf(ActId act, FormToken form) =>
        Texts("select answer from form where act = @act and nonce = @nonce and answer is not null",
            new { act = act.Stored, nonce = form.Nonce }) is [var answer]
            ? RecordJson.Read<Refusal>(answer)
            : null;

    internal void Save(ReviewCase review) => Write(
        """
        insert into review (id, open, body) values (@id, @open, @body)
        on conflict (id) do update set open = @open, body = @body
        """,
        new { id = review.Act.Stored, open = review.IsOpen ? 1 : 0, body = RecordJson.Write(review) });

    internal ReviewCase? FindReview(ActId act) =>
        Texts("select body from review where id = @id", new { id = act.Stored }) is [var body]
            ? RecordJson.Read<ReviewCase>(body)
            : null;

    internal ImmutableArray<ReviewCase> OpenReviews() =>
        [.. Texts("select body from review where open = 1 order by id limit @limit", new { limit = PageLimit })
            .Select(RecordJson.Read<ReviewCase>)];

    /// <summary>Notes a card that waits to be rewritten. Twice is once.</summary>
    internal void Await(CardRewrite rewrite) => Write(
        "insert into rewrite (act, residence, done, body) values (@act, @residence, 0, @body) on conflict do nothing",
        new { act = rewrite.Act.Stored, residence = rewrite.Residence.Stored, body = RecordJson.Write(rewrite) });

    internal void Written(ActId act) => Write("update rewrite set done = 1 where act = @act", new { act = act.Stored });

    internal bool IsWritten(ActId act) =>
        Texts("select act from rewrite where act = @act and done = 1", new { act = act.Stored }).Count == 1;

    internal CardRewrite? FindRewrite(ActId act) =>
        Texts("select body from rewrite where act = @act", new { act = act.Stored }) is [var body]
            ? RecordJson.Read<CardRewrite>(body)
            : null;

    internal ImmutableArray<CardRewrite> AwaitedOf(PersonId residence) =>
        [.. Texts("select body from rewrite where residence = @residence and done = 0 order by act",
            new { residence = residence.Stored }).Select(RecordJson.Read<CardRewrite>)];

    internal void Keep(PersonId residence, CardPictures pictures) => Write(
        "insert into pictures (residence, body) values (@residence, @body) "
            + "on conflict (residence) do update set body = @body",
        new { residence = residence.Stored, body = RecordJson.Write(pictures) });

    internal CardPictures Pictures(PersonId residence) =>
        Texts("select body from pictures where residence = @residence",
            new { residence = residence.Stored }) is [var body]
            ? RecordJson.Read<CardPictures>(body)
            : CardPictures.None;

    /// <summary>Notes where a made card is and what is printed on it.</summary>
    internal void Keep(OrderedCard card, string path, string? can) => Write(
        """
        insert into made (card, serial, path, can) values (@card, @serial, @path, @can)
        on conflict (card) do update set path = @path, can = @can
        """,
        new { card = card.Key, serial = card.Serial?.Stored ?? card.Card?.Stored, path, can });

    /// <summary>The plastic of that serial or residence card number, if it was made here.</summary>
    public Plate? FindPlate(string serial)
    {
        lock (gate)
            return connection.QueryFirstOrDefault<Plate>(
                "select path as Path, can as Can from made where serial = @serial", new { serial });
    }

    public void Dispose() => connection.Dispose();

    private ImmutableArray<DraftAct> Drafts(string sql, object values) =>
        [.. Texts(sql, values).Select(RecordJson.Read<DraftAct>)];

    private List<string> Texts(string sql, object values)
    {
        lock (gate) return connection.Query<string>(sql, values).AsList();
    }

    private int Write(string sql, object values)
    {
        try
        {
            lock (gate) return connection.Execute(sql, values);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == 13)
        {
            // https://www.sqlite.org/rescode.html#full
            throw new StoreException(StoreFault.Full, "The desk's store has no room.", e);
        }
        catch (SqliteException e)
        {
            throw new StoreException(StoreFault.Failed,
                string.Create(CultureInfo.InvariantCulture, $"The desk's store failed ({e.SqliteErrorCode})."), e);
        }
    }
}

/// <summary>A card made here: its file, and the number printed on it that opens a merged card to a terminal.</summary>
public sealed record Plate
{
    public string Path { get; init; } = "";
    public string? Can { get; init; }
}
