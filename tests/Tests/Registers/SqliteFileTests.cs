using Microsoft.Data.Sqlite;
using Musubi.CrashHost;
using Musubi.Registers;

namespace Musubi.Tests.Registers;

/// <summary>What is particular to files: their settings, whose they are, and what happens to one that was
/// edited.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("residence.db", 0x4D555352, 1)]
    [InlineData("number.db", 0x4D55534E, 1)]
    [InlineData("links.db", 0x4D55534C, 1)]
    [InlineData("commit.db", 0x4D555343, 3)]
    public async Task Each_store_is_a_file_with_its_own_mark_and_a_write_ahead_log(
        string file, int applicationId, long version)
    {
        await Loaded();
        Assert.Equal(((long)applicationId, version, "wal"),
            (Edit(file, "pragma application_id"), Edit(file, "pragma user_version"),
                Edit(file, "pragma journal_mode")));
    }

    [Fact]
    public async Task A_file_in_another_stores_place_is_refused()
    {
        await Loaded();
        File.Copy(PathOf("number.db"), PathOf("residence.db"), overwrite: true);
        Assert.Throws<StoreFormatException>(() => Stores.OpenSqlite(folder.Path));
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_refused()
    {
        await Loaded();
        Edit("links.db", "pragma user_version = 99");
        Assert.Throws<StoreFormatException>(() => Stores.OpenSqlite(folder.Path));
    }

    [Fact]
    public async Task A_folder_is_for_one_process()
    {
        await using var stores = Stores.OpenSqlite(folder.Path);
        Assert.Equal(StoreFault.Failed, Assert.Throws<StoreException>(() => Stores.OpenSqlite(folder.Path)).Fault);
    }

    [Fact]
    public async Task A_store_that_could_not_be_opened_leaves_nothing_in_use()
    {
        await Loaded();
        var version = Edit("commit.db", "pragma user_version");
        Edit("commit.db", "pragma user_version = 99");
        Assert.Throws<StoreFormatException>(() => Stores.OpenSqlite(folder.Path));
        Edit("commit.db", $"pragma user_version = {version}");
        await using var stores = Stores.OpenSqlite(folder.Path);
        Assert.Equal(3, await stores.Residence.Count());
    }

    [Theory]
    [InlineData("update entry set body = replace(body, '1-1 Kanda', '9-9 Kanda') where sequence = 2")]
    [InlineData("update entry set recorded_at = recorded_at + 1 where sequence = 2")]
    [InlineData("update entry set staff = 'nobody' where sequence = 2")]
    public async Task A_changed_entry_is_noticed_when_it_is_read_and_in_the_chain(string tampering)
    {
        await Loaded();
        Assert.Equal(1L, Edit("residence.db", tampering + "; select changes()"));
        await using var stores = Stores.OpenSqlite(folder.Path);
        await Assert.ThrowsAsync<RegisterTamperedException>(() => stores.Residence.ReadNow(People.ResidenceId(2)));
        await Assert.ThrowsAsync<RegisterTamperedException>(() => stores.Residence.VerifyChain());
    }

    [Theory]
    [InlineData("delete from entry where sequence = 2")]
    [InlineData("update entry set sequence = 9 where sequence = 2")]
    [InlineData("update entry set sequence = -1 where sequence = 1; update entry set sequence = 1 where sequence = 2; "
        + "update entry set sequence = 2 where sequence = -1")]
    public async Task An_entry_that_was_removed_or_moved_breaks_the_chain(string tampering)
    {
        await Loaded();
        Edit("residence.db", tampering);
        await using var stores = Stores.OpenSqlite(folder.Path);
        await Assert.ThrowsAsync<RegisterTamperedException>(() => stores.Residence.VerifyChain());
    }

    [Fact]
    public async Task A_record_that_was_changed_after_its_commitment_is_noticed()
    {
        await Loaded();
        await using (var stores = Stores.OpenSqlite(folder.Path)) await stores.Outbox.Append(
            new("reading", null, "{}"));
        Edit("commit.db", "update outbox set record = '[]'");
        await using var reopened = Stores.OpenSqlite(folder.Path);
        await Assert.ThrowsAsync<RegisterTamperedException>(() => reopened.Outbox.After(0, 10));
    }

    [Theory]
    [InlineData("delete from outbox where number = 2")]
    [InlineData("update outbox set link_key = nonce where number = 2")]
    [InlineData("update outbox set link = previous_link where number = 2")]
    public async Task A_record_taken_out_of_a_residents_chain_is_noticed(string tampering)
    {
        await Loaded();
        var resident = People.ResidenceId(1);
        await using (var stores = Stores.OpenSqlite(folder.Path))
            foreach (var i in Enumerable.Range(0, 3)) await stores.Outbox.Append(new("reading", resident, $"{{{i}}}"));
        Edit("commit.db", tampering);
        await using var reopened = Stores.OpenSqlite(folder.Path);
        await Assert.ThrowsAsync<RegisterTamperedException>(() => reopened.Outbox.Chain(resident, 1, 10));
        await Assert.ThrowsAsync<RegisterTamperedException>(() => reopened.Outbox.Chain(resident, 3, 10));
    }

    [Fact]
    public async Task A_journal_from_before_chains_keeps_its_commitments_and_begins_them()
    {
        await Loaded();
        var resident = People.ResidenceId(1);
        Edit("commit.db",
            """
            drop index outbox_chain;
            drop index outbox_unlogged;
            alter table outbox drop column log_index;
            alter table outbox drop column number;
            alter table outbox drop column previous_link;
            alter table outbox drop column link_key;
            alter table outbox drop column link;
            insert into outbox (sequence, subject, topic, nonce, commitment, record, made_at)
            """ + $" values (1, '{resident.Stored}', 'reading', '{new string('0', 64)}', '{OldCommitment}', '{{}}', 0);"
            + "pragma user_version = 1");
        await using var stores = Stores.OpenSqlite(folder.Path);
        var made = await stores.Outbox.Append(new("reading", resident, "{}"));
        Assert.Equal([0, 1], (await stores.Outbox.After(0, 10)).Select(entry => entry.Number));
        Assert.Equal(made, Assert.Single(await stores.Outbox.Chain(resident, 1, 10)));
    }

    public void Dispose() => folder.Dispose();

    /// <summary>SHA-256 of 32 zero bytes and <c>{}</c>, by <c>sha256sum</c>.</summary>
    private const string OldCommitment = "fb1634c4e6cd4b1f1afe3ce2d6ef080f7ac5d1f357d723ad4dfca782733b62db";

    private async Task Loaded()
    {
        await using var stores = Stores.OpenSqlite(folder.Path);
        await People.Load(stores, 3);
    }

    private object? Edit(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={PathOf(file)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private string PathOf(string file) => Path.Combine(folder.Path, file);
}
