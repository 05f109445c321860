using System.Collections.Immutable;
using System.Globalization;
using Musubi.Chip.CvCertificates;
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

    /// <summary>Days that a document verifier's certificate lives before the next one is made.</summary>
    private const int VerifierDays = 30;

    private const int LastSequence = 99_999;

    private readonly CvCertificateAuthority root;
    private readonly ICvSigner verifierKey;
    private readonly Jurisdiction law;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim gate = new(1, 1);
    private CvCertificateAuthority? verifier;
    private int sequence;

    /// <param name="root">The country's root; cards trust its key.</param>
    /// <param name="verifierKey">The document verifier's key, on the root's curve.</param>
    /// <exception cref="ArgumentException">The list names a field that no right can open alone.</exception>
    public TerminalAuthority(CvCertificateAuthority root, ICvSigner verifierKey, Jurisdiction law, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(law);
        foreach (var entry in law.AccessList.Entries)
            if (EntryRights.Unreadable(law.Card, entry) is { IsEmpty: false } fields)
                throw new ArgumentException(
                    $"Entry {entry.Id} names {string.Join(", ", fields)} without the fields of the same data group.",
                    nameof(law));
        (this.root, this.verifierKey, this.law, this.time) = (root, verifierKey, law, time);
    }

    public AccessList List => law.AccessList;

    /// <summary>Why this entry gives no certificate today, or null when it does.</summary>
    public RefusalCode? WhyNot(EntryId id) => List.Find(id) switch
    {
        null => RefusalCode.EntryUnknown,
        { } entry => entry.IsInForce(Today) ? null : RefusalCode.EntryNotInForce,
    };

    /// <summary>A certificate for a fresh terminal key.</summary>
    /// <exception cref="InvalidOperationException">The entry is unknown or not in force: ask <see cref="WhyNot"/>
    /// first.
    /// </exception>
    public async ValueTask<TerminalCertificate> Issue(EntryId id, CancellationToken cancel = default)
    {
        if (WhyNot(id) is { } reason) throw new InvalidOperationException($"No certificate from entry {id}: {reason}.");
        var entry = List.Find(id)!;
        var today = Today;
        var last = Earlier(today.AddDays(TerminalDays - 1), entry.ValidUntil);
        var rights = EntryRights.Of(law.Card, entry);
        var description = CertificateDescription.Write(root.Certificate.Holder.ToString(), entry, List.Version);

        await gate.WaitAsync(cancel);
        try
        {
            var issuer = await VerifierFor(today, cancel);
            var key = CvKey.Create(verifierKey.Parameters);
            sequence = sequence % LastSequence + 1;
            var certificate = await issuer.Issue(Reference("TERM", sequence), key, new Chat(CvRole.Terminal, rights),
                today, Earlier(last, issuer.Certificate.Expires), CertificateDescription.Hash(description), cancel);
            // Pair check: whatever went wrong above, nothing beyond the entry leaves this method.
            if ((certificate.Chat.EidRights & ~rights) != EidRights.None)
                throw new InvalidOperationException($"The certificate holds rights that entry {id} lacks.");
            return new TerminalCertificate(entry, List.Version, [issuer.Certificate, certificate], key,
                [.. description]);
        }
        finally
        {
            gate.Release();
        }
    }

    private DateOnly Today => law.DayOf(time.GetUtcNow());

    private async ValueTask<CvCertificateAuthority> VerifierFor(DateOnly today, CancellationToken cancel)
    {
        if (verifier is not null && verifier.Certificate.Expires >= today.AddDays(TerminalDays)) return verifier;
        var until = Earlier(today.AddDays(VerifierDays), root.Certificate.Expires);
        var own = await root.Issue(Reference("DV", today.DayNumber % LastSequence), verifierKey,
            new Chat(CvRole.DocumentVerifierDomestic, root.Certificate.Chat.EidRights), today, until, cancel: cancel);
        return verifier = new CvCertificateAuthority(own, verifierKey);
    }

    private CvReference Reference(string mnemonic, int number) => CvReference.Parse(string.Create(
        CultureInfo.InvariantCulture, $"{root.Certificate.Holder.ToString()[..2]}{mnemonic}{number:00000}"));

    private static DateOnly Earlier(DateOnly one, DateOnly other) => one < other ? one : other;
}

/// <summary>A terminal's key and certificates for at most 48 hours, with the entry they come from.</summary>
/// <param name="Chain">Document verifier, then terminal; the root is on the card.</param>
public sealed record TerminalCertificate(
    AccessEntry Entry, int ListVersion, ImmutableArray<CvCertificate> Chain, CvKey Key,
    ImmutableArray<byte> Description)
    : IDisposable
{
    public EidRights Rights => Chain[^1].Chat.EidRights;

    public void Dispose() => Key.Dispose();
}
