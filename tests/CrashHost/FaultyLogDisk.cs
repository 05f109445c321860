using Musubi.TransparencyLog.Writing;

namespace Musubi.CrashHost;

/// <summary>What a log's disk does at the n-th operation.</summary>
public enum LogDiskFault
{
    /// <summary>Nothing works from then on; what was not flushed is gone.</summary>
    PowerCut,

    /// <summary>A flush fails once. The bytes can still be read, no later flush writes them, and none says
    /// so.</summary>
    FlushFails,

    /// <summary>No write finds room from then on.</summary>
    Full,
}

/// <summary>A log's disk that remembers what was flushed: bytes of files, and names in folders. A power cut leaves that
/// and nothing else. The files themselves are on the machine's disk and are what a running process sees.</summary>
public sealed class FaultyLogDisk : LogDisk
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, DiskImage?> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DiskImage?> flushedNames = new(StringComparer.Ordinal);
    private readonly Dictionary<DiskFile, DiskImage> open = [];
    private long untilFault = long.MaxValue;
    private LogDiskFault fault;

    /// <summary>Whether the fault has been met.</summary>
    public bool Struck { get; private set; }

    /// <summary>Told when there is no room, again and again.</summary>
    public Action FoundFull { get; init; } = () => { };

    /// <summary>Told of each file that comes into its place.</summary>
    public Action<string> Renamed { get; init; } = _ => { };

    /// <summary>The n-th operation from now on meets the fault.</summary>
    public void Arm(LogDiskFault what, long operation)
    {
        lock (gate) (fault, untilFault, Struck) = (what, operation, false);
    }

    public void Heal()
    {
        lock (gate) untilFault = long.MaxValue;
    }

    /// <summary>Writes what a power cut leaves of a folder into another.</summary>
    public void PowerCut(string folder, string into)
    {
        lock (gate)
        {
            foreach (var (path, image) in flushedNames.OrderBy(name => name.Key, StringComparer.Ordinal))
            {
                if (!IsDurable(Path.GetDirectoryName(path)!, folder)) continue;
                var target = Path.Combine(into, Path.GetRelativePath(folder, path));
                if (image is null) Directory.CreateDirectory(target);
                else File.WriteAllBytes(target, image.Synchronised);
            }
        }
    }

    public override void CreateFolder(string path, bool isPrivate)
    {
        lock (gate)
        {
            Meet(isWrite: true, path);
            base.CreateFolder(path, isPrivate);
            names.TryAdd(path, null);
        }
    }

    public override DiskFile Create(string path)
    {
        lock (gate)
        {
            Meet(isWrite: true, path);
            var file = base.Create(path);
            names[path] = open[file] = new DiskImage([]);
            return file;
        }
    }

    public override DiskFile OpenOrCreate(string path)
    {
        lock (gate)
        {
            Meet(isWrite: true, path);
            var file = base.OpenOrCreate(path);
            open[file] = names.GetValueOrDefault(path) ?? new DiskImage([]);
            names[path] = open[file];
            return file;
        }
    }

    public override void Write(DiskFile file, ReadOnlySpan<byte> bytes, long offset)
    {
        lock (gate)
        {
            // A write that fails stops half way.
            var half = bytes[..(bytes.Length / 2)];
            try
            {
                Meet(isWrite: true, file.Path);
            }
            catch (IOException)
            {
                base.Write(file, half, offset);
                open[file].Write(offset, half);
                throw;
            }
            base.Write(file, bytes, offset);
            open[file].Write(offset, bytes);
        }
    }

    public override void Truncate(DiskFile file, long length)
    {
        lock (gate)
        {
            Meet(isWrite: false, file.Path);
            base.Truncate(file, length);
            open[file].Truncate(length);
        }
    }

    public override void Flush(DiskFile file)
    {
        lock (gate)
        {
            Meet(isWrite: false, file.Path, () => open[file].Drop());
            open[file].Sync();
        }
    }

    public override void Rename(string from, string to)
    {
        lock (gate)
        {
            Meet(isWrite: false, to);
            base.Rename(from, to);
            names.Remove(from, out var image);
            names[to] = image;
        }
        Renamed(to);
    }

    public override void Delete(string path)
    {
        lock (gate)
        {
            Meet(isWrite: false, path);
            base.Delete(path);
            names.Remove(path);
        }
    }

    public override void DeleteFolder(string path)
    {
        lock (gate)
        {
            Meet(isWrite: false, path);
            base.DeleteFolder(path);
            foreach (var name in names.Keys.Where(name => IsIn(name, path) || name == path).ToArray())
                names.Remove(name);
        }
    }

    public override void FlushFolder(string path)
    {
        lock (gate)
        {
            Meet(isWrite: false, path, () => { });
            foreach (var name in flushedNames.Keys.Where(name => Path.GetDirectoryName(name) == path).ToArray())
                flushedNames.Remove(name);
            foreach (var (name, image) in names.Where(name => Path.GetDirectoryName(name.Key) == path))
                flushedNames[name] = image;
        }
    }

    private void Meet(bool isWrite, string path, Action? failedFlush = null)
    {
        if (--untilFault > 0) return;
        switch (fault)
        {
            case LogDiskFault.PowerCut:
                (Struck, untilFault) = (true, 0);
                throw new IOException($"{path}: there is no power.");
            case LogDiskFault.FlushFails:
                // The next flush after the n-th operation, once.
                if (failedFlush is null) return;
                (Struck, untilFault) = (true, long.MaxValue);
                failedFlush();
                throw new IOException($"{path}: the disk has an error.");
            case LogDiskFault.Full:
                untilFault = 0;
                if (!isWrite) return;
                Struck = true;
                FoundFull();
                throw new DiskFullException(path);
            default:
                throw new InvalidOperationException($"{fault} is no fault of a disk.");
        }
    }

    private bool IsDurable(string path, string folder) =>
        path == folder || (flushedNames.ContainsKey(path) && IsDurable(Path.GetDirectoryName(path)!, folder));

    private static bool IsIn(string path, string folder) =>
        path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
