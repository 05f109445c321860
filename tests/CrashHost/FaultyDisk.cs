using System.Runtime.InteropServices;
using SQLitePCL;

namespace Musubi.CrashHost;

/// <summary>What the disk does at the n-th operation that changes it.</summary>
public enum DiskFault
{
    /// <summary>One write or sync fails; the disk works again afterwards.</summary>
    OneFails,

    /// <summary>One write stops half way and fails, as a short write does.</summary>
    OneShort,

    /// <summary>Everything fails from then on.</summary>
    Dies,

    /// <summary>No write finds room from then on; syncs work.</summary>
    Full,
}

/// <summary>A real SQLite file system (a VFS shim over the system's own) whose writes, truncations and syncs can be
/// made to fail, and which remembers what was synchronised: a power cut leaves that and nothing else.</summary>
/// <remarks>https://www.sqlite.org/vfs.html and sqlite3.h: the offsets below are those of the two structures on a
/// 64-bit machine. One disk per process, because SQLite calls back without a context; tests that use it do not run side
/// by side.
/// </remarks>
public static unsafe class FaultyDisk
{
    public const string Name = "faulty";

    private const int SqliteOk = 0;
    private const int SqliteFull = 13;
    private const int SqliteIoErrorWrite = 10 | (3 << 8);
    private const int SqliteIoErrorSync = 10 | (4 << 8);

    private const int VfsSize = 168;
    private const int VfsName = 24;
    private const int VfsOpen = 40;
    private const int VfsDelete = 48;
    private const int MethodsSize = 152;
    private const int MethodsClose = 8;
    private const int MethodsWrite = 24;
    private const int MethodsTruncate = 32;
    private const int MethodsSync = 40;

    private static readonly Lock Gate = new();
    /// <summary>The system's tables of methods, one for each way of locking, and our copies of them.</summary>
    private static readonly Dictionary<nint, nint> Shims = [];
    private static readonly Dictionary<nint, (string Path, nint Methods)> OpenFiles = [];
    private static readonly Dictionary<string, DiskImage> Images = new(StringComparer.Ordinal);
    private static nint system;
    private static long operationsUntilFault = long.MaxValue;
    private static DiskFault fault;
    private static bool recording;

    /// <summary>Whether the fault that was asked for has been met.</summary>
    public static bool Struck { get; private set; }

    /// <summary>Makes the disk known to SQLite; again is without effect.</summary>
    public static void Register()
    {
        if (system != 0) return;
        Batteries_V2.Init();
        system = sqlite3_vfs_find(0);
        var shim = NativeMemory.AllocZeroed(VfsSize);
        Buffer.MemoryCopy((void*)system, shim, VfsSize, VfsSize);
        *(nint*)((byte*)shim + VfsName) = Marshal.StringToCoTaskMemUTF8(Name);
        *(nint*)((byte*)shim + VfsOpen) = (nint)(delegate* unmanaged[Cdecl]<nint, byte*, nint, int, int*, int>)&Open;
        *(nint*)((byte*)shim + VfsDelete) = (nint)(delegate* unmanaged[Cdecl]<nint, byte*, int, int>)&Delete;
        if (sqlite3_vfs_register((nint)shim, 0) != SqliteOk) throw new InvalidOperationException(
            "SQLite refused the disk.");
    }

    /// <summary>The n-th operation from now on meets the fault.</summary>
    public static void Arm(DiskFault what, long operation)
    {
        lock (Gate) (fault, operationsUntilFault, Struck) = (what, operation, false);
    }

    public static void Heal()
    {
        lock (Gate) operationsUntilFault = long.MaxValue;
    }

    /// <summary>From now on every file that is opened remembers what was synchronised.</summary>
    public static void Record()
    {
        lock (Gate)
        {
            Images.Clear();
            recording = true;
        }
    }

    /// <summary>Writes the files as a power cut at this moment would leave them into another folder.</summary>
    public static void PowerCut(string folder, string into)
    {
        lock (Gate)
        {
            foreach (var (path, image) in Images)
                if (string.Equals(Path.GetDirectoryName(path), folder, StringComparison.Ordinal))
                    File.WriteAllBytes(Path.Combine(into, Path.GetFileName(path)), image.Synchronised);
            recording = false;
        }
    }

    private static int Met(int otherwise)
    {
        if (--operationsUntilFault > 0) return SqliteOk;
        Struck = true;
        switch (fault)
        {
            case DiskFault.OneFails or DiskFault.OneShort:
                operationsUntilFault = long.MaxValue;
                return otherwise;
            case DiskFault.Dies:
                operationsUntilFault = 0;
                return otherwise;
            case DiskFault.Full:
                operationsUntilFault = 0;
                return otherwise == SqliteIoErrorSync ? SqliteOk : SqliteFull;
            default:
                throw new InvalidOperationException($"{fault} is no fault of a disk.");
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static int Open(nint vfs, byte* name, nint file, int flags, int* outFlags)
    {
        var result = ((delegate* unmanaged[Cdecl]<nint, byte*, nint, int, int*, int>)Of(system, VfsOpen))(
            system, name, file, flags, outFlags);
        if (result != SqliteOk || *(nint*)file == 0) return result;
        lock (Gate)
        {
            var original = *(nint*)file;
            var path = name is null ? "" : Text(name);
            OpenFiles[file] = (path, original);
            if (!Shims.TryGetValue(original, out var shim)) Shims[original] = shim = Shim(original);
            *(nint*)file = shim;
            // Whatever lies there already is taken for synchronised.
            if (recording && name is not null && !Images.ContainsKey(path)) Images[path] = new(File.ReadAllBytes(path));
        }
        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static int Delete(nint vfs, byte* name, int syncFolder)
    {
        lock (Gate) Images.Remove(Text(name));
        return ((delegate* unmanaged[Cdecl]<nint, byte*, int, int>)Of(system, VfsDelete))(system, name, syncFolder);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static int Close(nint file)
    {
        nint methods;
        lock (Gate)
        {
            OpenFiles.Remove(file, out var open);
            methods = open.Methods;
        }
        return ((delegate* unmanaged[Cdecl]<nint, int>)Of(methods, MethodsClose))(file);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static int Write(nint file, byte* bytes, int count, long offset)
    {
        lock (Gate)
        {
            var result = Met(SqliteIoErrorWrite);
            if (result != SqliteOk && fault is not DiskFault.OneShort) return result;
            var written = result == SqliteOk ? count : count / 2;
            var real = ((delegate* unmanaged[Cdecl]<nint, byte*, int, long, int>)Methods(file, MethodsWrite))(
                file, bytes, written, offset);
            if (ImageOf(file) is { } image) image.Write(offset, new ReadOnlySpan<byte>(bytes, written));
            return result == SqliteOk ? real : result;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static int Truncate(nint file, long size)
    {
        lock (Gate)
        {
            if (Met(SqliteIoErrorWrite) is not SqliteOk and var failed) return failed;
            ImageOf(file)?.Truncate(size);
            return ((delegate* unmanaged[Cdecl]<nint, long, int>)Methods(file, MethodsTruncate))(file, size);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static int Sync(nint file, int flags)
    {
        nint methods;
        lock (Gate)
        {
            if (Met(SqliteIoErrorSync) is not SqliteOk and var failed) return failed;
            ImageOf(file)?.Sync();
            methods = OpenFiles[file].Methods;
        }
        return ((delegate* unmanaged[Cdecl]<nint, int, int>)Of(methods, MethodsSync))(file, flags);
    }

    private static nint Shim(nint original)
    {
        var copy = (byte*)NativeMemory.Alloc(MethodsSize);
        Buffer.MemoryCopy((void*)original, copy, MethodsSize, MethodsSize);
        *(nint*)(copy + MethodsClose) = (nint)(delegate* unmanaged[Cdecl]<nint, int>)&Close;
        *(nint*)(copy + MethodsWrite) = (nint)(delegate* unmanaged[Cdecl]<nint, byte*, int, long, int>)&Write;
        *(nint*)(copy + MethodsTruncate) = (nint)(delegate* unmanaged[Cdecl]<nint, long, int>)&Truncate;
        *(nint*)(copy + MethodsSync) = (nint)(delegate* unmanaged[Cdecl]<nint, int, int>)&Sync;
        return (nint)copy;
    }

    private static DiskImage? ImageOf(nint file) =>
        recording && OpenFiles.TryGetValue(file, out var open) ? Images.GetValueOrDefault(open.Path) : null;

    private static nint Methods(nint file, int offset) => Of(OpenFiles[file].Methods, offset);

    private static nint Of(nint table, int offset) => *(nint*)(table + offset);

    private static string Text(byte* name) => Marshal.PtrToStringUTF8((nint)name)!;

    [DllImport("e_sqlite3", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static extern nint sqlite3_vfs_find(nint name);

    [DllImport("e_sqlite3", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static extern int sqlite3_vfs_register(nint vfs, int makeDefault);
}
