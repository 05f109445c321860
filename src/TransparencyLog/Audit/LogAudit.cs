using System.Collections.Immutable;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Tiles;

namespace Musubi.TransparencyLog.Audit;

/// <summary>Hashes a whole log again from its published files and compares it with its signed checkpoint and with the
/// checkpoint that was seen before.</summary>
/// <remarks>Trust: the keys that it was given, and nothing that is published. Every entry is hashed: a sample would
/// miss the one that was changed.</remarks>
public sealed class LogAudit
{
    /// <summary>Broken files that a report names; the others are counted.</summary>
    public const int MostFindings = 20;

    private readonly TileSource source;
    private readonly LogOrigin origin;
    private readonly Func<SignedNote, string?> distrust;

    /// <param name="origin">Whose checkpoints.</param>
    /// <param name="distrust">Why a checkpoint's signatures are not enough, or null: they are.</param>
    public LogAudit(TileSource source, LogOrigin origin, Func<SignedNote, string?> distrust) =>
        (this.source, this.origin, this.distrust) = (source, origin, distrust);

    /// <summary>Trusts a checkpoint that one of these keys has signed.</summary>
    public static Func<SignedNote, string?> SignedBy(IReadOnlyCollection<NoteVerifier> keys) => note =>
        note.Verify(keys).Trust switch
        {
            NoteTrust.Trusted => null,
            NoteTrust.NoKnownKey => "No key that you named has signed the checkpoint.",
            NoteTrust.BadSignature => "A signature on the checkpoint that names your key does not hold.",
        };

    /// <summary>Audits the log as it stands.</summary>
    /// <param name="remembered">The checkpoint of the last audit, or null: this is the first.</param>
    /// <param name="progress">Told how many entries are hashed.</param>
    /// <exception cref="IOException">The place cannot be read.</exception>
    public async Task<AuditReport> Run(
        SignedNote? remembered = null, IProgress<long>? progress = null, CancellationToken cancel = default)
    {
        // 1. The checkpoint, and who signed it.
        SignedNote note;
        Checkpoint checkpoint;
        try
        {
            if (await new TileReader(source).ReadCheckpoint(cancel) is not { } read)
                return No(AuditVerdict.NoCheckpoint, $"There is no checkpoint at {source.Name}.");
            (note, checkpoint) = (read, Checkpoint.Parse(read.Text));
        }
        catch (NoteException broken)
        {
            return No(AuditVerdict.NoCheckpoint, $"What stands in place of the checkpoint is none: {broken.Message}.");
        }
        var report = new AuditReport(AuditVerdict.Whole, note, checkpoint, remembered, [], 0, "");
        if (checkpoint.Origin != origin)
            return report.As(AuditVerdict.AnotherLog, $"The checkpoint is of {checkpoint.Origin}, not of {origin}.");
        if (distrust(note) is { } why) return report.As(AuditVerdict.NotTrusted, why);
        // 2. The one seen before: a log only grows. This needs no file, so it comes before the long work.
        var before = remembered is null ? null : Checkpoint.Parse(remembered.Text);
        if (before is not null && before.Size > checkpoint.Size)
            return report.As(AuditVerdict.RolledBack,
                $"The log has {checkpoint.Size} entries; when you last looked it had {before.Size}.");
        if (before is not null && before.Size == checkpoint.Size && before.Root != checkpoint.Root)
            return report.As(AuditVerdict.SplitView, "The log has shown you two trees of the same size.");
        // 3. Every entry and every tile.
        var rehash = new Rehash(source, checkpoint.Size, progress);
        var root = await rehash.Run(cancel);
        report = report with { Findings = rehash.Findings, Broken = rehash.Broken };
        if (rehash.Broken > 0)
            return report.As(AuditVerdict.Broken, $"{rehash.Broken} published files are not what they should be.");
        if (root != checkpoint.Root)
            return report.As(AuditVerdict.WrongRoot, $"The files lead to the root {root}, and another is signed.");
        // 4. The old tree is the beginning of the new one; the proof binds both roots, whoever made it.
        try
        {
            return before is not null && !await GoesOn(before, checkpoint, cancel)
                ? report.As(AuditVerdict.SplitView, $"The {before.Size} entries that you saw are not its first ones.")
                : report.As(AuditVerdict.Whole, $"All {checkpoint.Size} entries lead to the signed root.");
        }
        catch (TileException changed)
        {
            return report.As(AuditVerdict.Broken, $"{changed.Message}; it was there a moment ago.");
        }
    }

    private async Task<bool> GoesOn(Checkpoint before, Checkpoint now, CancellationToken cancel)
    {
        if (before.Size == 0) return before.Root == TreeHash.Empty;
        var proof = await new TileReader(source).ProveConsistency(before.Size, now.Size, cancel);
        return ConsistencyProof.Verify(before.Size, now.Size, before.Root, now.Root, proof.AsSpan())
            is ProofVerdict.Holds;
    }

    private static AuditReport No(AuditVerdict verdict, string why) => new(verdict, null, null, null, [], 0, why);
}

internal static class AuditReports
{
    public static AuditReport As(this AuditReport report, AuditVerdict verdict, string why) =>
        report with { Verdict = verdict, Why = why };
}
