using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Musubi.Tests.Clients;
using Musubi.Tests.Registers;
using Musubi.Tests.TransparencyLog;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Proofs;
using Musubi.TransparencyLog.Witnesses;

namespace Musubi.Tests.Cli;

/// <summary><c>musubi log key</c>, <c>witness</c> and <c>proof</c> as people start them.</summary>
public sealed class LogWitnessTests : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "musubi");
    private readonly TemporaryFolder folder = new();
    private readonly TestLog log = new(300);
    private readonly HttpClient http = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        http.Dispose();
        log.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_witness_cosigns_over_HTTP_and_remembers_when_it_is_killed()
    {
        NoteKey[] keys;
        using (var witness = await Started.Witness(PathOf("w"), log.Key, "--name", "w.example"))
        {
            keys = witness.Keys;
            Assert.Equal([NoteAlgorithm.Ed25519Cosignature, NoteAlgorithm.MlDsa44],
                keys.Select(key => key.Algorithm));
            using var client = new WitnessClient(log.Trusted, witness.Address, keys, http);
            var reply = await client.Ask(log.Sign(100), log.Tree, Cancel);
            Assert.Equal((WitnessOutcome.Cosigned, 2), (reply.Outcome, reply.Cosignatures.Length));
            witness.Process.Kill();
        }

        using var again = await Started.Witness(PathOf("w"), log.Key);
        Assert.Equal(keys, again.Keys);
        using var fork = log.Fork(50);
        using var forked = new WitnessClient(log.Trusted, again.Address, keys, http);
        Assert.Equal(WitnessOutcome.OtherHistory, (await forked.Ask(fork.Sign(200), fork.Tree, Cancel)).Outcome);
        using var honest = new WitnessClient(log.Trusted, again.Address, keys, http);
        Assert.Equal(WitnessOutcome.Cosigned, (await honest.Ask(log.Sign(200), log.Tree, Cancel)).Outcome);
        Assert.Equal(0, await again.Interrupt());
    }

    [Fact]
    public async Task A_body_without_end_is_not_read_to_its_end()
    {
        using var witness = await Started.Witness(PathOf("w"), log.Key, "--name", "w.example");
        var address = new Uri(witness.Address, "add-checkpoint");

        using var declared = await http.PostAsync(address, new ByteArrayContent(new byte[AddCheckpoint.MostBytes + 1]),
            Cancel);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, declared.StatusCode);

        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Headers.TransferEncodingChunked = true;
        request.Content = new ByteArrayContent(new byte[AddCheckpoint.MostBytes + 1]);
        using var chunked = await http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, chunked.StatusCode);
    }

    [Fact]
    public async Task Two_witnesses_cannot_share_a_folder_and_a_first_start_needs_a_name()
    {
        using var witness = await Started.Witness(PathOf("w"), log.Key, "--name", "w.example");

        var second = await Run("log", "witness", "--data", PathOf("w"), "--listen", $"127.0.0.1:{FreePort()}",
            "--log", log.Key.ToString());
        Assert.Equal(3, second.Code);
        var nameless = await Run("log", "witness", "--data", PathOf("new"), "--log", log.Key.ToString());
        Assert.Equal((1, false), (nameless.Code, Directory.Exists(PathOf("new"))));
        Assert.Contains("Name the witness with --name", nameless.Errors);
    }

    [Fact]
    public async Task A_key_is_made_once_and_only_its_owner_may_use_it()
    {
        var made = await Run("log", "key", "--name", "log.example", "--out", PathOf("k"), "--json");
        Assert.True(made.Code == 0, made.All);
        using (var signer = NoteKeyFile.Read(PathOf("k")))
            Assert.Equal(signer.Key.ToString(),
                JsonDocument.Parse(made.Output).RootElement.GetProperty("vkey").GetString());
        Assert.Equal(1, (await Run("log", "key", "--name", "log.example", "--out", PathOf("k"))).Code);

        await Outside.Run(new Dictionary<string, string>(StringComparer.Ordinal), "chmod", "604", PathOf("k"));
        Assert.Contains("chmod 600", Assert.Throws<NoteException>(() => NoteKeyFile.Read(PathOf("k"))).Message);
    }

    [Fact]
    public async Task A_receipt_is_checked_offline()
    {
        var receipt = new TlogProof(7, log.Inclusion(7, 300), log.Sign(300));
        await File.WriteAllBytesAsync(PathOf("r.tlog-proof"), receipt.ToBytes(), Cancel);
        await File.WriteAllTextAsync(PathOf("policy"), $"log {log.Key}\nquorum none\n", Cancel);
        await File.WriteAllBytesAsync(PathOf("seven"), TestLog.Entry(7), Cancel);
        await File.WriteAllBytesAsync(PathOf("eight"), TestLog.Entry(8), Cancel);

        var right = await Run("log", "proof", PathOf("r.tlog-proof"), "--policy", PathOf("policy"),
            "--entry", PathOf("seven"));
        Assert.Equal((0, "Logged: entry 7 of log.example.jp/readings, in a tree of 300 that the quorum cosigned.\n"),
            (right.Code, right.Output));
        var wrong = await Run("log", "proof", PathOf("r.tlog-proof"), "--policy", PathOf("policy"),
            "--entry", PathOf("eight"), "--json");
        Assert.Equal((1, "NotIncluded"),
            (wrong.Code, JsonDocument.Parse(wrong.Output).RootElement.GetProperty("verdict").GetString()));
        var none = await Run("log", "proof", PathOf("policy"), "--policy", PathOf("policy"),
            "--entry", PathOf("seven"));
        Assert.Equal((3, "musubi: a proof is lines, an empty line and a checkpoint\n"), (none.Code, none.Errors));
        var both = await Run("log", "proof", PathOf("policy"), "--policy", PathOf("policy"));
        Assert.Equal(2, both.Code);
    }

    private string PathOf(string name) => Path.Combine(folder.Path, name);

    private static Task<Ended> Run(params string[] arguments) =>
        Outside.Run(new Dictionary<string, string>(StringComparer.Ordinal), Program, arguments);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>A witness in a process of its own; ended with the test.</summary>
    private sealed class Started : IDisposable
    {
        private const int SigInt = 2;

        private Started(Process process, JsonElement said)
        {
            Process = process;
            Address = new Uri(said.GetProperty("address").GetString()!);
            Keys = [.. said.GetProperty("keys").EnumerateArray().Select(key => NoteKey.Parse(key.GetString()!))];
        }

        public Process Process { get; }

        public Uri Address { get; }

        public NoteKey[] Keys { get; }

        public static async Task<Started> Witness(string data, NoteKey log, params string[] more)
        {
            var process = Outside.Start(new Dictionary<string, string>(StringComparer.Ordinal), Program,
                ["log", "witness", "--data", data, "--listen", $"127.0.0.1:{FreePort()}", "--log", log.ToString(),
                    "--json", .. more]);
            var line = await process.StandardOutput.ReadLineAsync(Cancel);
            if (line is null) Assert.Fail(await process.StandardError.ReadToEndAsync(Cancel));
            return new Started(process, JsonDocument.Parse(line!).RootElement);
        }

        public async Task<int> Interrupt()
        {
            using var kill = Process.Start("kill", [$"-{SigInt}", $"{Process.Id}"]);
            await Process.WaitForExitAsync(Cancel);
            return Process.ExitCode;
        }

        public void Dispose()
        {
            if (!Process.HasExited) Process.Kill();
            Process.WaitForExit();
            Process.Dispose();
        }
    }
}
