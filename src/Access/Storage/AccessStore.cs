using Musubi.Registers;

namespace Musubi.Access;

/// <summary>Where the access list is kept: one SQLite file, or one PostgreSQL schema with its own role.</summary>
/// <remarks>Trusted with what is published and who approved it: whoever can change it decides who may read, until the
/// public log and the copies that people downloaded tell.</remarks>
public sealed class AccessStore : IAsyncDisposable
{
    /// <summary>Rows that one answer may have; the lists of a country in a hundred years.</summary>
    internal const int PageLimit = 10_000;

    private readonly Database database;

    private AccessStore(Database database, StoreSettings settings)
    {
        this.database = database;
        Writer = new GroupCommitWriter(database.Open(), settings.Failpoints);
    }

    internal GroupCommitWriter Writer { get; }

    /// <summary>Opens or makes access.db in a folder that this process holds.</summary>
    /// <exception cref="StoreException">The disk refuses.</exception>
    public static AccessStore OpenSqlite(string folder, StoreSettings? settings = null)
    {
        settings ??= new();
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "access.db");
        return new(new SqliteDatabase(StoreName.Access, path, settings.Vfs)
        {
            ScriptsIn = typeof(AccessStore).Assembly,
        }, settings);
    }

    /// <param name="connection">With a role of its own, and the schema as the search path.</param>
    /// <exception cref="StoreException">Another process writes to the schema, or the server does not answer.
    /// </exception>
    public static AccessStore OpenPostgres(string connection, StoreSettings? settings = null) =>
        new(new PostgresDatabase(StoreName.Access, connection) { ScriptsIn = typeof(AccessStore).Assembly },
            settings ?? new());

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        database.Dispose();
    }

    internal Task<IReadOnlyList<T>> Read<T>(string sql, object? values = null) => database.Read<T>(sql, values);
}
