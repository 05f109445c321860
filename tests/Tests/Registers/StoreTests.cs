using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Musubi.CrashHost;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Tests.Registers;

/// <summary>What every store promises, on SQLite and on PostgreSQL alike.</summary>
public abstract class StoreTests : IAsyncLifetime
{
    private static readonly DateOnly Day = new(2026, 6, 15);

    private protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 6, 15, 0, 0, 0, TimeSpan.Zero));

    private protected Stores Stores { get; private set; } = null!;

    private Register<ResidenceRecord> Residence => Stores.Residence;

    protected abstract Stores Open(StoreSettings settings);

    public async ValueTask InitializeAsync()
    {
        Stores = Open(new StoreSettings { Time = Time });
        await People.Load(Stores, 3);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (Stores is not null) await Stores.DisposeAsync();
    }

    [Fact]
    public async Task A_prepared_change_is_invisible_until_it_is_confirmed()
    {
        var act = Header();
        Assert.Equal(PrepareAnswer.Accepted, await Residence.Prepare(act, [Moved(1, "2-2 Kanda")]));
        Assert.Equal("1-1 Kanda", (await Residence.ReadNow(People.ResidenceId(1)))!.Body.Address.Text);
        Assert.Equal(ActInRegister.Prepared, await Residence.StateOf(act.Act));

        await Residence.Confirm(act.Act, Time.GetUtcNow());
        var entry = (await Residence.ReadNow(People.ResidenceId(1)))!;
        Assert.Equal("2-2 Kanda", entry.Body.Address.Text);
        Assert.Equal((2, act.Act, act.Kind, act.Staff, act.Office, act.LegalBasis, Day),
            (entry.Version, entry.Act, entry.Kind, entry.Staff, entry.Office, entry.LegalBasis, entry.ValidFrom));
        Assert.Equal(ActInRegister.Confirmed, await Residence.StateOf(act.Act));
    }

    [Fact]
    public async Task A_prepared_change_refuses_the_next_clerk_and_names_the_first_act()
    {
        var first = Header(desk: 3);
        await Residence.Prepare(first, [Moved(1, "2-2 Kanda")]);
        Time.Advance(TimeSpan.FromSeconds(1));

        var answer = await Residence.Prepare(Header(), [Moved(1, "3-3 Kanda")]);
        Assert.Equal(RefusalCode.PersonBusy, answer.Refusal);
        Assert.Equal(new OtherAct(first.Act, first.Kind, OfficeId.Parse("desk-3"), first.Staff, first.DecidedAt),
            answer.Other);
    }

    [Fact]
    public async Task A_change_decided_on_an_old_version_is_refused_and_names_the_newer_act()
    {
        var first = Header();
        await Change(first, Moved(1, "2-2 Kanda"));

        var answer = await Residence.Prepare(Header(), [Moved(1, "3-3 Kanda")]);
        Assert.Equal((RefusalCode.VersionChanged, first.Act), (answer.Refusal, answer.Other!.Act));
    }

    [Fact]
    public async Task A_change_of_a_person_that_the_register_does_not_hold_is_refused()
    {
        var answer = await Residence.Prepare(Header(), [new(1, Day, People.Residence(9))]);
        Assert.Equal(RefusalCode.PersonUnknown, answer.Refusal);
    }

    [Fact]
    public async Task An_act_changes_all_its_people_or_none()
    {
        await Change(Header(), Moved(2, "2-2 Kanda"));
        var act = Header();
        var answer = await Residence.Prepare(act, [Moved(1, "3-3 Kanda"), Moved(2, "3-3 Kanda")]);
        Assert.Equal(RefusalCode.VersionChanged, answer.Refusal);
        Assert.Equal(ActInRegister.Unknown, await Residence.StateOf(act.Act));
    }

    [Fact]
    public async Task Each_step_may_be_repeated_and_counts_once()
    {
        var act = Header();
        await Residence.Prepare(act, [Moved(1, "2-2 Kanda")]);
        Assert.Equal(PrepareAnswer.Accepted, await Residence.Prepare(act, [Moved(1, "2-2 Kanda")]));
        await Residence.Confirm(act.Act, Time.GetUtcNow());
        await Residence.Confirm(act.Act, Time.GetUtcNow());
        Assert.Equal(PrepareAnswer.Accepted, await Residence.Prepare(act, [Moved(1, "2-2 Kanda")]));
        Assert.Equal([1L, 2L], (await Residence.History(People.ResidenceId(1))).Select(entry => entry.Version));
    }

    [Fact]
    public async Task A_prepare_that_arrives_after_the_cancel_is_refused()
    {
        var act = Header();
        await Residence.Cancel(act.Act, Time.GetUtcNow());
        Assert.Equal(RefusalCode.FormAlreadyUsed, (await Residence.Prepare(act, [Moved(1, "2-2 Kanda")])).Refusal);
        Assert.Equal(ActInRegister.Cancelled, await Residence.StateOf(act.Act));
    }

    [Fact]
    public async Task A_cancelled_change_leaves_nothing_and_lets_the_next_one_in()
    {
        var act = Header();
        await Residence.Prepare(act, [Moved(1, "2-2 Kanda")]);
        await Residence.Cancel(act.Act, Time.GetUtcNow());
        await Change(Header(), Moved(1, "3-3 Kanda"));
        Assert.Equal("3-3 Kanda", (await Residence.ReadNow(People.ResidenceId(1)))!.Body.Address.Text);
    }

    [Fact]
    public async Task Confirming_what_was_never_prepared_breaks_the_protocol()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Residence.Confirm(Header().Act, Time.GetUtcNow()));
        var act = Header();
        await Change(act, Moved(1, "2-2 Kanda"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Residence.Cancel(act.Act, Time.GetUtcNow()));
    }

    [Fact]
    public async Task A_register_says_what_it_believed_on_a_day()
    {
        var person = People.ResidenceId(1);
        var loaded = (await Residence.ReadNow(person))!.RecordedAt;
        Time.SetUtcNow(loaded.AddDays(10));
        await Change(Header(), Moved(1, "2-2 Kanda"));
        Time.SetUtcNow(loaded.AddDays(20));
        await Change(Header(), Moved(1, "3-3 Kanda", version: 2));

        Assert.Null(await Residence.ReadAsOf(person, loaded.AddMilliseconds(-1)));
        Assert.Equal("1-1 Kanda",
            (await Residence.ReadAsOf(person, loaded.AddDays(10).AddMilliseconds(-1)))!.Body.Address.Text);
        Assert.Equal("2-2 Kanda", (await Residence.ReadAsOf(person, loaded.AddDays(10)))!.Body.Address.Text);
        Assert.Equal("3-3 Kanda", (await Residence.ReadAsOf(person, loaded.AddDays(30)))!.Body.Address.Text);
    }

    [Fact]
    public async Task A_clock_set_back_does_not_make_a_later_version_older()
    {
        var loaded = (await Residence.ReadNow(People.ResidenceId(1)))!.RecordedAt;
        var act = Header();
        await Residence.Prepare(act, [Moved(1, "2-2 Kanda")]);
        await Residence.Confirm(act.Act, loaded.AddDays(-1));
        Assert.Equal("2-2 Kanda", (await Residence.ReadAsOf(People.ResidenceId(1), loaded))!.Body.Address.Text);
    }

    [Fact]
    public async Task A_person_is_found_by_card_number_serial_and_name_in_any_form()
    {
        PersonId[] second = [People.ResidenceId(2)];
        Assert.Equal(second, await Residence.Find(Find.ByResidenceCard(People.Card(2))));
        Assert.Equal(second, await Residence.Find(Find.ByName("Nguyen Thi 2", PartialDate.Of(1962, 3, 3))));
        Assert.Equal(second, await Residence.Find(Find.ByName("ぐえん ﾃｨ2", PartialDate.Of(1962, 3, 3))));
        Assert.Empty(await Residence.Find(Find.ByName("Nguyen Thi 2", PartialDate.Of(1962))));
        PersonId[] inNumbers = [People.NumberId(2)];
        Assert.Equal(inNumbers, await Stores.Number.Find(Find.ByMyNumber(People.MyNumberOf(2))));
        Assert.Equal(inNumbers, await Stores.Number.Find(Find.BySerial(People.Serial(2))));
        Assert.Equal(inNumbers, await Stores.Number.Find(Find.ByResidenceCard(People.Card(2))));
    }

    [Fact]
    public async Task After_a_change_of_name_only_the_new_name_finds_the_person()
    {
        var named = People.Residence(1) with { Name = PersonName.OfRoman("SATO", "HANA") };
        await Change(Header(), new Change<ResidenceRecord>(1, Day, named));
        Assert.Equal([People.ResidenceId(1)], await Residence.Find(Find.ByName("sato hana", named.BirthDate)));
        Assert.Empty(await Residence.Find(Find.ByName("Nguyen Thi 1", named.BirthDate)));
        Assert.Equal([People.ResidenceId(1)], await Residence.Find(Find.ByResidenceCard(People.Card(1))));
    }

    [Fact]
    public async Task A_card_number_belongs_to_one_person_alone()
    {
        var taken = People.Residence(1) with { Cards = People.Residence(2).Cards };
        Assert.Equal(RefusalCode.NumberTiedToAnother,
            (await Residence.Prepare(Header(), [new(1, Day, taken)])).Refusal);

        var first = Header();
        await Residence.Prepare(first, [WithCard(1, 77)]);
        var answer = await Residence.Prepare(Header(), [WithCard(2, 77)]);
        Assert.Equal((RefusalCode.PersonBusy, first.Act), (answer.Refusal, answer.Other!.Act));
    }

    [Fact]
    public async Task A_number_person_has_one_live_link()
    {
        await Link(1, 1, LinkState.Linked, version: 0);
        Assert.Equal(RefusalCode.NumberTiedToAnother,
            (await Stores.Links.Prepare(Header(), [LinkOf(2, 1, LinkState.Linked, 0)])).Refusal);
        await Link(1, 1, LinkState.Contested, version: 1);
        Assert.Equal(RefusalCode.NumberTiedToAnother,
            (await Stores.Links.Prepare(Header(), [LinkOf(2, 1, LinkState.Linked, 0)])).Refusal);
        await Link(1, 1, LinkState.Untied, version: 2);
        await Link(2, 1, LinkState.Linked, version: 0);
        Assert.Equal([People.ResidenceId(2)], await Stores.Links.Find(Find.ByNumberPerson(People.NumberId(1))));
    }

    [Fact]
    public async Task The_chain_covers_loads_and_acts_and_counts_them()
    {
        await Change(Header(), Moved(1, "2-2 Kanda"));
        Assert.Equal(4, await Residence.VerifyChain());
        var entry = (await Residence.ReadNow(People.ResidenceId(1)))!;
        Assert.Equal((4, (await Residence.ReadNow(People.ResidenceId(3)))!.Hash), (entry.Sequence, entry.PreviousHash));
    }

    [Fact]
    public async Task A_bulk_load_is_for_an_empty_register()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Residence.BulkLoad(Header(), Day, [People.Residence(9)]));
        Assert.Equal(3, await Residence.Count());
        Assert.Equal([People.ResidenceId(2), People.ResidenceId(3)], await Residence.People(People.ResidenceId(1), 10));
    }

    [Fact]
    public async Task The_outbox_numbers_its_commitments_and_each_residents_records_without_gaps()
    {
        var (one, other) = (People.ResidenceId(1), People.ResidenceId(2));
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Stores.Outbox.Append(
            new("reading", i % 4 == 0 ? null : i % 4 == 1 ? other : one, $"{{\"i\":{i}}}"))));
        var chain = await Stores.Outbox.Chain(one, 1, 100);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), chain.Select(entry => entry.Number));
        var link = new byte[RecordChain.Length];
        foreach (var entry in chain)
        {
            Assert.Equal(Convert.ToHexStringLower(link), entry.PreviousLink);
            var commitment = SHA256.HashData([.. Convert.FromHexString(entry.Nonce), 0, 0, 0, 0, 0, 0, 0,
                (byte)entry.Number, .. link, .. Encoding.UTF8.GetBytes(entry.Record)]);
            Assert.Equal(Convert.ToHexStringLower(commitment), entry.Hash);
            link = HMACSHA256.HashData(Convert.FromHexString(entry.LinkKey), commitment);
        }
        Assert.Equal([19, 20], (await Stores.Outbox.Chain(one, 19, 100)).Select(entry => entry.Number));
        Assert.Equal([1, 2, 3], (await Stores.Outbox.Chain(other, 1, 3)).Select(entry => entry.Number));
        var entries = await Stores.Outbox.After(0, 100);
        Assert.Equal(Enumerable.Range(1, 40).Select(i => (long)i), entries.Select(entry => entry.Sequence));
        Assert.Equal(40, entries.Select(entry => entry.Hash).Distinct(StringComparer.Ordinal).Count());
        Assert.All(entries, entry => Assert.Equal(entry.Subject is null, entry.Number == 0));
        Assert.Equal(20, (await Stores.Outbox.Of(one, 100)).Count);
    }

    private protected ActHeader Header(int desk = 1) => People.Header(Time, ActKind.Move, desk);

    private static Change<ResidenceRecord> Moved(int person, string address, long version = 1) =>
        new(version, Day, People.Residence(person) with { Address = People.AddressOf(address) });

    private static Change<ResidenceRecord> WithCard(int person, int card) =>
        new(1, Day, People.Residence(person) with { Cards = People.Residence(card).Cards });

    private static Change<LinkRecord> LinkOf(int residence, int number, LinkState state, long version) =>
        new(version, Day, new(People.ResidenceId(residence), People.NumberId(number), state, Day));

    private async Task Link(int residence, int number, LinkState state, long version)
    {
        var act = Header();
        Assert.Null((await Stores.Links.Prepare(act, [LinkOf(residence, number, state, version)])).Refusal);
        await Stores.Links.Confirm(act.Act, Time.GetUtcNow());
    }

    private async Task Change(ActHeader act, Change<ResidenceRecord> change)
    {
        Assert.Null((await Residence.Prepare(act, [change])).Refusal);
        await Residence.Confirm(act.Act, Time.GetUtcNow());
    }
}

public sealed class SqliteStoreTests : StoreTests
{
    private readonly TemporaryFolder folder = new();

    protected override Stores Open(StoreSettings settings) => Stores.OpenSqlite(folder.Path, settings);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        folder.Dispose();
    }
}

public sealed class PostgresStoreTests(PostgresCluster cluster) : StoreTests, IClassFixture<PostgresCluster>
{
    protected override Stores Open(StoreSettings settings)
    {
        if (cluster.Missing is { } reason) Assert.Skip(reason);
        return Stores.OpenPostgres(cluster.Fresh(), settings);
    }
}
