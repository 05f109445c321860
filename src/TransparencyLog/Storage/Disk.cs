using System.Runtime.InteropServices;

namespace Musubi.TransparencyLog.Storage;

/// <summary>What a disk does for a file that may not be lost; tests make each step fail. Trust: a disk keeps what it
/// said is flushed.</summary>
internal class Disk
{
    private const int ReadOnly = 0;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

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

    /// <summary>.NET cannot flush a folder; Windows needs none and has no such call.</summary>
    public virtual void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var handle = Open(folder, ReadOnly);
        if (handle < 0) throw new IOException($"Folder {folder} cannot be opened.");
        var flushed = Sync(handle);
        _ = Close(handle);
        if (flushed != 0) throw new IOException($"Folder {folder} cannot be flushed.");
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int handle);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
