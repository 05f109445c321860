using System.Collections.Immutable;
using System.Globalization;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>What stands above a terminal's certificate: the country's roots with the links from each to the next, and
/// the document verifier under the newest. Roots and links are kept for ever, because a card knows only the root that
/// it was made with and follows the links from there.</summary>
/// <remarks>Whoever controls the root's key can make a document verifier that knows no list. The keys are behind
/// <see cref="ICvSigner"/>: a file, or a security module that signs and never gives them away.</remarks>
public sealed class IssuingChain
{
    /// <summary>Days that a document verifier's certificate lives before the next one is made.</summary>
    private const int VerifierDays = 30;

    /// <summary>Years that a root lives.</summary>
    private const int RootYears = 20;

    /// <summary>Mnemonics of the names of keys.</summary>
    private const string VerifierMnemonic = "DV";

    private const int LastSequence = 99_999;

    private readonly AccessStore store;
    private readonly Outbox outbox;
    private readonly ICvSigner verifierKey;
    private readonly SemaphoreSlim gate = new(1, 1);
    private CvCertificateAuthority root;
    private CvCertificateAuthority? verifier;

    private IssuingChain(AccessStore store, Outbox outbox, CvCertificateAuthority root, ICvSigner verifierKey,
        ImmutableArray<CvCertificate> links) =>
        (this.store, this.outbox, this.root, this.verifierKey, Links) = (store, outbox, root, verifierKey, links);

    /// <summary>The newest root.</summary>
    public CvCertificate Root => root.Certificate;

    /// <summary>The curve of the whole chain.</summary>
    public DomainParameters Parameters => verifierKey.Parameters;

    /// <summary>From each root to the next, the oldest first.</summary>
    public ImmutableArray<CvCertificate> Links { get; private set; }

    /// <summary>Finds the newest root of the store; in an empty one the first root is written down.</summary>
    /// <param name="first">The root that the first cards were made with.</param>
    /// <param name="rootKey">The newest root's key; null while it is the first one's.</param>
    /// <exception cref="ArgumentException">The key is not the newest root's.</exception>
    public static async Task<IssuingChain> Open(AccessStore store, Outbox outbox, CvCertificateAuthority first,
        ICvSigner? rootKey, ICvSigner verifierKey, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(outbox);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(time);
        var kept = await Kept(store);
        if (kept.IsEmpty)
        {
            await Keep(store, outbox, [(AuthorityKind.Root, first.Certificate)], time.GetUtcNow());
            return new(store, outbox, first, verifierKey, []);
        }
        // A crash between a row and its commitment: asked again under the same nonce, it is the same entry.
        foreach (var row in kept.Where(row => row.Outbox is null)) await Commit(store, outbox, row);
        var newest = kept.Last(row => row.Is(AuthorityKind.Root)).Parse();
        var authority = newest.Encoded.Span.SequenceEqual(first.Certificate.Encoded.Span) ? first
            : new CvCertificateAuthority(newest, rootKey
                ?? throw new ArgumentException($"The key of root {newest.Holder} is missing.", nameof(rootKey)));
        if (rootKey is not null && !rootKey.PublicPoint.Span.SequenceEqual(newest.PublicKey.Point.Span))
            throw new ArgumentException($"This is not the key of root {newest.Holder}.", nameof(rootKey));
        return new(store, outbox, authority, verifierKey,
            [.. kept.Where(row => row.Is(AuthorityKind.Link)).Select(row => row.Parse())]);
    }

    /// <summary>Moves the country to a new root: the old one signs a link to it, and both are kept before anything is
    /// signed with the new one.</summary>
    /// <param name="holder">Name of the new root's key.</param>
    public async Task RollOver(
        CvReference holder, ICvSigner newKey, DateOnly today, TimeProvider time, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(time);
        await gate.WaitAsync(cancel);
        try
        {
            // 1. Both signed. Crash here: nothing has happened.
            var next = await CvCertificateAuthority.CreateRoot(
                holder, newKey, Root.Chat.EidRights, today, today.AddYears(RootYears), cancel);
            var link = await root.IssueLink(next.Certificate, cancel);
            // 2. Root and link in one transaction, then their commitments. Crash between: start-up commits them.
            await Keep(store, outbox, [(AuthorityKind.Root, next.Certificate), (AuthorityKind.Link, link)],
                time.GetUtcNow());
            (root, verifier, Links) = (next, null, Links.Add(link));
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The document verifier for today, kept and committed to before it signs anything.</summary>
    internal async ValueTask<CvCertificateAuthority> Verifier(
        DateOnly today, DateTimeOffset now, int terminalDays, CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            if (verifier is { } known && known.Certificate.Expires >= today.AddDays(terminalDays)
                && known.Certificate.EffectiveFrom <= today) return known;
            var until = today.AddDays(VerifierDays);
            if (until > Root.Expires) until = Root.Expires;
            var own = await root.Issue(
                CvReference.Parse(string.Create(CultureInfo.InvariantCulture,
                    $"{Root.Holder.ToString()[..2]}{VerifierMnemonic}{today.DayNumber % LastSequence:00000}")),
                verifierKey, new Chat(CvRole.DocumentVerifierDomestic, Root.Chat.EidRights), today, until,
                cancel: cancel);
            await Keep(store, outbox, [(AuthorityKind.Verifier, own)], now);
            return verifier = new CvCertificateAuthority(own, verifierKey);
        }
        finally
        {
            gate.Release();
        }
    }

    private static async Task<ImmutableArray<AuthorityRow>> Kept(AccessStore store) =>
        [.. await store.Read<AuthorityRow>("select * from authority order by sequence")];

    private static async Task Keep(AccessStore store, Outbox outbox,
        (AuthorityKind Kind, CvCertificate Certificate)[] made, DateTimeOffset now)
    {
        AuthorityRow[] rows = [.. made.Select(one => AuthorityRow.Of(one.Kind, one.Certificate, now))];
        var written = await store.Writer.Write(session => rows.Select(row => row.Insert(session)).ToArray());
        foreach (var row in written) await Commit(store, outbox, row);
    }

    private static async Task Commit(AccessStore store, Outbox outbox, AuthorityRow row)
    {
        var entry = await outbox.AppendOnce(
            new Commitment(AuthorityRecord.Topic, null, RecordJson.Write(row.Record())), row.Nonce);
        await store.Writer.Write(session => session.Execute(
            "update authority set outbox = @sequence where sequence = @row",
            new { sequence = entry.Sequence, row = row.Sequence }));
    }
}

public enum AuthorityKind
{
    Root,
    Link,
    Verifier,
}

/// <summary>What the log commits to when a certificate above the terminals' is made.</summary>
public sealed record AuthorityRecord(string Kind, string Holder, string Certificate, DateTimeOffset MadeAt)
{
    /// <summary>Topic in the outbox.</summary>
    public const string Topic = "cv-certificate";
}

internal sealed record AuthorityRow
{
    public long Sequence { get; init; }
    public string Kind { get; init; } = "";
    public string Holder { get; init; } = "";
    public string Certificate { get; init; } = "";
    public long MadeAt { get; init; }
    public string Nonce { get; init; } = "";
    public long? Outbox { get; init; }

    public static AuthorityRow Of(AuthorityKind kind, CvCertificate certificate, DateTimeOffset now) => new()
    {
        Kind = kind.ToString(),
        Holder = certificate.Holder.ToString(),
        Certificate = Convert.ToBase64String(certificate.Encoded.Span),
        MadeAt = now.ToUnixTimeMilliseconds(),
        Nonce = Registers.Outbox.NewNonce(),
    };

    public bool Is(AuthorityKind kind) => string.Equals(Kind, kind.ToString(), StringComparison.Ordinal);

    public CvCertificate Parse() => CvCertificate.Parse(Convert.FromBase64String(Certificate));

    public AuthorityRecord Record() =>
        new(Kind, Holder, Certificate, DateTimeOffset.FromUnixTimeMilliseconds(MadeAt));

    /// <summary>The row with its number; the same nonce again is the same row.</summary>
    public AuthorityRow Insert(Session session)
    {
        if (session.First<long?>("select sequence from authority where nonce = @Nonce", this) is { } known)
            return this with { Sequence = known };
        var row = this with { Sequence = session.First<long>("select coalesce(max(sequence), 0) + 1 from authority") };
        session.Execute(
            """
            insert into authority (sequence, kind, holder, certificate, made_at, nonce)
            values (@Sequence, @Kind, @Holder, @Certificate, @MadeAt, @Nonce)
            """, row);
        return row;
    }
}
