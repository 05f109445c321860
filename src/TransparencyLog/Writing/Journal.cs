using System.Globalization;

namespace Musubi.TransparencyLog.Writing;

/// <summary>The entries that are taken, in order, until they are published: segments of batches. The newest segment
/// grows; the others are whole. A segment whose first line says that it begins anew makes all before it void.</summary>
/// <remarks>Trust: a batch counts when its hash holds. Only the last one may be torn, because none is begun before the
/// one before it is flushed; a whole batch after a torn one means that the disk has lost what it had confirmed.
/// </remarks>
internal sealed class Journal : IDisposable
{
    /// <summary>A segment is closed when it has grown beyond this, so that old ones can be deleted.</summary>
    private const long SegmentBytes = 16 << 20;

    private const string Extension = ".journal";

    private readonly LogDisk disk;
    private readonly LogFolders folders;
    private readonly Lock gate = new();
    private readonly List<(string Path, long End)> closed = [];
    private DiskFile file;
    private long length;
    private long number;

    private Journal(LogDisk disk, LogFolders folders, DiskFile file, long number) =>
        (this.disk, this.folders, this.file, this.number) = (disk, folders, file, number);

    private static ReadOnlySpan<byte> Anew => "musubi log journal 1, anew\n"u8;

    private static ReadOnlySpan<byte> GoesOn => "musubi log journal 1, on\n"u8;

    /// <summary>Index of the first entry after all that are taken.</summary>
    public long End { get; private set; }

    /// <summary>What stands in the segments, in order; empty where there are none.</summary>
    /// <exception cref="LogWriterException">It has a hole: entries that were taken are lost.</exception>
    public static IReadOnlyList<JournalBatch> Read(string folder)
    {
        var batches = new List<JournalBatch>();
        var paths = Segments(folder);
        foreach (var path in paths)
        {
            var bytes = new ReadOnlyMemory<byte>(File.ReadAllBytes(path));
            var isAnew = bytes.Span.StartsWith(Anew);
            if (!isAnew && !bytes.Span.StartsWith(GoesOn))
                throw NotWhole($"{path} is no segment of a journal.");
            if (isAnew) batches.Clear();
            bytes = bytes[(isAnew ? Anew : GoesOn).Length..];
            while (JournalBatch.TryRead(bytes) is var (batch, read))
            {
                if (batches.Count > 0 && batch.First != batches[^1].End)
                    throw NotWhole($"{path} goes on at entry {batch.First}, not at {batches[^1].End}.");
                batches.Add(batch);
                bytes = bytes[read..];
            }
            // Torn: the process or the machine died while it was written, and nobody was answered.
            if (!bytes.IsEmpty && (path != paths[^1] || JournalBatch.IsAnywhereIn(bytes)))
                throw NotWhole($"{path} is damaged after entry {(batches.Count > 0 ? batches[^1].End : 0)}.");
        }
        return batches;
    }

    /// <summary>A journal that holds these entries and no others, in a new segment, durable; then the old ones are
    /// deleted. Rewriting is the cure for what a failed flush leaves behind: bytes that can be read and are not on the
    /// disk.</summary>
    public static Journal Rewrite(LogDisk disk, LogFolders folders, long first, long publishedSize,
        IEnumerable<JournalEntry> entries, Action<LogStep> reached)
    {
        var old = Segments(folders.Journal);
        var number = old.Count == 0 ? 1 : NumberOf(old[^1]) + 1;
        var draft = Path.Combine(folders.Drafts, "journal");
        var file = disk.Create(draft);
        var journal = new Journal(disk, folders, file, number) { End = first };
        try
        {
            journal.WriteOn(Anew);
            // An empty batch says where the log goes on, where nothing waits.
            if (!entries.Any()) journal.WriteOn(new JournalBatch(first, publishedSize, []).ToBytes());
            foreach (var batch in JournalBatch.Cut(first, publishedSize, entries))
            {
                journal.WriteOn(batch.ToBytes());
                journal.End = batch.End;
            }
            disk.Flush(file);
            // Crash up to here: a draft, which the next start deletes; the old segments are all there.
            disk.Rename(draft, journal.PathOf(number));
            disk.FlushFolder(folders.Journal);
            reached(LogStep.JournalRewritten);
            // Crash here: the new segment begins anew and makes the old ones void; the next start deletes them.
            foreach (var path in old) disk.Delete(path);
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Writes a batch behind the last one. It is durable after <see cref="Flush"/>.</summary>
    /// <exception cref="DiskFullException">Nothing was taken; the segment ends where it ended.</exception>
    public void Write(JournalBatch batch)
    {
        var before = length;
        try
        {
            WriteOn(batch.ToBytes());
        }
        catch (DiskFullException)
        {
            // Half a batch is no batch. Should a crash come before this, the next start sees it torn.
            disk.Truncate(file, before);
            length = before;
            throw;
        }
        End = batch.End;
    }

    public void Flush() => disk.Flush(file);

    /// <summary>Closes a segment that has grown large and begins the next.</summary>
    public void RotateWhenLarge()
    {
        if (length < SegmentBytes) return;
        var draft = Path.Combine(folders.Drafts, "segment");
        DiskFile? next = null;
        try
        {
            next = disk.Create(draft);
            disk.Write(next, GoesOn, 0);
            disk.Flush(next);
        }
        catch (DiskFullException)
        {
            // No room for another segment: this one grows on.
            next?.Dispose();
            return;
        }
        disk.Rename(draft, PathOf(number + 1));
        disk.FlushFolder(folders.Journal);
        // Crash here: a segment without batches, which goes on after the one before.
        lock (gate) closed.Add((PathOf(number), End));
        file.Dispose();
        (file, length, number) = (next, GoesOn.Length, number + 1);
    }

    /// <summary>Whether a closed segment holds only entries before this index.</summary>
    public bool HasDoneBefore(long published)
    {
        lock (gate) return closed.Exists(segment => segment.End <= published);
    }

    /// <summary>Deletes the closed segments that hold only entries before this index: their entries are published and
    /// their keys durable.</summary>
    public void DeleteBefore(long published)
    {
        string[] done;
        lock (gate)
        {
            done = [.. closed.TakeWhile(segment => segment.End <= published).Select(segment => segment.Path)];
            closed.RemoveRange(0, done.Length);
        }
        // Crash between two: the rest is a journal whose beginning is published, as after any crash.
        foreach (var path in done) disk.Delete(path);
    }

    public void Dispose() => file.Dispose();

    private void WriteOn(ReadOnlySpan<byte> bytes)
    {
        disk.Write(file, bytes, length);
        length += bytes.Length;
    }

    private static List<string> Segments(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal)];

    private string PathOf(long which) =>
        Path.Combine(folders.Journal, which.ToString("0000000000", CultureInfo.InvariantCulture) + Extension);

    private static long NumberOf(string path) =>
        long.Parse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture);

    private static LogWriterException NotWhole(string what) => new(LogFault.NotWhole, what);
}
