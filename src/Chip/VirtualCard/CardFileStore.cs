using System.Runtime.InteropServices;

namespace Musubi.Chip.VirtualCards;

/// <summary>
/// Keeps one card file: locked while the card is in use, replaced as a whole, so that it opens as old or as new
/// whenever the process or the machine dies.
/// </summary>
internal sealed class CardFileStore : IDisposable
{
    private readonly string path;
    private readonly DiskSteps disk;
    private readonly FileStream claim;

    private CardFileStore(string path, DiskSteps disk, FileStream claim)
    {
        this.path = path;
        this.disk = disk;
        this.claim = claim;
    }

    /// <summary>Claims the path; nobody else can until this is disposed.</summary>
    /// <remarks>
    /// The lock is a file of its own because the card file is replaced by renaming, and it stays behind because
    /// removing it would let two processes lock two files of one name.
    /// </remarks>
    public static CardFileStore Claim(string path, DiskSteps? disk = null)
    {
        path = Path.GetFullPath(path);
        try
        {
            var claim = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new(path, disk ?? new(), claim);
        }
        catch (DirectoryNotFoundException)
        {
            throw new CardFileException(CardFileFault.Missing, path, "its folder does not exist");
        }
        catch (IOException inUse)
        {
            throw new CardFileException(
                CardFileFault.InUse, path, "another reader or process is using this card", inUse);
        }
    }

    public bool Exists => File.Exists(path);

    public string FullPath => path;

    /// <summary>Reads the card.</summary>
    /// <exception cref="CardFileException">Missing or damaged.</exception>
    public CardFile Load()
    {
        if (!Exists) throw new CardFileException(CardFileFault.Missing, path, "it does not exist");
        if (new FileInfo(path).Length > CardFile.MaximumLength)
            throw new CardFileException(CardFileFault.Damaged, path, "it is larger than any card");
        // What a crash left half written was never the card.
        File.Delete(Temporary);
        if (CardFile.TryRead(File.ReadAllBytes(path), out var card, out var wrong)) return card;
        throw new CardFileException(CardFileFault.Damaged, path, wrong);
    }

    /// <summary>Replaces the card as a whole.</summary>
    /// <exception cref="CardFileException">The disk did not take it: it holds the old card or the new one.</exception>
    public void Save(CardFile card)
    {
        var bytes = card.ToBytes();
        if (bytes.Length > CardFile.MaximumLength)
            throw new CardFileException(
                CardFileFault.NotWritten, path, "the card would be larger than any card may be");
        try
        {
            // 1. The new bytes beside the old file. A crash here: the old card, and a leftover that Load removes.
            using (var temporary = disk.CreateTemporary(Temporary))
            {
                temporary.Write(bytes);
                // 2. On the platter before the name changes: else a power cut could leave a name without bytes.
                disk.Flush(temporary);
            }
            // 3. The one moment of change. A crash before: the old card; after: the new one.
            disk.Rename(Temporary, path);
            // 4. The name too. A crash before: either card; the holder has no answer yet, so either is right.
            disk.FlushFolder(Path.GetDirectoryName(path)!);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new CardFileException(CardFileFault.NotWritten, path, "the disk did not take the change", failed);
        }
    }

    public void Dispose() => claim.Dispose();

    private string Temporary => path + ".new";
}

/// <summary>The four things a disk does for a card; tests make each of them fail.</summary>
internal class DiskSteps
{
    private const int ReadOnly = 0;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>An empty file that only its owner can read: it will hold keys.</summary>
    public virtual Stream CreateTemporary(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    public virtual void Flush(Stream stream)
    {
        if (stream is FileStream file) file.Flush(flushToDisk: true);
        else stream.Flush();
    }

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
