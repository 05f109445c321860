using System.Security.Cryptography;

namespace Musubi.TransparencyLog.Writing;

/// <summary>That this process and no other writes to a log: a lock of the operating system, and beneath it, for network
/// file systems where locks do not hold, a number of our own that is looked at before anybody is answered.</summary>
/// <remarks>Without locks two starts at the same moment could still both believe; then the checkpoint, which is
/// compared before it is replaced, stops one of them, and witnesses sign for one of them only.</remarks>
internal sealed class LogOwner : IDisposable
{
    private const int NumberBytes = 16;

    private readonly FileStream claim;
    private readonly byte[] number = RandomNumberGenerator.GetBytes(NumberBytes);
    private readonly LogFolders folders;

    private LogOwner(LogFolders folders, FileStream claim) => (this.folders, this.claim) = (folders, claim);

    /// <exception cref="LogWriterException">Another process has it.</exception>
    public static LogOwner Claim(LogDisk disk, LogFolders folders)
    {
        FileStream claim;
        try
        {
            // The lock goes with the process, however it dies.
            claim = new(folders.InUse, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken)
        {
            throw new LogWriterException(LogFault.InUse, $"{folders.Root} is written by another process.", taken);
        }
        var owner = new LogOwner(folders, claim);
        try
        {
            // Written before anything is read: who had it before us answers nobody after this.
            using var file = disk.Create(folders.Owner);
            disk.Write(file, owner.number, 0);
            disk.Flush(file);
            return owner;
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    /// <exception cref="LogWriterException">It is not ours any more.</exception>
    public void Check()
    {
        if (!File.ReadAllBytes(folders.Owner).AsSpan().SequenceEqual(number))
            throw new LogWriterException(LogFault.OtherWriter, $"Another process has taken over {folders.Root}.");
    }

    public void Dispose() => claim.Dispose();
}
