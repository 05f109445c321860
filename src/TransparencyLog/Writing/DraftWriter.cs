using System.Globalization;

namespace Musubi.TransparencyLog.Writing;

/// <summary>Whole files: written and flushed under another name, then renamed into their place, so that no reader and
/// no crash meets half a file. Safe for several threads.</summary>
internal sealed class DraftWriter(LogDisk disk, LogFolders folders)
{
    private const int MostRemembered = 10_000;

    // Folders whose name is on the disk as far as this process has seen to it itself.
    private readonly HashSet<string> durable = new(StringComparer.Ordinal);
    private long drafts;

    /// <summary>Puts a file in its place. It is durable after <see cref="FlushFolders"/> of its folder.</summary>
    public void Put(string path, ReadOnlySpan<byte> bytes)
    {
        var draft = Path.Combine(folders.Drafts,
            Interlocked.Increment(ref drafts).ToString(CultureInfo.InvariantCulture));
        try
        {
            using var file = disk.Create(draft);
            disk.Write(file, bytes, 0);
            disk.Flush(file);
        }
        catch (DiskFullException)
        {
            // What there is of it takes room that somebody needs.
            disk.Delete(draft);
            throw;
        }
        disk.Rename(draft, path);
    }

    /// <summary>Creates the missing folders above these files.</summary>
    /// <returns>The folders in which a name may not be on the disk: also of those that were there already, because who
    /// created them may have died before flushing.</returns>
    public IReadOnlySet<string> CreateFoldersOf(IEnumerable<string> paths)
    {
        var changed = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var folder = Path.GetDirectoryName(path)!;
            changed.Add(folder);
            Create(folder, changed);
        }
        return changed;
    }

    /// <summary>Makes the names in these folders durable, and with them the folders.</summary>
    public void FlushFolders(IReadOnlySet<string> changed)
    {
        foreach (var folder in changed) disk.FlushFolder(folder);
        // Forgetting costs a flush too many, and nothing else.
        if (durable.Count > MostRemembered) durable.Clear();
        durable.UnionWith(changed.Where(folder => changed.Contains(Path.GetDirectoryName(folder)!)));
    }

    /// <summary>What a process left when it died.</summary>
    public void Clear()
    {
        foreach (var draft in Directory.EnumerateFiles(folders.Drafts)) disk.Delete(draft);
    }

    private void Create(string folder, SortedSet<string> changed)
    {
        if (folder == folders.Public || durable.Contains(folder)) return;
        var parent = Path.GetDirectoryName(folder)!;
        Create(parent, changed);
        if (!Directory.Exists(folder)) disk.CreateFolder(folder, isPrivate: false);
        changed.Add(parent);
    }
}
