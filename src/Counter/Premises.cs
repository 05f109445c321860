using Musubi.Access;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Personalisation;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>Everything put together over one data folder: the registers, the commit across them, the desk, the bureau
/// and the readings. Office, tour, bench and tests build it the same way, here.</summary>
/// <remarks>Under the folder: residence.db, number.db, links.db, commit.db (the registers'), access.db, desk.db,
/// keys/ (readable by the operator alone), orders/, cards/, letters/, log/ (the public log: log/public is
/// served).</remarks>
public sealed class Premises : IAsyncDisposable
{
    private Premises(Jurisdiction law, Stores stores, Coordinator coordinator, DeskStore store, IssuerKeys keys,
        Desk desk, Bureau bureau, ListHouse access, Readings readings, PublicLog? log)
    {
        Log = log;
        (Law, Stores, Coordinator, Store, Keys) = (law, stores, coordinator, store, keys);
        (Desk, Bureau, Access, Readings) = (desk, bureau, access, readings);
    }

    public Jurisdiction Law { get; }

    public Stores Stores { get; }

    public Coordinator Coordinator { get; }

    public IssuerKeys Keys { get; }

    public Desk Desk { get; }

    public Bureau Bureau { get; }

    /// <summary>The published list, its drafts, and the certificates made from it.</summary>
    public ListHouse Access { get; }

    /// <summary>Makes terminal certificates from the published list.</summary>
    public TerminalAuthority Authority => Access.Authority;

    /// <summary>What verifiers use, and what the resident sees of it.</summary>
    public Readings Readings { get; }

    /// <summary>Takes the commitments; null where the settings ask for none, and they wait in the outbox.</summary>
    public PublicLog? Log { get; }

    private DeskStore Store { get; }

    /// <summary>The plastic made here with that serial or residence card number: its file, and the number printed on
    /// it.</summary>
    public Plate? PlateOf(string serial) => Store.FindPlate(serial);

    /// <summary>Opens or makes everything, and takes unfinished acts to their end before anybody asks.</summary>
    /// <param name="folder">The data folder; made where there is none.</param>
    /// <exception cref="StoreException">Another process has the folder, or the disk refuses.</exception>
    public static async Task<Premises> Open(string folder, Jurisdiction law, PremisesSettings? settings = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentNullException.ThrowIfNull(law);
        settings ??= new();
        var time = settings.Stores.Time;
        var stores = settings.Open?.Invoke() ?? Stores.OpenSqlite(folder, settings.Stores);
        var store = DeskStore.Open(Path.Combine(folder, "desk.db"));
        var keyFolder = Path.Combine(folder, "keys");
        var keys = IssuerKeys.LoadOrCreateDemo(keyFolder, time);
        var content = new CardContent(law);
        var log = settings.Log is null ? null
            : await PublicLog.Open(Path.Combine(folder, "log"), keyFolder, stores.Outbox, settings.Log);
        var access = await ListHouse.Open(
            settings.OpenAccess?.Invoke() ?? AccessStore.OpenSqlite(folder, settings.Stores), stores.Outbox, law,
            SigningKeys.Open(keyFolder), keys.EidRoot, keys.EidVerifierKey, time,
            log is null ? null : log.Find);
        var authority = access.Authority;
        var bureau = new Bureau(folder, content, keys, store, settings.Pool);
        var coordinator = new Coordinator(stores, new CardCompletion(store, bureau).Complete, settings.Coordinator);
        var people = new People(stores, coordinator.View, law, time);
        var trust = new CardTrust(
            new ResidenceTrust(keys.ResidenceAuthority, time, keys.Delivery), keys.AuthenticationAuthority.Certificate,
            keys.TextRoot);
        var desk = new Desk(new DeskParts(law, stores, coordinator, store, new Reviews(store, time), people,
            new CardProving(people, trust, time), Pseudonyms.Open(Path.Combine(keyFolder, "pseudonym.key")), bureau,
            new CardRewriting(people, content, keys,
                new ProtectedWriting(authority, content, law, keys.CountrySigner, time), time), time));
        var readings = new Readings(authority, law, stores, coordinator.View, [keys.CountrySigner], trust,
            person => store.AwaitedOf(person) is { Length: > 0 } awaited
                ? [.. awaited.SelectMany(rewrite => rewrite.Fields)] : null, time);
        // A crash before this line was a crash anywhere: this is where every interrupted act goes on.
        await coordinator.Recover();
        return new Premises(law, stores, coordinator, store, keys, desk, bureau, access, readings, log);
    }

    public async ValueTask DisposeAsync()
    {
        // First who reads the outbox, then the outbox.
        if (Log is not null) await Log.DisposeAsync();
        await Coordinator.DisposeAsync();
        await Access.DisposeAsync();
        await Stores.DisposeAsync();
        Store.Dispose();
        Keys.Dispose();
    }
}

/// <summary>What may differ between a deployment, the demo and a test.</summary>
public sealed record PremisesSettings
{
    public StoreSettings Stores { get; init; } = new();

    public CoordinatorSettings Coordinator { get; init; } = new();

    /// <summary>The house's public log; null keeps none.</summary>
    public PublicLogSettings? Log { get; init; }

    /// <summary>RSA keys made in advance; null makes each when it is needed.</summary>
    public RsaKeyPool? Pool { get; init; }

    /// <summary>Opens other stores than SQLite files, such as PostgreSQL.</summary>
    public Func<Stores>? Open { get; init; }

    /// <summary>Opens another store of the access list than a SQLite file.</summary>
    public Func<AccessStore>? OpenAccess { get; init; }
}
