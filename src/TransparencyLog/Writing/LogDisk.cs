using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Musubi.TransparencyLog.Writing;

/// <summary>The few things that a writer does to a disk, each of them once; tests make each fail. Trust: the disk may
/// refuse, stop half way or forget what was not flushed. What it has flushed it keeps, or says that it did
/// not.</summary>
public class LogDisk
{
    private const int NoSpace = 28;          // ENOSPC
    private const int NoQuota = 122;         // EDQUOT
    private const int WindowsNoSpace = unchecked((int)0x80070070);
    private const int ReadOnly = 0;

    /// <summary>Folders and files that only the owner reads.</summary>
    private const UnixFileMode OwnerOnly =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Creates a folder inside one that exists.</summary>
    public virtual void CreateFolder(string path, bool isPrivate)
    {
        if (isPrivate && !OperatingSystem.IsWindows()) Directory.CreateDirectory(path, OwnerOnly);
        else Directory.CreateDirectory(path);
    }

    /// <summary>A new, empty file, in the place of an old one of that name.</summary>
    public virtual DiskFile Create(string path) => Open(path, FileMode.Create);

    /// <summary>A file that may be there.</summary>
    public virtual DiskFile OpenOrCreate(string path) => Open(path, FileMode.OpenOrCreate);

    /// <exception cref="DiskFullException">There is no room; some of it may be written.</exception>
    public virtual void Write(DiskFile file, ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(file.Handle, bytes, offset);
        }
        catch (IOException fault) when (IsFull(fault))
        {
            throw new DiskFullException(file.Path, fault);
        }
    }

    public virtual void Truncate(DiskFile file, long length) => RandomAccess.SetLength(file.Handle, length);

    /// <summary>Returns when the file's bytes are on the disk. An error means that nobody knows which are: the system
    /// may have dropped them and will say nothing the next time. So it ends the writer, always.</summary>
    public virtual void Flush(DiskFile file) => RandomAccess.FlushToDisk(file.Handle);

    /// <summary>Puts a file in the place of another at once: a reader sees one or the other.</summary>
    public virtual void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>Deletes a folder with the files in it, where there is one.</summary>
    public virtual void DeleteFolder(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
    }

    /// <summary>Returns when the names in a folder are on the disk. .NET has no call for it, Windows needs
    /// none.</summary>
    public virtual void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var handle = OpenNative(path, ReadOnly);
        if (handle < 0) throw new IOException($"Folder {path} cannot be opened.");
        var flushed = SyncNative(handle);
        _ = CloseNative(handle);
        if (flushed != 0) throw new IOException($"Folder {path} cannot be flushed.");
    }

    protected static bool IsFull(IOException fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return fault.HResult is NoSpace or NoQuota or WindowsNoSpace;
    }

    private static DiskFile Open(string path, FileMode mode)
    {
        try
        {
            return new(path, File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.Read));
        }
        catch (IOException fault) when (IsFull(fault))
        {
            throw new DiskFullException(path, fault);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenNative([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SyncNative(int handle);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int CloseNative(int handle);
}

/// <summary>An open file and its name.</summary>
public sealed class DiskFile(string path, SafeFileHandle handle) : IDisposable
{
    public string Path { get; } = path;

    public SafeFileHandle Handle { get; } = handle;

    public void Dispose() => Handle.Dispose();
}

/// <summary>No room on the disk: nothing was lost, and it goes on when there is some.</summary>
public sealed class DiskFullException(string path, Exception? inner = null)
    : IOException($"{path}: no room on the disk.", inner);
