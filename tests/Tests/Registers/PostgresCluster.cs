using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Musubi.Registers;
using Npgsql;

namespace Musubi.Tests.Registers;

/// <summary>A private PostgreSQL on a free loopback port, in a temporary folder, for the length of a class. It refuses
/// to run as root, so root starts it as the user that the Debian package made.</summary>
public sealed class PostgresCluster : IAsyncLifetime
{
    private const string Binaries = "/usr/lib/postgresql/15/bin";

    private readonly string folder = Directory.CreateTempSubdirectory("musubi-postgres-").FullName;
    private int port;
    private int schemas;
    private bool started;

    /// <summary>Null when it runs; otherwise what to type so that it will.</summary>
    public string? Missing { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Path.Combine(Binaries, "initdb")))
        {
            Missing = "PostgreSQL 15 is missing: apt-get install -y --no-install-recommends postgresql-15";
            return;
        }
        if (Environment.IsPrivilegedProcess) await Run("chown", "postgres", folder);
        var data = Path.Combine(folder, "data");
        await AsPostgres("initdb", "--pgdata", data, "--username", "musubi", "--auth", "trust", "--encoding", "UTF8",
            "--locale", "C", "--no-instructions");
        port = FreePort();
        var options = string.Create(
            CultureInfo.InvariantCulture, $"-p {port} -k {folder} -c listen_addresses=127.0.0.1");
        await AsPostgres("pg_ctl", "--pgdata", data, "--log", Path.Combine(folder, "log"), "--options", options,
            "--wait", "start");
        started = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (started)
        {
            NpgsqlConnection.ClearAllPools();
            await AsPostgres("pg_ctl", "--pgdata", Path.Combine(folder, "data"), "--mode", "immediate", "--wait",
                "stop");
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Four schemas that no other test has.</summary>
    public PostgresConnections Fresh()
    {
        var number = Interlocked.Increment(ref schemas);
        string Connection(string store) => string.Create(CultureInfo.InvariantCulture,
            $"Host=127.0.0.1;Port={port};Username=musubi;Database=postgres;Search Path={store}_{number}");
        return new(Connection("residence"), Connection("number"), Connection("links"), Connection("commit"));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Task AsPostgres(string program, params string[] arguments) => Environment.IsPrivilegedProcess
        ? Run("runuser", ["-u", "postgres", "--", Path.Combine(Binaries, program), .. arguments])
        : Run(Path.Combine(Binaries, program), arguments);

    private static async Task Run(string program, params string[] arguments)
    {
        // The server inherits the pipes and would keep them open: its words go to its own log.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", program, .. arguments])
        {
            WorkingDirectory = "/",
        };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException(
            $"{program} {arguments[0]} ended with {process.ExitCode}.");
    }
}
