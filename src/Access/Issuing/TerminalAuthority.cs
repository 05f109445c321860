using System.Collections.Immutable;
using System.Security.Cryptography;
using Musubi.Chip.CvCertificates;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>Makes terminal certificates, and only from entries of the published list that are in force: this is where
/// the list is enforced; the chip then enforces the certificate.</summary>
/// <remarks>It holds the document verifier's key. Whoever controls it can issue beyond the list, and every such
/// certificate would name an entry that does not have the right: that is what the audit looks for.</remarks>
public sealed class TerminalAuthority
{
    /// <summary>Days that a terminal certificate lives, its first day included: 48 hours.</summary>
    public const int TerminalDays = 2;

    /// <summary>A terminal's key name: country, then as many random characters as TR-03110-3 §C.2 leaves, so that a
    /// name in a card's list of readings is one certificate and no other.</summary>
    private const int NameCharacters = 14;

    private const string NameAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private readonly IssuingChain chain;
    private readonly PublishedLists lists;
    private readonly LatestMoment moment;
    private readonly Outbox outbox;
    private readonly Jurisdiction law;
    private readonly TimeProvider time;

    public TerminalAuthority(IssuingChain chain, PublishedLists lists, LatestMoment moment, Outbox outbox,
        Jurisdiction law, TimeProvider time) =>
        (this.chain, this.lists, this.moment, this.outbox, this.law, this.time) =
            (chain, lists, moment, outbox, law, time);

    public PublishedLists Lists => lists;

    /// <summary>Why this entry gives no certificate now for these fields, or null when it does.</summary>
    /// <param name="fields">What is wanted; empty for the entry as such.</param>
    public async ValueTask<Refusal?> WhyNot(EntryId id, IReadOnlyCollection<FieldId> fields)
    {
        try
        {
            return await moment.TryAdvance(time.GetUtcNow())
                ? await lists.WhyNot(id, fields)
                : new Refusal(RefusalCode.ClockSetBack, Entry: id);
        }
        catch (StoreException)
        {
            // Without its memory this house cannot tell whether its clock is right.
            return new Refusal(RefusalCode.CannotRecord, Entry: id);
        }
    }

    /// <summary>A certificate for a fresh terminal key, recorded before anybody has it; or why there is none.</summary>
    public async ValueTask<(TerminalCertificate? Certificate, Refusal? Why)> Issue(
        EntryId id, CancellationToken cancel = default)
    {
        // 1. An entry in force, on a clock that goes forward.
        if (await WhyNot(id, []) is { } reason) return (null, reason);
        var (version, now) = (lists.Current, time.GetUtcNow());
        if (version.List.Find(id) is not { } entry) return (null, new Refusal(RefusalCode.EntryUnknown, Entry: id));
        var today = law.DayOf(now);
        // 2. Its rights and no others, for 48 hours or to its last day.
        var rights = EntryRights.Of(law.Card, entry);
        var last = Earlier(today.AddDays(TerminalDays - 1), entry.ValidUntil);
        var description = CertificateDescription.Write(
            chain.Root.Holder.ToString(), entry, version.Number, (await lists.ProofOf(version))?.Index);
        try
        {
            var issuer = await chain.Verifier(today, now, TerminalDays, cancel);
            var key = CvKey.Create(chain.Parameters);
            var certificate = await issuer.Issue(Name(), key, new Chat(CvRole.Terminal, rights), today,
                Earlier(last, issuer.Certificate.Expires), CertificateDescription.Hash(description), cancel);
            // Pair check: whatever went wrong above, nothing beyond the entry leaves this method.
            if ((certificate.Chat.EidRights & ~rights) != EidRights.None)
                throw new InvalidOperationException($"The certificate holds rights that entry {id} lacks.");
            // 3. Recorded, durable. Crash before: nobody has the key. Crash after: a certificate that nobody used.
            await outbox.Append(new Commitment(TerminalCertificateRecord.Topic, null, RecordJson.Write(
                new TerminalCertificateRecord(certificate.Holder.ToString(), id, version.Number, entry.Identifier, now,
                    certificate.EffectiveFrom, certificate.Expires, Convert.ToBase64String(certificate.Encoded.Span),
                    Convert.ToBase64String(description)))));
            return (new TerminalCertificate(entry, version.Number, [.. chain.Links, issuer.Certificate, certificate],
                key, [.. description]), null);
        }
        catch (StoreException)
        {
            return (null, new Refusal(RefusalCode.CannotRecord, Entry: id));
        }
    }

    private CvReference Name() => CvReference.Parse(
        chain.Root.Holder.ToString()[..2] + RandomNumberGenerator.GetString(NameAlphabet, NameCharacters));

    private static DateOnly Earlier(DateOnly one, DateOnly other) => one < other ? one : other;
}

/// <summary>What the log commits to when a terminal certificate is made.</summary>
/// <param name="Certificate">The certificate itself, base64.</param>
/// <param name="Description">Its description, whose hash it carries, base64.</param>
public sealed record TerminalCertificateRecord(
    string Holder, EntryId Entry, int ListVersion, string Reader, DateTimeOffset At, DateOnly From, DateOnly Until,
    string Certificate, string Description)
{
    /// <summary>Topic in the outbox.</summary>
    public const string Topic = "terminal-certificate";
}

/// <summary>A terminal's key and certificates for at most 48 hours, with the entry they come from.</summary>
/// <param name="Chain">Links between roots, document verifier, then terminal; a root is on the card.</param>
public sealed record TerminalCertificate(
    AccessEntry Entry, int ListVersion, ImmutableArray<CvCertificate> Chain, CvKey Key,
    ImmutableArray<byte> Description)
    : IDisposable
{
    public EidRights Rights => Chain[^1].Chat.EidRights;

    public void Dispose() => Key.Dispose();
}
