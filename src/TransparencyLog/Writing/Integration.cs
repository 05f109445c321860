using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Tiles;

namespace Musubi.TransparencyLog.Writing;

/// <summary>Publishes what the journal holds, round by round: tiles, signature, witnesses, checkpoint. A round changes
/// nothing that was published; until its checkpoint is in place, nobody can tell that it was begun.</summary>
/// <remarks>Every round can be repeated from its beginning: the journal holds its entries in their order for ever,
/// until they are published, so the same tiles come out again, byte for byte.</remarks>
internal sealed class Integration(
    StartedLog log, LogOrigin origin, IReadOnlyList<NoteSigner> signers, LogWriterSettings settings)
{
    /// <summary>Entries of one round: their tiles are written within a second on a slow disk.</summary>
    private const int MostOfRound = 65_536;

    private readonly NoteVerifier[] verifiers = [.. signers.Select(signer => new NoteVerifier(signer.Key))];
    private volatile TreeEdge edge = log.Edge;
    private byte[] published = log.PublishedBytes;

    /// <summary>Entries that the checkpoint in place covers.</summary>
    public long PublishedSize => edge.Size;

    /// <summary>One round: publishes what waits, up to a bound.</summary>
    /// <returns>What is in the way, or none. Everything else that goes wrong ends the writer.</returns>
    public async Task<(PublishedCheckpoint? Published, LogTrouble Trouble)> Round(CancellationToken cancel)
    {
        try
        {
            // 1. The entries, from the journal's own copy in memory.
            var entries = log.Pending.From(edge.Size, MostOfRound);
            var (grown, files) = edge.Grow(entries.Select(entry => entry.Bytes));
            // 2. Every tile and bundle of the larger tree, flushed, and then the folders they stand in. Crash here:
            //    files that no checkpoint speaks of; the next start writes them again, the same.
            WriteTiles(files);
            settings.Reached(LogStep.TilesFlushed);
            // 3. The signature, in memory. Crash here: nobody has seen it; the next start signs again, the same tree
            //    or a longer one.
            var checkpoint = new Checkpoint(origin, grown.Size, grown.Root());
            var note = Sign(checkpoint);
            settings.Reached(LogStep.Signed);
            // 4. The witnesses. Crash here: they have seen a tree which we shall go on from, because all its entries
            //    are in the journal; what we publish next is consistent with it.
            if (await Cosign(note, cancel) is not { } cosigned) return (null, LogTrouble.NoQuorum);
            settings.Reached(LogStep.Witnessed);
            // 5. The checkpoint, in one rename: this is the moment it is published.
            Publish(cosigned);
            edge = grown;
            // 6. What is published no longer needs its partial tiles, its place in the journal, and the memory.
            Tidy(files);
            return (new(checkpoint, cosigned), LogTrouble.None);
        }
        catch (DiskFullException)
        {
            // Nothing that was acknowledged is lost: it is in the journal, and the round begins again.
            return (null, LogTrouble.DiskFull);
        }
    }

    /// <summary>The signed checkpoint of the log as it stands, for a log that has none.</summary>
    public SignedNote SignNow() => Sign(new Checkpoint(origin, edge.Size, edge.Root()));

    /// <summary>Puts a checkpoint in place of the last one that we published.</summary>
    /// <exception cref="LogWriterException">Another is there.</exception>
    public void Publish(SignedNote note)
    {
        // Somebody else's checkpoint must not be replaced, even where the lock did not keep them out.
        log.Owner.Check();
        var there = File.Exists(log.Folders.Checkpoint) ? File.ReadAllBytes(log.Folders.Checkpoint) : [];
        if (!there.AsSpan().SequenceEqual(published))
            throw new LogWriterException(LogFault.OtherWriter,
                $"The checkpoint in {log.Folders.Public} is not the one that we published.");
        var bytes = note.ToBytes();
        log.Drafts.Put(log.Folders.Checkpoint, bytes);
        published = bytes;
        settings.Reached(LogStep.CheckpointRenamed);
        // Crash here: the old checkpoint or the new one is there after a power cut; the next start goes on from it.
        settings.Disk.FlushFolder(log.Folders.Public);
        // Crash here: published, and nobody was told. Who asks again with the same key hears the same index.
        settings.Reached(LogStep.Published);
    }

    private SignedNote Sign(Checkpoint checkpoint)
    {
        var note = SignedNote.Sign(checkpoint.Text, settings.Time.GetUtcNow(), [.. signers]);
        // A signature that does not hold must not leave the house: every reader would call the log broken.
        return note.Verify(verifiers).IsTrusted
            ? note
            : throw new LogWriterException(LogFault.Stopped, "Our own signature does not hold.");
    }

    private async Task<SignedNote?> Cosign(SignedNote note, CancellationToken cancel)
    {
        if (settings.Cosign is not { } cosign) return note;
        var cosigned = await cosign(note, log.Reader, cancel);
        return cosigned is null || cosigned.Text == note.Text
            ? cosigned
            : throw new LogWriterException(LogFault.Stopped, "Witnesses gave back another checkpoint.");
    }

    private void WriteTiles(IReadOnlyList<TileFile> files)
    {
        if (files.Count == 0) return;
        var changed = log.Drafts.CreateFoldersOf(files.Select(PathOf));
        Put(files[0]);
        settings.Reached(LogStep.TilesBegun);
        var options = new ParallelOptions { MaxDegreeOfParallelism = settings.TileWriters };
        try
        {
            Parallel.ForEach(files.Skip(1), options, Put);
        }
        catch (AggregateException several) when (several.InnerExceptions.All(one => one is DiskFullException))
        {
            throw new DiskFullException(log.Folders.Public, several);
        }
        log.Drafts.FlushFolders(changed);
    }

    private void Put(TileFile file) => log.Drafts.Put(PathOf(file), file.Bytes);

    private string PathOf(TileFile file) => Path.Combine(log.Folders.Public, file.Address.Path);

    private void Tidy(IReadOnlyList<TileFile> files)
    {
        // Keys first: the journal may forget an entry only when its key is durable. Crash between: the journal still
        // has what the file of keys may lack, and the next start writes the keys again.
        var first = log.Pending.First;
        log.Keys.Add([.. log.Pending.From(first, (int)(edge.Size - first)).Select(entry => entry.Key)]);
        log.Pending.Forget(edge.Size);
        settings.Reached(LogStep.KeysWritten);
        if (log.Journal.HasDoneBefore(edge.Size))
        {
            log.Keys.Flush();
            log.Journal.DeleteBefore(edge.Size);
        }
        // A full tile takes the place of its partial ones (tlog-tiles, Partial Tiles). Crash here: they stay, and are
        // right.
        foreach (var full in files.Where(file => !file.Address.IsPartial))
            settings.Disk.DeleteFolder(PathOf(full) + ".p");
    }
}
