using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Musubi.Registers;

/// <summary>One store in one SQLite file: write-ahead log, every commit synchronised before it is answered.</summary>
/// <remarks>Trusted to keep what it acknowledged on a disk that honours fsync; its reader is trusted with all of it,
/// because the file is not encrypted here.</remarks>
internal sealed class SqliteDatabase(StoreName store, string path, string? vfs) : Database(store)
{
    // https://www.sqlite.org/rescode.html
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;
    private const int SqliteIoError = 10;
    private const int SqliteCorrupt = 11;
    private const int SqliteFull = 13;
    private const int SqliteCannotOpen = 14;
    private const int SqliteReadOnly = 8;
    private const int SqliteNotADatabase = 26;

    private const int BusyTimeoutSeconds = 5;
    private const int SynchronousFull = 2;

    /// <summary>Negative: KiB. What one transaction touches should stay in memory until it is written once.</summary>
    private const string CacheKibibytes = "-65536";

    private readonly string writer = Connection(path, vfs, SqliteOpenMode.ReadWriteCreate);
    private readonly string reader = Connection(path, vfs, SqliteOpenMode.ReadOnly);

    public override DbConnection OpenWriter()
    {
        var connection = new SqliteConnection(writer);
        try
        {
            connection.Open();
            Claim(connection);
            Require(connection, "journal_mode", "wal", "wal");
            Require(connection, "synchronous", "full", SynchronousFull.ToString(CultureInfo.InvariantCulture));
            Require(connection, "foreign_keys", "on", "1");
            Require(connection, "cache_size", CacheKibibytes, CacheKibibytes);
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
        var connection = new SqliteConnection(reader);
        connection.Open();
        return connection;
    }

    public override StoreFault? FaultOf(DbException error) => error is not SqliteException sqlite ? null
        : sqlite.SqliteErrorCode switch
        {
            SqliteFull => StoreFault.Full,
            SqliteIoError or SqliteCannotOpen or SqliteBusy or SqliteLocked or SqliteReadOnly => StoreFault.Failed,
            SqliteCorrupt or SqliteNotADatabase => StoreFault.Failed,
            _ => null,
        };

    protected override int ReadVersion(DbConnection connection) =>
        int.Parse(Pragma(connection, "user_version"), CultureInfo.InvariantCulture);

    protected override void WriteVersion(DbConnection connection, DbTransaction transaction, int version) =>
        Run(connection, transaction, string.Create(CultureInfo.InvariantCulture, $"pragma user_version = {version}"));

    /// <summary>A new file becomes this store's; a file that is another's is refused before anything is
    /// written.</summary>
    private void Claim(SqliteConnection connection)
    {
        var wanted = Store.ApplicationId().ToString(CultureInfo.InvariantCulture);
        var found = Pragma(connection, "application_id");
        if (string.Equals(found, wanted, StringComparison.Ordinal)) return;
        if (found is not "0" || Pragma(connection, "schema_version") is not "0")
            throw new StoreFormatException($"{path} is not the {Store.Folded()} store: its application_id is {found}.");
        Run(connection, null, $"pragma application_id = {wanted}");
    }

    /// <summary>Sets and reads back: SQLite answers a setting that it cannot honour with the old one and no
    /// error.</summary>
    private void Require(SqliteConnection connection, string pragma, string value, string readBack)
    {
        Run(connection, null, $"pragma {pragma} = {value}");
        var found = Pragma(connection, pragma);
        if (!string.Equals(found, readBack, StringComparison.OrdinalIgnoreCase))
            throw new StoreFormatException($"{path}: {pragma} is {found}, not {readBack}; refusing to run without it.");
    }

    private static string Pragma(DbConnection connection, string name)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // a constant
        command.CommandText = "pragma " + name;
#pragma warning restore CA2100
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture) ?? "";
    }

    private static string Connection(string path, string? vfs, SqliteOpenMode mode)
    {
        var connection = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = BusyTimeoutSeconds,
        };
        if (vfs is not null) connection.Vfs = vfs;
        return connection.ToString();
    }
}
