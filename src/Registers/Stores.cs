namespace Musubi.Registers;

/// <summary>The four stores of the two-register commit, open and verified: two registers that belong to two
/// authorities, the links between them, and the coordinator's journal. There is never one transaction over
/// two.</summary>
public sealed class Stores : IAsyncDisposable
{
    private static readonly StoreName[] OfTheCommit =
        [StoreName.Residence, StoreName.Number, StoreName.Links, StoreName.Commit];

    private readonly FileStream? claim;

    private Stores(Func<StoreName, OpenDatabase> opened, StoreSettings settings, FileStream? claim)
    {
        this.claim = claim;
        Time = settings.Time;
        Failpoints = settings.Failpoints;
        Residence = new(opened(StoreName.Residence), settings.Failpoints);
        Number = new(opened(StoreName.Number), settings.Failpoints);
        Links = new(opened(StoreName.Links), settings.Failpoints);
        Journal = new(opened(StoreName.Commit), settings.Failpoints, settings.Time);
    }

    public Register<ResidenceRecord> Residence { get; }

    public Register<NumberRecord> Number { get; }

    public Register<LinkRecord> Links { get; }

    public Journal Journal { get; }

    public Outbox Outbox => Journal.Outbox;

    public TimeProvider Time { get; }

    internal Failpoints Failpoints { get; }

    /// <summary>Opens or creates one file per store under a folder, for this process alone.</summary>
    /// <exception cref="StoreException">Another process has the folder open, or the disk refuses.</exception>
    /// <exception cref="StoreFormatException">A file is not the store it should be, or is not durable.</exception>
    public static Stores OpenSqlite(string folder, StoreSettings? settings = null)
    {
        settings ??= new();
        Directory.CreateDirectory(folder);
        var taken = Claim(folder);
        try
        {
            return Open(
                store => new SqliteDatabase(store, Path.Combine(folder, store.Folded() + ".db"), settings.Vfs),
                settings, taken);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Opens or creates one schema per store; each connection names its schema as the search path.</summary>
    /// <exception cref="StoreException">Another process writes to a schema, or the server does not answer.</exception>
    /// <exception cref="StoreFormatException">The server is not durable, or a schema is a newer version's.</exception>
    public static Stores OpenPostgres(PostgresConnections connections, StoreSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(connections);
        return Open(store => new PostgresDatabase(store, connections.Of(store)), settings ?? new(), null);
    }

    public async ValueTask DisposeAsync()
    {
        await Residence.DisposeAsync();
        await Number.DisposeAsync();
        await Links.DisposeAsync();
        await Journal.DisposeAsync();
        claim?.Dispose();
    }

    /// <summary>All four or none: what was opened before a failure is closed again.</summary>
    private static Stores Open(Func<StoreName, Database> database, StoreSettings settings, FileStream? claim)
    {
        var opened = new Dictionary<StoreName, OpenDatabase>();
        try
        {
            foreach (var store in OfTheCommit) opened[store] = database(store).Open();
            return new(store => opened[store], settings, claim);
        }
        catch
        {
            foreach (var one in opened.Values) one.Writer.Dispose();
            throw;
        }
    }

    /// <summary>The lock goes with the process, however it dies.</summary>
    private static FileStream Claim(string folder)
    {
        try
        {
            return new(Path.Combine(folder, "in-use"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken)
        {
            throw new StoreException(StoreFault.Failed, $"{folder} is in use by another process.", taken);
        }
    }
}

/// <param name="Vfs">Name of the SQLite file system to use; null for the operating system's own.</param>
public sealed record StoreSettings(string? Vfs = null)
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public Failpoints Failpoints { get; init; } = Failpoints.None;
}

/// <summary>One connection string per authority, each with its own role and its schema as the search path.</summary>
public sealed record PostgresConnections(string Residence, string Number, string Links, string Commit)
{
    internal string Of(StoreName store) => store switch
    {
        StoreName.Residence => Residence,
        StoreName.Number => Number,
        StoreName.Links => Links,
        StoreName.Commit => Commit,
        StoreName.Access => throw new ArgumentOutOfRangeException(nameof(store), store, "It has its own connection."),
    };
}
