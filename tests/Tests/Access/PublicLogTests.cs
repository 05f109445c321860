using System.Security.Cryptography;
using System.Text;
using Musubi.Access;
using Musubi.Counter;
using Musubi.Registers;
using Musubi.Tests.Counter;
using Musubi.TransparencyLog.Policies;
using Musubi.TransparencyLog.Proofs;
using Musubi.TransparencyLog.Writing;

namespace Musubi.Tests.Access;

/// <summary>From the outbox into the log, and back with a proof.</summary>
public sealed class PublicLogTests : IDisposable
{
    private const string Origin = "log.example/house";

    private readonly string folder = Directory.CreateTempSubdirectory("musubi-log-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task What_waits_in_the_outbox_comes_into_the_log_in_its_order_and_is_proved_offline()
    {
        await using var stores = Stores.OpenSqlite(folder);
        for (var i = 0; i < 30; i++) await Append(stores, i);
        await using var log = await Open(stores);
        var entries = await Drained(stores);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => (long?)i), entries.Select(entry => entry.LogIndex));
        foreach (var entry in entries) Verify(log, entry, (await log.ProofOf(entry, Cancel))!);
    }

    [Fact]
    public async Task A_receipt_is_given_to_who_waits_and_the_outbox_hears_of_it()
    {
        await using var stores = Stores.OpenSqlite(folder);
        await using var log = await Open(stores);
        var entry = await Append(stores, 0, about: true);
        var receipt = await log.Receipt(entry, Cancel);
        Verify(log, entry, receipt);
        Assert.Equal(0, receipt.Index);
        Assert.Equal([0], (await Drained(stores)).Select(logged => logged.LogIndex));
        Assert.Equal(1, log.Published.Size);
    }

    [Fact]
    public async Task A_crash_between_the_log_and_the_outbox_logs_nothing_twice()
    {
        await using (var stores = Stores.OpenSqlite(folder))
        {
            // What the log took, and what died before it was written down here.
            for (var i = 0; i < 5; i++) await Append(stores, i);
            await using var log = await Open(stores);
            await Drained(stores);
        }
        await Forget();
        await using var again = Stores.OpenSqlite(folder);
        await Append(again, 5);
        await using var reopened = await Open(again);
        Assert.Equal([0, 1, 2, 3, 4, 5], (await Drained(again)).Select(entry => entry.LogIndex));
        Assert.Equal(6, reopened.Published.Size);
    }

    [Fact]
    public async Task A_desk_is_answered_while_the_log_publishes_nothing()
    {
        await using var stores = Stores.OpenSqlite(folder);
        await using var log = await Open(stores, new LogWriterSettings { Disk = new NoTiles() });
        var entry = await Append(stores, 0);
        while (log.Trouble is not LogTrouble.DiskFull) await Task.Delay(1, Cancel);
        Assert.Equal(1, (await Append(stores, 1)).Sequence - entry.Sequence);
        Assert.Null((await stores.Outbox.After(0, 1))[0].LogIndex);
        Assert.Equal(2, await log.Waiting());
    }

    [Fact]
    public async Task An_act_at_the_desk_is_in_the_log_a_moment_later()
    {
        await using var world = await DeskWorld.Open(new PremisesSettings { Log = new(Origin) });
        var entry = await world.Premises.Stores.Outbox.Append(new("act", Persons.Residence(1).Id, "{}"));
        var log = world.Premises.Log!;
        Verify(log, entry, await log.Receipt(entry, Cancel));
        await Drained(world.Premises.Stores);
    }

    private static Task<OutboxEntry> Append(Stores stores, int i, bool about = false) => stores.Outbox.Append(
        new("reading", about ? Persons.Residence(1).Id : null, $$"""{"n":{{i}}}"""));

    private Task<PublicLog> Open(Stores stores, LogWriterSettings? writer = null) => PublicLog.Open(
        Path.Combine(folder, "log"), Directory.CreateDirectory(Path.Combine(folder, "keys")).FullName, stores.Outbox,
        new PublicLogSettings(Origin) { Writer = writer ?? new() });

    private static async Task<IReadOnlyList<OutboxEntry>> Drained(Stores stores)
    {
        while (await stores.Outbox.CountUnlogged() > 0) await Task.Delay(5, Cancel);
        return await stores.Outbox.After(0, Outbox.PageLimit);
    }

    /// <summary>As anybody would who has the record and the proof: extra data and record hash to the entry.</summary>
    private static void Verify(PublicLog log, OutboxEntry entry, TlogProof proof)
    {
        var policy = TrustPolicy.Parse($"log {log.Keys[0]}\nquorum none\n");
        var read = TlogProof.Parse(proof.ToBytes());
        byte[] commitment = SHA256.HashData([.. read.Extra!.Value.Span, .. Encoding.UTF8.GetBytes(entry.Record)]);
        Assert.Equal(TlogProofVerdict.Logged, read.Verify(policy, commitment));
        commitment[0] ^= 1;
        Assert.Equal(TlogProofVerdict.NotIncluded, read.Verify(policy, commitment));
    }

    private async Task Forget()
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection(
            $"Data Source={Path.Combine(folder, "commit.db")};Pooling=False");
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "update outbox set log_index = null where sequence > 2";
        await command.ExecuteNonQueryAsync(Cancel);
    }

    /// <summary>A disk with room for the journal and for nothing in a folder of its own.</summary>
    private sealed class NoTiles : LogDisk
    {
        public override void CreateFolder(string path, bool isPrivate)
        {
            if (path.Contains($"{Path.DirectorySeparatorChar}tile", StringComparison.Ordinal))
                throw new DiskFullException(path);
            base.CreateFolder(path, isPrivate);
        }
    }
}
