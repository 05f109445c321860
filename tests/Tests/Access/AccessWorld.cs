using Microsoft.Extensions.Time.Testing;
using Musubi.Access;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Registers;
using Musubi.Tests.Vocabulary;
using Musubi.Vocabulary;

namespace Musubi.Tests.Access;

/// <summary>The access list's house over a data folder of its own, with a root of its own and a clock that is set.
/// </summary>
internal sealed class AccessWorld : IAsyncDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 0, 0, TimeSpan.FromHours(9));

    private readonly TemporaryFolder folder = new();
    private readonly CvCertificateAuthority root;
    private readonly ICvSigner verifierKey;
    private readonly Func<AccessStore>? store;

    private AccessWorld(
        CvCertificateAuthority root, ICvSigner verifierKey, FakeTimeProvider time, Func<AccessStore>? store) =>
        (this.root, this.verifierKey, Time, this.store) = (root, verifierKey, time, store);

    public static StaffId Sato { get; } = StaffId.Parse("sato");

    public static StaffId Ito { get; } = StaffId.Parse("ito");

    public static Jurisdiction Law => Lists.Law;

    public FakeTimeProvider Time { get; private set; }

    public Stores Stores { get; private set; } = null!;

    public ListHouse House { get; private set; } = null!;

    public string Folder => folder.Path;

    /// <summary>Keys stand here; a test may name others in signers.json before it restarts.</summary>
    public string Keys => Directory.CreateDirectory(Path.Combine(Folder, "keys")).FullName;

    public static async Task<AccessWorld> Open(
        CvCertificateAuthority? root = null, ICvSigner? verifierKey = null, FakeTimeProvider? time = null,
        Func<AccessStore>? store = null)
    {
        var world = new AccessWorld(root ?? await Root(),
            verifierKey ?? CvKey.Create(DomainParameters.BrainpoolP256r1), time ?? new FakeTimeProvider(Now), store);
        await world.Start();
        return world;
    }

    public static ValueTask<CvCertificateAuthority> Root(ICvSigner? key = null) => CvCertificateAuthority.CreateRoot(
        CvReference.Parse("UTCVCA00001"), key ?? CvKey.Create(DomainParameters.BrainpoolP256r1), EidRights.All,
        new DateOnly(2026, 1, 1), new DateOnly(2036, 1, 1), TestContext.Current.CancellationToken);

    /// <summary>A process that ends, and one that begins at that moment.</summary>
    public async Task Restart(DateTimeOffset? now = null)
    {
        await Close();
        if (now is { } moment) Time = new FakeTimeProvider(moment);
        await Start();
    }

    /// <summary>Begins again after a start that was refused.</summary>
    public Task Reopen() => Start();

    public async Task<TerminalCertificate> Issue(EntryId id)
    {
        var (certificate, why) = await House.Authority.Issue(id, TestContext.Current.CancellationToken);
        Assert.Null(why);
        return certificate!;
    }

    public async Task<RefusalCode?> WhyNoCertificate(EntryId id)
    {
        var (certificate, why) = await House.Authority.Issue(id, TestContext.Current.CancellationToken);
        using (certificate) return why?.Code;
    }

    public async Task<IReadOnlyList<T>> Outbox<T>(string topic) =>
        [.. (await Stores.Outbox.After(0, 1000)).Where(entry => entry.Topic == topic)
            .Select(entry => RecordJson.Read<T>(entry.Record))];

    /// <summary>From a new draft to the published version: Sato writes, Ito approves.</summary>
    public async Task Publish(AccessList list)
    {
        var draft = await House.Drafts.Begin(Sato);
        draft = Taken(await House.Drafts.Edit(draft.Id, draft.Version, Sato, list));
        draft = Taken(await House.Drafts.Take(draft.Id, draft.Version, ListDraftStep.Submitted, Sato, ""));
        draft = Taken(await House.Drafts.Take(draft.Id, draft.Version, ListDraftStep.Approved, Ito, "as asked"));
        Taken(await House.Drafts.Take(draft.Id, draft.Version, ListDraftStep.Published, Ito, ""));
    }

    public static ListDraft Taken(DraftAnswer answer)
    {
        Assert.Null(answer.Refused);
        return answer.Draft!;
    }

    public async ValueTask DisposeAsync()
    {
        await Close();
        folder.Dispose();
    }

    private async Task Start()
    {
        var settings = new StoreSettings { Time = Time };
        Stores = Stores.OpenSqlite(Folder, settings);
        try
        {
            House = await ListHouse.Open(store?.Invoke() ?? AccessStore.OpenSqlite(Folder, settings), Stores.Outbox,
                Law, SigningKeys.Open(Keys), root, verifierKey, Time);
        }
        catch
        {
            await Stores.DisposeAsync();
            throw;
        }
    }

    private async Task Close()
    {
        await House.DisposeAsync();
        await Stores.DisposeAsync();
    }
}
