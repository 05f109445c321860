using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Tiles;

namespace Musubi.TransparencyLog.Writing;

/// <summary>A log that is ours to write, as its files say.</summary>
internal sealed record StartedLog(
    LogFolders Folders, LogOwner Owner, DraftWriter Drafts, TileReader Reader, TreeEdge Edge, byte[] PublishedBytes,
    SignedNote? Note, Journal Journal, KeyIndex Keys, PendingEntries Pending) : IDisposable
{
    public void Dispose()
    {
        Journal.Dispose();
        Keys.Dispose();
        Reader.Source.Dispose();
        Owner.Dispose();
    }
}

/// <summary>The one way in which a writer begins, after a day's rest, a killed process or a power cut. It believes what
/// was flushed and writes anew what it cannot know to be.</summary>
internal static class LogStart
{
    /// <exception cref="LogWriterException">The log is in use, or not whole: nothing was changed.</exception>
    public static async Task<StartedLog> Run(
        string folder, LogOrigin origin, IReadOnlyList<NoteSigner> signers, LogWriterSettings settings,
        CancellationToken cancel)
    {
        var disk = settings.Disk;
        var folders = new LogFolders(folder);
        folders.Create(disk);
        // 1. No other process. Crash from here to step 5: nothing has changed but the number of the owner.
        var owner = LogOwner.Claim(disk, folders);
        var drafts = new DraftWriter(disk, folders);
        var reader = new TileReader(new DirectoryTiles(folders.Public));
        try
        {
            drafts.Clear();
            // 2. What the world has seen: the checkpoint, under our own signature, and the tree that it speaks of.
            var note = await reader.ReadCheckpoint(cancel);
            var size = note is null ? 0 : Verified(note, origin, signers).Size;
            var edge = await TreeEdge.Read(reader, size, cancel);
            if (note is not null && edge.Root() != Checkpoint.Parse(note.Text).Root)
                throw NotWhole($"The tiles in {folders.Public} do not lead to the root of its checkpoint.");
            // 3. What was taken: the journal, which must reach from the published tree or before it to its end.
            var batches = Journal.Read(folders.Journal);
            var (first, end) = batches.Count == 0 ? (size, size) : (batches[0].First, batches[^1].End);
            Check(folders, note, batches, first, size, end);
            var entries = batches.SelectMany(batch => batch.Entries).ToArray();
            var done = (int)(size - first);
            await CheckLeaves(reader, entries.AsMemory(0, done), first, size, cancel);
            // 4. The keys: those before the journal were flushed, those in it are written again.
            var keys = KeyIndex.Open(disk, folders.Keys, first);
            keys.Add([.. entries.Take(done).Select(entry => entry.Key)]);
            keys.Flush();
            disk.FlushFolder(folders.Private);
            // 5. The journal's rest in a new segment, durable before anybody builds on it.
            var rest = entries[done..];
            var journal = Journal.Rewrite(disk, folders, size, size, rest, settings.Reached);
            var pending = new PendingEntries(size);
            pending.Add(rest);
            // 6. The checkpoint once more: after a failed flush it may be readable and not on the disk.
            var published = note?.ToBytes() ?? [];
            if (note is not null)
            {
                drafts.Put(folders.Checkpoint, published);
                disk.FlushFolder(folders.Public);
            }
            settings.Reached(LogStep.Started);
            return new(folders, owner, drafts, reader, edge, published, note, journal, keys, pending);
        }
        catch (TileException broken)
        {
            owner.Dispose();
            throw NotWhole($"{folders.Public}: {broken.Message}", broken);
        }
        catch (NoteException broken)
        {
            owner.Dispose();
            throw NotWhole($"{folders.Checkpoint} is no checkpoint: {broken.Message}", broken);
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    private static Checkpoint Verified(SignedNote note, LogOrigin origin, IReadOnlyList<NoteSigner> signers)
    {
        var checkpoint = Checkpoint.Parse(note.Text);
        if (checkpoint.Origin != origin)
            throw NotWhole($"The checkpoint is of {checkpoint.Origin}, not of {origin}.");
        if (!note.Verify([.. signers.Select(signer => new NoteVerifier(signer.Key))]).IsTrusted)
            throw NotWhole("The checkpoint is not signed by the key that we sign with.");
        return checkpoint;
    }

    private static void Check(
        LogFolders folders, SignedNote? note, IReadOnlyList<JournalBatch> batches, long first, long size, long end)
    {
        var hasKeys = File.Exists(folders.Keys) && new FileInfo(folders.Keys).Length > 0;
        if (batches.Count == 0 && (size > 0 || hasKeys))
            throw NotWhole($"{folders.Journal} is missing; entries that were taken may be in it.");
        if (note is null && (first > 0 || end > 0 || hasKeys))
            throw NotWhole($"{folders.Checkpoint} is missing, and the log has entries.");
        var seen = batches.Select(batch => batch.PublishedSize).DefaultIfEmpty(0).Max();
        if (size < first || size < seen)
            throw NotWhole($"The checkpoint has {size} entries; one of {Math.Max(first, seen)} was published before. "
                + "Somebody has put an old one back.");
        if (size > end)
            throw NotWhole($"The checkpoint has {size} entries and the journal ends at {end}.");
    }

    /// <summary>What stands in the journal and is published must be the same entries.</summary>
    private static async Task CheckLeaves(
        TileReader reader, ReadOnlyMemory<JournalEntry> entries, long first, long size, CancellationToken cancel)
    {
        for (var i = 0; i < entries.Length;)
        {
            var address = TileAddress.InTree(0, (first + i) / TileAddress.FullWidth, size)!.Value;
            var tile = await reader.ReadTile(address, cancel);
            var at = (int)((first + i) % TileAddress.FullWidth);
            for (; at < tile.Width && i < entries.Length; at++, i++)
                if (TreeHash.Leaf(entries.Span[i].Bytes.Span) != tile.Hashes[at])
                    throw NotWhole($"Entry {first + i} is another one in the journal than in {address.Path}.");
        }
    }

    private static LogWriterException NotWhole(string what, Exception? inner = null) =>
        new(LogFault.NotWhole, what, inner);
}
