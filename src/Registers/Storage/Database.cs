using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Reflection;
using Dapper;

namespace Musubi.Registers;

/// <summary>Where one store lives. The two kinds differ in how a connection is opened, proved durable and read for
/// faults; every statement above this line is the same text for both.</summary>
internal abstract class Database(StoreName store) : IDisposable
{
    /// <summary>Connections kept open for reading: one per desk of a large office.</summary>
    private const int MaxIdleReaders = 64;

    private readonly ConcurrentBag<Session> idle = [];

    static Database() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    public StoreName Store { get; } = store;

    /// <summary>Whose resources hold the store's scripts, as Storage/Sql/NAME-1.sql and so on.</summary>
    public Assembly ScriptsIn { get; init; } = Assembly.GetExecutingAssembly();

    /// <summary>The only connection that writes: verified durable, verified to be this store, migrated.</summary>
    public abstract DbConnection OpenWriter();

    /// <summary>A connection that cannot write.</summary>
    public abstract DbConnection OpenReader();

    /// <summary>What an error of the driver means; null where it is our own mistake and must not be retried.</summary>
    public abstract StoreFault? FaultOf(DbException error);

    /// <exception cref="StoreException">The store could not be opened.</exception>
    public OpenDatabase Open()
    {
        try
        {
            return new(this, OpenWriter());
        }
        catch (DbException error) when (FaultOf(error) is { } fault)
        {
            throw new StoreException(fault, $"{Store}: {error.Message}", error);
        }
    }

    /// <exception cref="StoreException">The store could not be read.</exception>
    public async Task<IReadOnlyList<T>> Read<T>(string sql, object? values = null)
    {
        Session? session = null;
        try
        {
            if (!idle.TryTake(out session)) session = new Session(OpenReader());
            var rows = await session.QueryAsync<T>(sql, values);
            if (idle.Count < MaxIdleReaders) idle.Add(session);
            else session.Dispose();
            return rows;
        }
        catch (DbException error)
        {
            // After an error the connection's state is not known.
            session?.Dispose();
            if (FaultOf(error) is not { } fault) throw;
            throw new StoreException(fault, $"{Store}: {error.Message}", error);
        }
    }

    public void Dispose()
    {
        while (idle.TryTake(out var session)) session.Dispose();
    }

    protected abstract int ReadVersion(DbConnection connection);

    protected abstract void WriteVersion(DbConnection connection, DbTransaction transaction, int version);

    /// <summary>Runs the scripts above the version found, each in its transaction. A newer version is
    /// refused.</summary>
    protected void Migrate(DbConnection connection)
    {
        var scripts = Scripts();
        var found = ReadVersion(connection);
        if (found > scripts.Length)
        {
            throw new StoreFormatException(
                $"{Store}: written by a newer version (schema {found}, known {scripts.Length}).");
        }
        for (var version = found + 1; version <= scripts.Length; version++)
        {
            using var transaction = connection.BeginTransaction();
            Run(connection, transaction, scripts[version - 1]);
            WriteVersion(connection, transaction, version);
            transaction.Commit();
        }
    }

    protected static void Run(DbConnection connection, DbTransaction? transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // only scripts of this assembly and constants come here
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private string[] Scripts()
    {
        var scripts = new List<string>();
        while (true)
        {
            var name = string.Create(CultureInfo.InvariantCulture,
                $"{ScriptsIn.GetName().Name}.Storage.Sql.{Store.Schema()}-{scripts.Count + 1}.sql");
            using var stream = ScriptsIn.GetManifestResourceStream(name);
            if (stream is null) return [.. scripts];
            using var reader = new StreamReader(stream);
            scripts.Add(reader.ReadToEnd());
        }
    }
}

/// <summary>A database and the connection that writes to it, verified.</summary>
internal sealed record OpenDatabase(Database Database, DbConnection Writer);
