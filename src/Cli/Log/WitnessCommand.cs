using System.CommandLine;
using System.Net;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Witnesses;

namespace Musubi.Cli.Log;

/// <summary><c>musubi log witness</c>: be a witness of somebody else's log.</summary>
internal static class WitnessCommand
{
    private const string Ed25519File = "witness.key";
    private const string MlDsaFile = "witness-ml-dsa-44.key";

    public static Command Create(TimeProvider time)
    {
        var data = new Option<string>("--data")
        {
            Description = "Folder of this witness alone: its keys, what it cosigned. Never restore it from a backup.",
            Required = true,
        };
        var listen = new Option<string>("--listen")
        {
            Description = "Where to listen, ADDRESS:PORT.",
            DefaultValueFactory = _ => "127.0.0.1:7380",
        };
        var logs = new Option<string[]>("--log")
        {
            Description = "A log's public key, NAME+ID+KEY (vkey); its name is the log's origin. Repeat it for more.",
            Required = true,
        };
        var name = new Option<string?>("--name")
        {
            Description = "At the first start: the witness' name; its two keys are made.",
        };
        var json = new Option<bool>("--json") { Description = "Print every event as one JSON object on a line." };
        listen.Validators.Add(result => LogOptions.CheckAddress(result, "--listen"));
        logs.Validators.Add(result => LogOptions.CheckKeys(result, "--log"));
        name.Validators.Add(result => LogOptions.CheckName(result, "--name"));

        var witness = new Command("witness",
            """
            Cosigns checkpoints of logs as long as they show one history only (C2SP tlog-witness), until Ctrl-C. It
            signs with Ed25519 and with ML-DSA-44; what it cosigned last can be looked up by everybody.

            Examples:
              musubi log witness --data witness --name witness.example.jp --log log.example.jp/readings+1f2e3d4c+AZ…
              musubi log witness --data witness --listen 127.0.0.1:7381 --log log.example.jp/readings+1f2e3d4c+AZ…
            """)
        { data, listen, logs, name, json };
        witness.SetAction(async (parsed, cancel) =>
        {
            _ = LogOptions.TryAddress(parsed.GetValue(listen)!, out var address);
            return await Run(parsed.GetValue(data)!, address, parsed.GetValue(logs)!, parsed.GetValue(name),
                parsed.GetValue(json), time, cancel);
        });
        return witness;
    }

    private static async Task<int> Run(
        string data, IPEndPoint address, string[] logs, string? name, bool json, TimeProvider time,
        CancellationToken cancel)
    {
        var isNew = !File.Exists(Path.Combine(data, Ed25519File));
        if (isNew && name is null)
        {
            await Console.Error.WriteLineAsync($"musubi: {data} holds no keys yet. Name the witness with --name.");
            return Verbs.ExpectedNo;
        }
        Directory.CreateDirectory(data);
        using var ed25519 = Key(data, Ed25519File, name, NoteAlgorithm.Ed25519Cosignature);
        if (name is not null && ed25519.Key.Name.Value != name)
        {
            await Console.Error.WriteLineAsync($"musubi: the witness in {data} is called {ed25519.Key.Name}.");
            return Verbs.ExpectedNo;
        }
        using var mlDsa = Key(data, MlDsaFile, ed25519.Key.Name.Value, NoteAlgorithm.MlDsa44);
        var trusted = TrustedLog.Of(logs.Select(NoteKey.Parse).Distinct());
        using var witness = new Witness(data, [ed25519, mlDsa], trusted, time);
        var server = new WitnessServer(witness, address);
        var isLost = await server.Run(
            () => SayStarted(server.Prefix, witness, trusted, json), refusal => SayRefused(refusal, json), cancel);
        if (!isLost) return Verbs.Done;
        await Console.Error.WriteLineAsync(
            "musubi: the disk did not take what the witness knows. See to the disk, then start it again.");
        return Verbs.Fault;
    }

    private static NoteSigner Key(string data, string file, string? name, NoteAlgorithm algorithm)
    {
        var path = Path.Combine(data, file);
        return File.Exists(path) ? NoteKeyFile.Read(path) : NoteKeyFile.Make(path, new KeyName(name!), algorithm);
    }

    private static void SayStarted(string prefix, Witness witness, IEnumerable<TrustedLog> logs, bool json)
    {
        var keys = witness.Keys.Select(key => key.ToString());
        var origins = logs.Select(log => log.Origin.Value);
        if (json)
        {
            Verbs.WriteJson(new { happened = "serving", address = prefix, keys, logs = origins });
            return;
        }
        Console.Out.WriteLine($"Witness at {prefix} for {string.Join(", ", origins)}. Its public keys:");
        foreach (var key in keys) Console.Out.WriteLine($"  {key}");
    }

    private static void SayRefused(WitnessRefusal refusal, bool json)
    {
        if (json) Verbs.WriteJson(new { happened = "refused", reason = refusal.ToString() });
        else if (refusal is WitnessRefusal.OtherRoot or WitnessRefusal.WrongProof)
            Console.Out.WriteLine(refusal is WitnessRefusal.OtherRoot
                ? "A log shows two histories: the proof is published under /SHA-256 of its origin/split-view."
                : "A log sent a checkpoint that does not continue what was cosigned. Refused.");
    }
}
