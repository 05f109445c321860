using System.Security.Cryptography;
using Musubi.TransparencyLog.Storage;

namespace Musubi.TransparencyLog.Notes;

/// <summary>A private key in a file of its own: the text of <see cref="NoteSigner.WriteSecret"/> and a newline,
/// readable by its owner alone. Trust: whoever reads the file is the log or the witness from then on.</summary>
public static class NoteKeyFile
{
    // A name of 255 bytes, and the rest of the text.
    private const int MostBytes = 1024;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Makes a key and its file, which is not there yet.</summary>
    /// <exception cref="IOException">A file is there, or the disk did not take it.</exception>
    public static NoteSigner Make(string path, KeyName name, NoteAlgorithm algorithm)
    {
        // A key is never written over: what it signed would lose its owner.
        if (File.Exists(path)) throw new IOException($"{path} is there already. Nothing was changed.");
        var signer = NoteSigner.Generate(name, algorithm);
        var secret = signer.WriteSecret();
        byte[] line = [.. secret, (byte)'\n'];
        try
        {
            Disk.System.Replace(Path.GetFullPath(path), line);
            return signer;
        }
        catch
        {
            signer.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(line);
        }
    }

    /// <summary>Reads a key.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="NoteException">It is no key, or others than its owner may use it.</exception>
    public static NoteSigner Read(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
            throw new NoteException($"{path} can be used by others than its owner; make it so with chmod 600");
        using var file = File.OpenHandle(path);
        var bytes = new byte[MostBytes];
        try
        {
            var length = RandomAccess.Read(file, bytes, 0);
            return NoteSigner.Parse(bytes.AsSpan(0, length));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
