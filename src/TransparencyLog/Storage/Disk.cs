using Musubi.TransparencyLog.Writing;

namespace Musubi.TransparencyLog.Storage;

/// <summary>What a disk does for a file that may not be lost; tests make each step fail. Trust: a disk keeps what it
/// said is flushed.</summary>
internal class Disk
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // The log's own disk knows how a folder is flushed.
    private static readonly LogDisk Shared = new();

    /// <summary>The machine's.</summary>
    public static Disk System { get; } = new();

    /// <summary>Replaces a file as a whole: after a crash it holds the old bytes or the new ones.</summary>
    /// <exception cref="IOException">A step failed. Which of the two it holds is then unknown: who asked reads it again
    /// before it goes on.</exception>
    public void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        var beside = path + ".new";
        // 1. The new bytes beside the old file. A crash here: the old file, and a leftover that nobody reads.
        using (var file = Create(beside))
        {
            Write(file, bytes);
            // 2. On the platter before the name changes: else a power cut could leave a name without bytes.
            Flush(file);
        }
        // 3. The one moment of change. A crash before: the old file; after: the new one.
        Rename(beside, path);
        // 4. The name too. A crash before: either; whoever waits has no answer yet, so either is right.
        FlushFolder(Path.GetDirectoryName(path)!);
    }

    public virtual FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    public virtual void Write(FileStream file, ReadOnlySpan<byte> bytes) => file.Write(bytes);

    public virtual void Flush(FileStream file) => file.Flush(flushToDisk: true);

    public virtual void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    /// <summary>Returns when the names in a folder are on the disk.</summary>
    public virtual void FlushFolder(string folder) => Shared.FlushFolder(folder);
}
