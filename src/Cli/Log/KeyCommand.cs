using System.CommandLine;
using Musubi.TransparencyLog.Notes;

namespace Musubi.Cli.Log;

/// <summary><c>musubi log key</c>: makes a private key that signs checkpoints.</summary>
internal static class KeyCommand
{
    private static readonly Dictionary<string, NoteAlgorithm> Types = new(StringComparer.Ordinal)
    {
        ["ed25519"] = NoteAlgorithm.Ed25519,
        ["cosignature"] = NoteAlgorithm.Ed25519Cosignature,
        ["ml-dsa-44"] = NoteAlgorithm.MlDsa44,
    };

    public static Command Create()
    {
        var name = new Option<string>("--name")
        {
            Description = "The key's name: of a log, its origin, such as log.example.jp/readings.",
            Required = true,
        };
        var type = new Option<string>("--type")
        {
            Description = "ed25519 (a log), cosignature (a witness: Ed25519 with a time) or ml-dsa-44 (either).",
            DefaultValueFactory = _ => "ed25519",
        };
        var file = new Option<string>("--out") { Description = "The new file; only you may read it.", Required = true };
        var json = new Option<bool>("--json") { Description = "Print the result as one JSON object." };
        name.Validators.Add(result => LogOptions.CheckName(result, "--name"));
        type.AcceptOnlyFromAmong([.. Types.Keys]);

        var key = new Command("key",
            """
            Makes a private key and prints its public half, which others write into their policies (C2SP signed-note,
            "vkey").

            Examples:
              musubi log key --name log.example.jp/readings --out log.key
              musubi log key --name witness.example.jp --type ml-dsa-44 --out witness-ml-dsa.key
            """)
        { name, type, file, json };
        key.SetAction(parsed =>
        {
            var path = parsed.GetValue(file)!;
            if (File.Exists(path))
            {
                Console.Error.WriteLine($"musubi: {path} is there already. Nothing was changed.");
                return Verbs.ExpectedNo;
            }
            using var made = NoteKeyFile.Make(
                path, new KeyName(parsed.GetValue(name)!), Types[parsed.GetValue(type)!]);
            if (parsed.GetValue(json)) Verbs.WriteJson(new { file = path, vkey = made.Key.ToString() });
            else Console.Out.WriteLine(made.Key);
            return Verbs.Done;
        });
        return key;
    }
}
