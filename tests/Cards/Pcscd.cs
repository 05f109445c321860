using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Musubi.Chip.Readers.Pcsc;
using Musubi.Chip.Readers.Vpcd;
using Musubi.Chip.VirtualCards;

namespace Musubi.Cards;

/// <summary>
/// Debian's pcscd with its virtual reader, for a run of tests or a bench: a folder, a socket and ports of its own, so
/// that the machine's daemon and other runs are left alone.
/// </summary>
public sealed class Pcscd : IAsyncDisposable
{
    private const string Daemon = "/usr/sbin/pcscd";
    private const string Driver = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
    private const string SystemFolder = "/run/pcscd";
    private const string SocketName = "pcscd.comm";
    private const string SocketVariable = "PCSCLITE_CSOCK_NAME";
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(20);

    private static readonly string Private = Directory.CreateTempSubdirectory("musubi-pcscd-").FullName;

    private readonly string configuration = Path.Combine(Private, "reader.conf.d");
    private readonly string folder = Path.Combine(Private, "run");
    private readonly int port = FreePorts();
    private Process? daemon;

    /// <summary>Where clients find it.</summary>
    public string Socket => Path.Combine(folder, SocketName);

    /// <summary>What a client needs to know to find this daemon and no other.</summary>
    public Dictionary<string, string> Environment => new(StringComparer.Ordinal) { [SocketVariable] = Socket };

    public Pcscd()
    {
        Directory.CreateDirectory(configuration);
        Directory.CreateDirectory(folder);
        var slot = string.Create(CultureInfo.InvariantCulture, $"0x{port:X4}");
        File.WriteAllText(Path.Combine(configuration, "vpcd"),
            $"FRIENDLYNAME \"Musubi\"\nDEVICENAME /dev/null:{slot}\nLIBPATH {Driver}\nCHANNELID {slot}\n");
        // The library of this process looks here too. .NET's own variables are not the C library's.
        if (OperatingSystem.IsLinux()) SetVariable(SocketVariable, Socket, overwrite: 1);
    }

    /// <summary>Why the daemon cannot run here, or null.</summary>
    /// <param name="programs">What else is needed: files that should be there.</param>
    public static string? Missing(params string[] programs)
    {
        string[] missing = [.. programs.Append(Daemon).Append(Driver).Where(file => !File.Exists(file))];
        return missing.Length > 0
            ? $"{string.Join(", ", missing)} is missing: apt-get install -y --no-install-recommends {Packages}"
            : System.Environment.IsPrivilegedProcess ? null
            : "pcscd needs a folder that only root can mount: this must run as root.";
    }

    public const string Packages =
        "pcscd vsmartcard-vpcd opensc opensc-pkcs11 openssl python3-pyscard ausweisapp2 libpcsclite-dev g++ make";

    /// <summary>Where the virtual reader listens for a slot, 0 or 1.</summary>
    public VpcdAddress Slot(int index) => new VpcdAddress("127.0.0.1", port).Slot(index);

    /// <summary>The PC/SC name of a slot.</summary>
    public static string ReaderName(int slot) =>
        string.Create(CultureInfo.InvariantCulture, $"Musubi 00 {slot:D2}");

    /// <summary>Puts a card into a slot and waits until the daemon has seen it; disposing takes it out.</summary>
    public async Task<PluggedCard> Plug(VirtualCard card, int slot = 0)
    {
        var plugged = new PluggedCard(new VpcdSlot(card, Slot(slot), TimeProvider.System), slot);
        await Until(slot, PcscSlot.Card);
        return plugged;
    }

    /// <summary>Waits until the slot is so.</summary>
    public static async Task Until(int slot, PcscSlot wanted)
    {
        using var bound = new CancellationTokenSource(StartBound);
        await foreach (var view in PcscReaders.Watch(TimeProvider.System, bound.Token))
        {
            var name = ReaderName(slot);
            if (view.IsGiven && view.Value.Any(reader => reader.Name == name && reader.Slot == wanted)) return;
        }
    }

    /// <summary>Starts the daemon, unless it runs, and waits until it answers.</summary>
    /// <returns>Why it does not start here, or null.</returns>
    public async Task<string?> Start()
    {
        if (daemon is not null) return null;
        File.Delete(Socket);
        // The daemon's folder is fixed when it is built. In a mount namespace of its own, ours lies in its place.
        Directory.CreateDirectory(SystemFolder);
        var script = $"mount --bind {folder} {SystemFolder} && exec {Daemon} --foreground --config {configuration}";
        var started = Process.Start(new ProcessStartInfo(
            "unshare", ["--mount", "--propagation", "private", "sh", "-c", script])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _ = started.StandardOutput.ReadToEndAsync();
        var complaints = started.StandardError.ReadToEndAsync();
        var waited = Stopwatch.StartNew();
        daemon = started;
        while (!PcscReaders.List().IsGiven)
        {
            if (started.HasExited)
            {
                await Stop();
                return $"pcscd does not start here: {await complaints}";
            }
            if (waited.Elapsed > StartBound) throw new TimeoutException("pcscd started and does not answer.");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
        return null;
    }

    public async Task Stop()
    {
        if (daemon is null) return;
        daemon.Kill();
        await daemon.WaitForExitAsync();
        daemon.Dispose();
        daemon = null;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Directory.Delete(Private, recursive: true);
    }

    /// <summary>Two ports, one after the other, that nobody uses.</summary>
    private static int FreePorts()
    {
        while (true)
        {
            using var first = new TcpListener(IPAddress.Any, 0);
            first.Start();
            var found = ((IPEndPoint)first.LocalEndpoint).Port;
            try
            {
                using var second = new TcpListener(IPAddress.Any, found + 1);
                second.Start();
                return found;
            }
            catch (SocketException)
            {
                // the neighbour is taken: try elsewhere
            }
        }
    }

    [DllImport("libc", EntryPoint = "setenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetVariable(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value,
        int overwrite);
}

/// <summary>A card in a slot; disposing takes it out and waits until the daemon has seen that.</summary>
public sealed class PluggedCard : IAsyncDisposable
{
    private readonly CancellationTokenSource takeOut = new();
    private readonly Task running;
    private readonly int slot;

    internal PluggedCard(VpcdSlot vpcd, int slot) =>
        (running, this.slot) = (Task.Run(() => vpcd.Run(takeOut.Token)), slot);

    public async ValueTask DisposeAsync()
    {
        await takeOut.CancelAsync();
        // It ends by being cancelled; any other end is a fault of the slot's and is thrown here.
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!running.IsCanceled) await running;
        takeOut.Dispose();
        await Pcscd.Until(slot, PcscSlot.Empty);
    }
}
