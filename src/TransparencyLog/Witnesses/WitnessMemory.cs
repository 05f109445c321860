using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Storage;

namespace Musubi.TransparencyLog.Witnesses;

/// <summary>What a witness knows, one file a log: the last checkpoint that it cosigned, as it may be published. Trust:
/// whoever can put an older file in its place can make the witness sign two histories; the folder belongs to the
/// witness alone.</summary>
internal sealed class WitnessMemory : IDisposable
{
    private const string Claim = "witness.lock";
    private readonly string folder;
    private readonly Disk disk;
    private readonly FileStream claim;

    /// <exception cref="IOException">Another process has the folder.</exception>
    public WitnessMemory(string folder, Disk disk)
    {
        this.folder = Directory.CreateDirectory(Path.GetFullPath(folder)).FullName;
        this.disk = disk;
        // Two witnesses with one memory could each sign another history.
        claim = new FileStream(Path.Combine(this.folder, Claim), FileMode.OpenOrCreate, FileAccess.ReadWrite,
            FileShare.None);
    }

    /// <summary>The last checkpoint with its cosignatures, or null: none was ever cosigned.</summary>
    /// <exception cref="WitnessException">The file is there and is not one that this witness wrote for this log.
    /// </exception>
    public SignedNote? Load(TrustedLog log, ImmutableArray<NoteVerifier> own)
    {
        var path = PathOf(log, "checkpoint");
        if (!File.Exists(path)) return null;
        try
        {
            var note = SignedNote.Parse(File.ReadAllBytes(path));
            // The pair of the check before writing. After one of the two keys was changed the other still tells.
            if (Checkpoint.Parse(note.Text).Origin == log.Origin
                && (log.HasSigned(note) || note.Verify(own).IsTrusted))
                return note;
        }
        catch (NoteException fault)
        {
            throw new WitnessException($"{path} is damaged: {fault.Message}");
        }
        throw new WitnessException($"{path} is not of {log.Origin}, or neither its key nor ours signed it.");
    }

    /// <exception cref="IOException">Whether it was written is unknown.</exception>
    public void Save(TrustedLog log, SignedNote note) => disk.Replace(PathOf(log, "checkpoint"), note.ToBytes());

    /// <summary>Keeps the first proof of a split view; more of them prove no more.</summary>
    /// <exception cref="IOException">Whether it was written is unknown.</exception>
    public void Save(TrustedLog log, SplitView evidence)
    {
        if (TryLoadEvidence(log, out _)) return;
        disk.Replace(PathOf(log, "split-view"), evidence.ToBytes());
    }

    public bool TryLoadEvidence(TrustedLog log, [NotNullWhen(true)] out byte[]? evidence)
    {
        var path = PathOf(log, "split-view");
        evidence = File.Exists(path) ? File.ReadAllBytes(path) : null;
        return evidence is not null;
    }

    public void Dispose() => claim.Dispose();

    private string PathOf(TrustedLog log, string what) => Path.Combine(folder, $"{log.OriginHash}.{what}");
}
