using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Musubi.Access;
using Musubi.Registers;
using Musubi.Tests.Clients;
using Musubi.Tests.Registers;
using Musubi.Vocabulary;

namespace Musubi.Tests.Access;

/// <summary>Drafts and versions, on SQLite and on PostgreSQL alike.</summary>
public abstract class PublishedListsTests
{
    private static readonly FieldId Work = Lists.Field("work");

    protected abstract Func<AccessStore>? Store();

    [Fact]
    public async Task The_law_founds_the_list_once_and_every_version_stays()
    {
        await using var world = await AccessWorld.Open(store: Store());
        var founded = world.House.Lists.Current;
        Assert.Equal((1, VersionCause.Founding), (founded.Number, founded.Cause));
        await world.Publish(founded.List.With(Lists.Clinic, Narrower));
        await world.Restart();
        var second = world.House.Lists.Current;
        Assert.Equal((2, VersionCause.Publication, AccessWorld.Sato, AccessWorld.Ito, "as asked"),
            (second.Number, second.Cause, second.Author!.Value, second.Approver!.Value, second.Reason));
        Assert.Equal([2, 1], (await world.House.Lists.History()).Select(version => version.Number));
        Assert.Equal(founded.Json, (await world.House.Lists.Find(1))!.Json);
        Assert.Null(await world.House.Lists.Find(3));
    }

    [Fact]
    public async Task Each_version_is_committed_to_once_and_its_record_and_nonce_prove_it()
    {
        await using var world = await AccessWorld.Open(store: Store());
        await world.Publish(world.House.Lists.Current.List.With(Lists.Clinic, Narrower));
        await world.Restart();
        var entries = (await world.Stores.Outbox.After(0, 100))
            .Where(entry => entry.Topic is ListVersionRecord.Topic).ToList();
        Assert.Equal(2, entries.Count);
        foreach (var entry in entries)
        {
            var version = (await world.House.Lists.Find(RecordJson.Read<ListVersionRecord>(entry.Record).Version))!;
            Assert.Equal((version.Record, version.Nonce, version.OutboxNumber),
                (entry.Record, entry.Nonce, entry.Sequence));
            byte[] committed = [.. Convert.FromHexString(version.Nonce), .. Encoding.UTF8.GetBytes(version.Record)];
            Assert.Equal(entry.Hash, Convert.ToHexStringLower(SHA256.HashData(committed)));
            Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(version.Json))),
                version.Record, StringComparison.Ordinal);
            Assert.Null(await world.House.Lists.ProofOf(version));
        }
    }

    [Fact]
    public async Task Nobody_who_had_a_hand_in_a_draft_approves_it()
    {
        await using var world = await AccessWorld.Open(store: Store());
        var drafts = world.House.Drafts;
        var draft = await drafts.Begin(AccessWorld.Sato);
        var list = world.House.Lists.Current.List;
        draft = AccessWorld.Taken(await drafts.Edit(
            draft.Id, draft.Version, AccessWorld.Ito, list.With(Lists.Clinic, Narrower)));
        draft = AccessWorld.Taken(await drafts.Take(
            draft.Id, draft.Version, ListDraftStep.Submitted, AccessWorld.Sato, ""));
        foreach (var author in new[] { AccessWorld.Sato, AccessWorld.Ito })
            Assert.Equal(RefusalCode.SecondPersonNeeded, (await drafts.Take(
                draft.Id, draft.Version, ListDraftStep.Approved, author, "fine")).Refused);
        Assert.Equal(RefusalCode.OtherTabContinued, (await drafts.Take(
            draft.Id, draft.Version, ListDraftStep.Published, AccessWorld.Ito, "")).Refused);
        var tanaka = StaffId.Parse("tanaka");
        Assert.Equal(RefusalCode.InputNotUnderstood, (await drafts.Take(
            draft.Id, draft.Version, ListDraftStep.Approved, tanaka, " ")).Refused);
        AccessWorld.Taken(await drafts.Take(draft.Id, draft.Version, ListDraftStep.Approved, tanaka, "fine"));
        Assert.Equal(1, world.House.Lists.Current.Number);
        await world.Restart();
        draft = (await world.House.Drafts.Find(draft.Id))!;
        Assert.Equal((ListDraftState.Approved, tanaka), (draft.State, draft.ApprovedBy!.Value));
        AccessWorld.Taken(await world.House.Drafts.Take(
            draft.Id, draft.Version, ListDraftStep.Published, AccessWorld.Sato, ""));
        Assert.Equal(2, world.House.Lists.Current.Number);
        Assert.Equal(ListDraftState.Published, (await world.House.Drafts.Find(draft.Id))!.State);
    }

    [Fact]
    public async Task A_form_of_an_older_state_is_not_taken_and_a_list_with_a_mistake_is_not_published()
    {
        await using var world = await AccessWorld.Open(store: Store());
        var (drafts, list) = (world.House.Drafts, world.House.Lists.Current.List);
        var draft = await drafts.Begin(AccessWorld.Sato);
        Assert.Equal(RefusalCode.NothingToChange, (await drafts.Take(
            draft.Id, draft.Version, ListDraftStep.Submitted, AccessWorld.Sato, "")).Refused);
        var edited = AccessWorld.Taken(await drafts.Edit(draft.Id, draft.Version, AccessWorld.Sato,
            list.With(Lists.Landlord, entry => entry with { Fields = [Lists.Field("status")] })));
        Assert.Equal(RefusalCode.OtherTabContinued,
            (await drafts.Edit(draft.Id, draft.Version, AccessWorld.Sato, list)).Refused);
        Assert.Equal(RefusalCode.ListNotPublishable, (await drafts.Take(
            draft.Id, edited.Version, ListDraftStep.Submitted, AccessWorld.Sato, "")).Refused);
        Assert.Equal(RefusalCode.DraftUnknown,
            (await drafts.Edit(ActId.New(world.Time), 1, AccessWorld.Sato, list)).Refused);
    }

    [Fact]
    public async Task A_draft_of_an_older_version_is_brought_up_to_date_before_it_can_be_published()
    {
        await using var world = await AccessWorld.Open(store: Store());
        var (drafts, list) = (world.House.Drafts, world.House.Lists.Current.List);
        var draft = await drafts.Begin(AccessWorld.Sato);
        draft = AccessWorld.Taken(await drafts.Edit(draft.Id, draft.Version, AccessWorld.Sato, list
            .With(Lists.Landlord, entry => entry with { Fields = entry.Fields.Add(Work) })
            .With(Lists.Clinic, Narrower)));
        Assert.Null(await world.House.Lists.Withdraw(AccessWorld.Ito, Lists.Clinic, "closed"));
        Assert.Equal(RefusalCode.ListChanged, (await drafts.Take(
            draft.Id, draft.Version, ListDraftStep.Submitted, AccessWorld.Sato, "")).Refused);
        var (answer, lost) = await drafts.Rebase(draft.Id, draft.Version, AccessWorld.Sato);
        Assert.Equal([Lists.Clinic], lost);
        var rebased = AccessWorld.Taken(answer);
        var diff = AccessListDiff.Between(world.House.Lists.Current.List, rebased.List(AccessWorld.Law.Card));
        Assert.Equal([(AccessChangeKind.FieldGained, Lists.Landlord)],
            diff.Changes.Select(change => (change.Kind, change.Entry.Id)));
        AccessWorld.Taken(await drafts.Take(
            draft.Id, rebased.Version, ListDraftStep.Submitted, AccessWorld.Sato, ""));
    }

    [Fact]
    public async Task A_withdrawal_counts_at_once_stays_readable_and_never_comes_back()
    {
        await using var world = await AccessWorld.Open(store: Store());
        Assert.Null(await world.House.Authority.WhyNot(Lists.Clinic, []));
        Assert.Null(await world.House.Lists.Withdraw(AccessWorld.Sato, Lists.Clinic, "closed"));
        Assert.Equal(RefusalCode.EntryRevoked, (await world.House.Authority.WhyNot(Lists.Clinic, []))!.Code);
        Assert.Equal(RefusalCode.EntryRevoked,
            await world.House.Lists.Withdraw(AccessWorld.Sato, Lists.Clinic, "again"));
        await world.Restart();
        var current = world.House.Lists.Current;
        Assert.Equal((2, VersionCause.Withdrawal, "closed"), (current.Number, current.Cause, current.Reason));
        Assert.Equal(new DateOnly(2026, 11, 24), current.List.Find(Lists.Clinic)!.RevokedOn);
        Assert.NotNull(current.OutboxNumber);
        var drafts = world.House.Drafts;
        var draft = await drafts.Begin(AccessWorld.Sato);
        draft = AccessWorld.Taken(await drafts.Edit(draft.Id, draft.Version, AccessWorld.Sato,
            current.List.With(Lists.Clinic, entry => entry with { RevokedOn = null })));
        Assert.Equal(RefusalCode.ListNotPublishable, (await drafts.Take(
            draft.Id, draft.Version, ListDraftStep.Submitted, AccessWorld.Sato, "")).Refused);
    }

    [Fact]
    public async Task An_entry_does_not_cover_one_field_more()
    {
        await using var world = await AccessWorld.Open(store: Store());
        var refused = await world.House.Authority.WhyNot(Lists.Landlord, [Lists.Field("name"), Work]);
        Assert.Equal((RefusalCode.RightNotInEntry, Lists.Landlord), (refused!.Code, refused.Entry!.Value));
        Assert.Equal([Work], refused.Fields);
    }

    private static AccessEntry Narrower(AccessEntry entry) => entry with
    {
        Fields = entry.Fields.Remove(Lists.Field("address")),
        OptionalFields = [],
    };
}

public sealed class SqlitePublishedListsTests : PublishedListsTests
{
    protected override Func<AccessStore>? Store() => null;

    /// <summary>The bound is 5 minutes: docs/lifecycle/access-list.md.</summary>
    [Fact]
    public async Task A_list_that_cannot_be_looked_up_counts_for_five_minutes_and_then_nothing_is_read()
    {
        await using var world = await AccessWorld.Open();
        await world.House.DisposeAsync();
        File.Move(Path.Combine(world.Folder, "access.db"), Path.Combine(world.Folder, "gone.db"));
        var lists = world.House.Lists;
        world.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.Null(await lists.WhyNot(Lists.Landlord, []));
        world.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(RefusalCode.ListStale, (await lists.WhyNot(Lists.Landlord, []))!.Code);
        File.Move(Path.Combine(world.Folder, "gone.db"), Path.Combine(world.Folder, "access.db"));
        Assert.Null(await lists.WhyNot(Lists.Landlord, []));
    }

    /// <summary>Debian's python3-jwcrypto checks it: a JOSE library that is not ours.</summary>
    [Fact]
    public async Task Another_library_confirms_the_signature_and_finds_the_very_bytes()
    {
        await using var world = await AccessWorld.Open();
        var none = ImmutableDictionary<string, string>.Empty.Add("PYTHONIOENCODING", "utf-8");
        Assert.SkipUnless((await Outside.Run(none, "/usr/bin/python3", "-c", "import jwcrypto")).Code == 0,
            "apt-get install python3-jwcrypto");
        var version = world.House.Lists.Current;
        var keys = await world.House.Lists.Keys();
        var good = await Outside.Run(none, $"{keys}\n{version.Jws}", "/usr/bin/python3", ["-c", Verify]);
        Assert.True(good.Code == 0, good.All);
        Assert.Equal(version.Json, good.Output);
        var forged = version.Jws.Replace('.' + version.Jws.Split('.')[1], '.' + version.Jws.Split('.')[1][..^4],
            StringComparison.Ordinal);
        var bad = await Outside.Run(none, $"{keys}\n{forged}", "/usr/bin/python3", ["-c", Verify]);
        Assert.NotEqual(0, bad.Code);
        Assert.Contains("InvalidJWSSignature", bad.Errors, StringComparison.Ordinal);
    }

    /// <summary>A model of its own: the table of docs/lifecycle/access-list.md, walked at random.</summary>
    [Fact]
    public void A_draft_goes_only_the_ways_that_its_lifecycle_has()
    {
        var ways = new Dictionary<(ListDraftState, ListDraftStep), ListDraftState>
        {
            [(ListDraftState.Open, ListDraftStep.Edited)] = ListDraftState.Open,
            [(ListDraftState.Open, ListDraftStep.Submitted)] = ListDraftState.Submitted,
            [(ListDraftState.Open, ListDraftStep.Dropped)] = ListDraftState.Dropped,
            [(ListDraftState.Submitted, ListDraftStep.Approved)] = ListDraftState.Approved,
            [(ListDraftState.Submitted, ListDraftStep.Returned)] = ListDraftState.Open,
            [(ListDraftState.Submitted, ListDraftStep.TakenBack)] = ListDraftState.Open,
            [(ListDraftState.Submitted, ListDraftStep.Dropped)] = ListDraftState.Dropped,
            [(ListDraftState.Approved, ListDraftStep.Published)] = ListDraftState.Published,
            [(ListDraftState.Approved, ListDraftStep.Returned)] = ListDraftState.Open,
            [(ListDraftState.Approved, ListDraftStep.TakenBack)] = ListDraftState.Open,
            [(ListDraftState.Approved, ListDraftStep.Dropped)] = ListDraftState.Dropped,
        };
        Gen.Select(Gen.Enum<ListDraftStep>(), Gen.Int[1, 3]).List[0, 40].Sample(walk =>
        {
            var now = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
            var draft = new ListDraft(default, 1, ListDraftState.Open, 1, "{}",
                [new(ListDraftStep.Opened, StaffId.Parse("staff-1"), now, "")]);
            var (state, authors) = (ListDraftState.Open, new HashSet<int> { 1 });
            foreach (var (step, who) in walk)
            {
                var (after, why) = ListDraft.Decide(
                    draft, draft.Version, step, StaffId.Parse($"staff-{who}"), "because", now);
                var allowed = ways.TryGetValue((state, step), out var next)
                    && !(step is ListDraftStep.Approved or ListDraftStep.Returned && authors.Contains(who))
                    && !(step is ListDraftStep.TakenBack && !authors.Contains(who));
                if (allowed != after is not null || allowed == why is not null) return false;
                if (!allowed) continue;
                if (step is ListDraftStep.Edited or ListDraftStep.Submitted) authors.Add(who);
                (draft, state) = (after!, next);
                if (draft.State != state) return false;
            }
            return true;
        });
    }

    private const string Verify =
        """
        import sys
        from jwcrypto import jwk, jws
        keys, token = sys.stdin.read().split('\n', 1)
        signed = jws.JWS()
        signed.deserialize(token.strip())
        key = jwk.JWKSet.from_json(keys).get_key(signed.jose_header['kid'])
        assert key.thumbprint() == signed.jose_header['kid']
        signed.verify(key, alg='ES256')
        sys.stdout.buffer.write(signed.payload)
        """;
}

public sealed class PostgresPublishedListsTests(PostgresCluster cluster)
    : PublishedListsTests, IClassFixture<PostgresCluster>
{
    protected override Func<AccessStore>? Store()
    {
        if (cluster.Missing is { } reason) Assert.Skip(reason);
        var connection = cluster.Fresh().Commit;
        return () => AccessStore.OpenPostgres(connection);
    }
}
