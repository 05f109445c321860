using System.Collections.Immutable;
using System.Text;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>The published list: which version is in force, every version there ever was, and the one way in which the
/// next comes to be.</summary>
public sealed class PublishedLists
{
    /// <summary>A list that was read longer ago is looked up again before it counts: so much later at most does another
    /// process learn of a withdrawal.</summary>
    public static readonly TimeSpan RecheckAfter = TimeSpan.FromSeconds(30);

    /// <summary>So long the last known list counts when the store does not answer. Beyond it nothing is read: it may
    /// say something else by now.</summary>
    public static readonly TimeSpan LongestUnconfirmed = TimeSpan.FromMinutes(5);

    private readonly AccessStore store;
    private readonly Outbox outbox;
    private readonly Jurisdiction law;
    private readonly ListSignature signature;
    private readonly TimeProvider time;
    private readonly Func<OutboxEntry, ValueTask<LogProof?>> proofs;
    private readonly SemaphoreSlim gate = new(1, 1);
    private volatile Confirmed confirmed = null!;

    private PublishedLists(AccessStore store, Outbox outbox, Jurisdiction law, ListSignature signature,
        Func<OutboxEntry, ValueTask<LogProof?>> proofs, TimeProvider time) =>
        (this.store, this.outbox, this.law, this.signature, this.proofs, this.time) =
            (store, outbox, law, signature, proofs, time);

    /// <summary>The version in force, as last read.</summary>
    public PublishedVersion Current => confirmed.Version;

    /// <summary>Finishes what a crash interrupted; in an empty store publishes the list that the law brought.</summary>
    /// <param name="proofs">Where an entry of the outbox stands in the public log; null while it does not. Without it
    /// nothing is in the log yet.</param>
    public static async Task<PublishedLists> Open(AccessStore store, Outbox outbox, Jurisdiction law,
        ListSignature signature, TimeProvider time, Func<OutboxEntry, ValueTask<LogProof?>>? proofs = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(law);
        var lists = new PublishedLists(
            store, outbox, law, signature, proofs ?? (_ => ValueTask.FromResult<LogProof?>(null)), time);
        if ((await store.Read<long>("select count(*) from version"))[0] == 0)
            await lists.Write(law.AccessList, VersionCause.Founding, "", null, null);
        foreach (var row in await store.Read<VersionRow>("select * from version where outbox is null order by number"))
            await lists.Commit(row.Read(law.Card));
        lists.confirmed = new(await lists.Newest(), time.GetTimestamp());
        return lists;
    }

    /// <summary>Why this entry may not be used now for these fields, or null when it may. It is asked when a
    /// certificate is made, when a reading begins, and again before the first field is read.</summary>
    /// <param name="fields">What is wanted; empty for the entry as such.</param>
    public async ValueTask<Refusal?> WhyNot(EntryId id, IReadOnlyCollection<FieldId> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (!await IsConfirmed()) return new Refusal(RefusalCode.ListStale, Entry: id);
        if (Current.List.Find(id) is not { } entry) return new Refusal(RefusalCode.EntryUnknown, Entry: id);
        if (WhyNot(entry.StateOn(law.DayOf(time.GetUtcNow()))) is { } code) return new Refusal(code, Entry: id);
        ImmutableArray<FieldId> beyond = [.. fields.Where(field => !entry.Fields.Contains(field))];
        return beyond.IsEmpty ? null : new Refusal(RefusalCode.RightNotInEntry, Entry: id, Fields: beyond);
    }

    /// <summary>Every version, the newest first.</summary>
    public async Task<ImmutableArray<PublishedVersion>> History() =>
        [.. (await store.Read<VersionRow>("select * from version order by number desc limit @limit",
            new { limit = AccessStore.PageLimit })).Select(row => row.Read(law.Card)).Where(one => one.IsInForce)];

    public async Task<PublishedVersion?> Find(int number) => (await store.Read<VersionRow>(
        "select * from version where number = @number", new { number = (long)number })) is [var row]
            && row.Read(law.Card) is { IsInForce: true } version ? version : null;

    /// <summary>Where the version stands in the public log; null while it is not yet in it.</summary>
    public async ValueTask<LogProof?> ProofOf(PublishedVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return version.OutboxNumber is { } number && await outbox.Find(number) is { } entry
            ? await proofs(entry)
            : null;
    }

    /// <summary>Every key that ever signed a list, as a JWK Set (RFC 7517 §5).</summary>
    public async Task<string> Keys() => "{\"keys\":["
        + string.Join(',', await store.Read<string>("select jwk from list_key order by first_used, kid")) + "]}";

    /// <summary>Withdraws an entry at once: it gives no certificate from here on. One person may, because it only
    /// narrows; what was withdrawn never comes back.</summary>
    public async Task<RefusalCode?> Withdraw(StaffId by, EntryId id, string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        await gate.WaitAsync();
        try
        {
            var now = await Newest();
            if (now.List.Find(id) is not { } entry) return RefusalCode.EntryUnknown;
            if (entry.RevokedOn is not null) return RefusalCode.EntryRevoked;
            var today = law.DayOf(time.GetUtcNow());
            var revoked = entry with { RevokedOn = today };
            var next = now.List with
            {
                Version = now.Number + 1,
                PublishedOn = today,
                Entries = [.. now.List.Entries.Select(one => one.Id == id ? revoked : one)],
            };
            await Finish((await Write(next, VersionCause.Withdrawal, reason, by, null))!);
            return null;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Publishes an approved draft and marks it so.</summary>
    internal async Task<RefusalCode?> Publish(ListDraft approved, DraftRow published, DraftEvent approval)
    {
        await gate.WaitAsync();
        try
        {
            var now = await Newest();
            if (approved.Base != now.Number) return RefusalCode.ListChanged;
            var today = law.DayOf(time.GetUtcNow());
            var list = approved.List(law.Card) with { Version = now.Number + 1, PublishedOn = today };
            if (AccessListLint.Check(list, law.Card, today, now.List).Any(one => one.Level is FindingLevel.Mistake))
                return RefusalCode.ListNotPublishable;
            var version = await Write(
                list, VersionCause.Publication, approval.Comment, approved.Events[0].By, approval.By, published);
            if (version is null) return RefusalCode.OtherTabContinued;
            await Finish(version);
            return null;
        }
        finally
        {
            gate.Release();
        }
    }

    private static RefusalCode? WhyNot(EntryState state) => state switch
    {
        EntryState.InForce => null,
        EntryState.NotYetInForce => RefusalCode.EntryNotYetInForce,
        EntryState.Expired => RefusalCode.EntryNotInForce,
        EntryState.Revoked => RefusalCode.EntryRevoked,
    };

    /// <summary>Null when the draft was changed by somebody else meanwhile.</summary>
    private async Task<PublishedVersion?> Write(
        AccessList list, VersionCause cause, string reason, StaffId? author, StaffId? approver, DraftRow? draft = null)
    {
        // 1. Signed. Crash here: nothing has happened.
        var json = AccessListJson.Write(list);
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        var version = new PublishedVersion(list, Encoding.UTF8.GetString(json), await signature.Sign(json), cause,
            reason, author, approver, now, Outbox.NewNonce(), null);
        var row = VersionRow.Of(version, draft is null ? null : ActId.Parse(draft.Id));
        var key = new { kid = signature.KeyId, jwk = signature.Jwk, first = row.PublishedAt };
        // 2. The version, its key, and the draft as published, in one transaction. Crash here: a withdrawal counts, a
        //    publication does not yet; the next start goes on at 3.
        var written = await store.Writer.Write(session =>
        {
            if (session.First<string>("select nonce from version where number = @Number", row) is { } taken)
                return string.Equals(taken, row.Nonce, StringComparison.Ordinal) ? true
                    : throw new InvalidOperationException($"Version {row.Number} is somebody else's.");
            if (draft is not null
                && session.First<long?>("select version from draft where id = @Id", draft) != draft.Version - 1)
                return false;
            session.Execute("insert into list_key (kid, jwk, first_used) values (@kid, @jwk, @first) "
                + "on conflict (kid) do nothing", key);
            session.Execute(
                """
                insert into version (number, cause, reason, draft, author, approver, published_at, list, jws, nonce)
                values (@Number, @Cause, @Reason, @Draft, @Author, @Approver, @PublishedAt, @List, @Jws, @Nonce)
                """, row);
            if (draft is not null) Drafts.Save(session, draft);
            return true;
        });
        return written ? version : null;
    }

    private async Task Finish(PublishedVersion version)
    {
        // A withdrawal counts from here, whatever becomes of its commitment.
        if (version.IsInForce) confirmed = new(version, time.GetTimestamp());
        await Commit(version);
        confirmed = new(await Newest(), time.GetTimestamp());
    }

    private async Task Commit(PublishedVersion version)
    {
        // 3. Its commitment, under the version's own nonce. Crash here: asked again, it is the same entry.
        var entry = await outbox.AppendOnce(
            new Commitment(ListVersionRecord.Topic, null, version.Record), version.Nonce);
        // 4. In force. Crash before: 3 and 4 are done again.
        await store.Writer.Write(session => session.Execute(
            "update version set outbox = @sequence where number = @number",
            new { sequence = entry.Sequence, number = (long)version.Number }));
    }

    private async Task<PublishedVersion> Newest() => (await store.Read<VersionRow>(
        $"select * from version where outbox is not null or cause = '{nameof(VersionCause.Withdrawal)}' "
        + "order by number desc limit 1"))[0].Read(law.Card);

    private async ValueTask<bool> IsConfirmed()
    {
        var (version, at) = (confirmed.Version, confirmed.At);
        if (time.GetElapsedTime(at) < RecheckAfter) return true;
        var asked = time.GetTimestamp();
        try
        {
            var newest = await Newest();
            // Somebody may have published in the meantime: the newer one stays.
            if (newest.Number >= confirmed.Version.Number) confirmed = new(newest, asked);
            return true;
        }
        catch (StoreException)
        {
            // The caller is told by the answer: for a while the last known list counts, then nothing does.
            return version.Number == confirmed.Version.Number && time.GetElapsedTime(at) < LongestUnconfirmed;
        }
    }

    private sealed record Confirmed(PublishedVersion Version, long At);
}
