using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace Musubi.Registers;

/// <summary>One store in one PostgreSQL schema, named by the connection's search path.</summary>
/// <remarks>Trusted to keep what it acknowledged with fsync and synchronous_commit on; the role needs no right outside
/// its schema.</remarks>
internal sealed class PostgresDatabase(StoreName store, string connectionString) : Database(store)
{
    /// <summary>Statements that the driver prepares by itself: all that this project has.</summary>
    private const int PreparedStatements = 100;

    private readonly string unpooled = new NpgsqlConnectionStringBuilder(connectionString)
    {
        Pooling = false,
        MaxAutoPrepare = PreparedStatements,
    }.ToString();

    public override DbConnection OpenWriter()
    {
        var connection = new NpgsqlConnection(unpooled);
        try
        {
            connection.Open();
            Require(connection, "fsync", "on");
            Require(connection, "full_page_writes", "on");
            Run(connection, null, "set synchronous_commit = on");
            Require(connection, "synchronous_commit", "on");
            CreateSchema(connection);
            LockOutOtherWriters(connection);
            Migrate(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public override DbConnection OpenReader()
    {
        var connection = new NpgsqlConnection(unpooled);
        connection.Open();
        return connection;
    }

    /// <summary>Class 53 is insufficient resources (53100 disk full); 08, 57 and 58 are connection, operator and system
    /// faults (PostgreSQL 15, appendix A). Everything else is a statement of ours that is wrong.</summary>
    public override StoreFault? FaultOf(DbException error) => error switch
    {
        PostgresException { SqlState: "53100" } => StoreFault.Full,
        PostgresException { SqlState: var state } when state[..2] is "08" or "53" or "57" or "58" => StoreFault.Failed,
        PostgresException => null,
        NpgsqlException => StoreFault.Failed,
        _ => null,
    };

    protected override int ReadVersion(DbConnection connection)
    {
        Run(connection, null, "create table if not exists schema_version (version bigint not null)");
        return Convert.ToInt32(Scalar(connection, "select coalesce(max(version), 0) from schema_version"),
            CultureInfo.InvariantCulture);
    }

    protected override void WriteVersion(DbConnection connection, DbTransaction transaction, int version) =>
        Run(connection, transaction,
            string.Create(CultureInfo.InvariantCulture, $"insert into schema_version (version) values ({version})"));

    private static void CreateSchema(NpgsqlConnection connection)
    {
        var schema = new NpgsqlConnectionStringBuilder(connection.ConnectionString).SearchPath;
        if (schema is null) return;
        using var quote = new NpgsqlCommandBuilder();
        Run(connection, null, $"create schema if not exists {quote.QuoteIdentifier(schema)}");
    }

    /// <summary>SQLite's file lock does this by itself. The chain of hashes needs one writer: a second is refused at
    /// once instead of colliding on a sequence number later. The lock goes with the connection.</summary>
    private void LockOutOtherWriters(NpgsqlConnection connection)
    {
        if (Scalar(connection, "select pg_try_advisory_lock(hashtext(current_schema()))") is not true)
            throw new StoreException(StoreFault.Failed, $"{Store}: another process writes to this schema.");
    }

    private void Require(NpgsqlConnection connection, string setting, string value)
    {
        var found = Scalar(connection, "show " + setting) as string;
        if (!string.Equals(found, value, StringComparison.Ordinal))
            throw new StoreFormatException($"{Store}: {setting} is {found}, not {value}; refusing to run without it.");
    }

    private static object? Scalar(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // a constant
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
