using System.CommandLine;
using System.Globalization;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Proofs;
using Musubi.TransparencyLog.Tiles;
using Musubi.TransparencyLog.Writing;

namespace Musubi.Cli.Log;

/// <summary><c>musubi log append</c>: a log of one's own, to try the library and to have something to verify.</summary>
internal static class AppendCommand
{
    public static Command Create(TimeProvider time)
    {
        var folder = new Option<string>("--log")
        {
            Description = $"The log's folder, made at the first time; served is {LogWriter.PublicFolder} in it.",
            Required = true,
        };
        var keys = new Option<string[]>("--key")
        {
            Description = "A file of a private key, from musubi log key: an ed25519 one; ml-dsa-44 may follow.",
            Required = true,
        };
        var files = new Argument<string[]>("FILE")
        {
            Description = "Files whose bytes become entries, one each, in this order.",
            Arity = ArgumentArity.OneOrMore,
        };
        var proofs = new Option<string?>("--proofs")
        {
            Description = $"A folder for a receipt of each entry, FILE{TlogProof.FileExtension}.",
        };
        var json = new Option<bool>("--json") { Description = "Print the result as one JSON object." };

        var append = new Command("append",
            """
            Appends files to a log and waits until its signed checkpoint covers them. The same bytes again are not
            appended twice; their old place is said. The log's origin is the name of its key.

            Examples:
              musubi log key --name log.example.jp/demo --out log.key
              musubi log append --log demo-log --key log.key letter.txt photo.jpg --proofs receipts
              musubi log verify demo-log/public --key "$(the line that log key printed)"
            """)
        { folder, keys, files, proofs, json };
        append.SetAction(async (parsed, cancel) => await Run(parsed.GetValue(folder)!, parsed.GetValue(keys)!,
            parsed.GetValue(files)!, parsed.GetValue(proofs), parsed.GetValue(json), time, cancel));
        return append;
    }

    private static async Task<int> Run(string folder, string[] keyFiles, string[] files, string? proofs, bool json,
        TimeProvider time, CancellationToken cancel)
    {
        // Before the log is opened: a file that cannot be read leaves nothing behind.
        var entries = files.Select(file => LogOptions.ReadBounded(file, EntryBundle.MostEntryBytes)).ToArray();
        var signers = new List<NoteSigner>();
        try
        {
            signers.AddRange(keyFiles.Select(NoteKeyFile.Read));
            var origin = new LogOrigin(signers[0].Key.Name.Value);
            if (!signers.Exists(signer => signer.Key.Algorithm is NoteAlgorithm.Ed25519))
            {
                await Console.Error.WriteLineAsync("musubi: a log signs with an ed25519 key, whatever else it has.");
                return Verbs.WrongUsage;
            }
            await using var log = await LogWriter.Open(
                folder, origin, signers, new LogWriterSettings { Time = time }, cancel);
            var places = await Task.WhenAll(entries.Select(entry => log.Append(AppendKey.Of(entry), entry)));
            var published = await log.Integrated(places.Max(place => place.Index), cancel);
            if (proofs is not null) await WriteProofs(log, published, files, places, proofs, cancel);
            Say(published, files, places, json);
            return Verbs.Done;
        }
        finally
        {
            foreach (var signer in signers) signer.Dispose();
        }
    }

    private static async Task WriteProofs(LogWriter log, PublishedCheckpoint published, string[] files,
        LogPlace[] places, string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        for (var i = 0; i < files.Length; i++)
        {
            var proof = new TlogProof(places[i].Index,
                await log.Reader.ProveInclusion(places[i].Index, published.Size, cancel), published.Note);
            await File.WriteAllBytesAsync(
                Path.Combine(folder, Path.GetFileName(files[i]) + TlogProof.FileExtension), proof.ToBytes(), cancel);
        }
    }

    private static void Say(PublishedCheckpoint published, string[] files, LogPlace[] places, bool json)
    {
        if (json)
        {
            Verbs.WriteJson(new
            {
                log = published.Checkpoint.Origin.Value,
                size = published.Size,
                root = published.Checkpoint.Root.ToString(),
                entries = files.Zip(places, (file, place) =>
                    new { file, index = place.Index, wasThere = place.WasThere }),
            });
            return;
        }
        foreach (var (file, place) in files.Zip(places))
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{place.Index,8}  {file}{(place.WasThere ? "  (was there)" : "")}"));
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{published.Checkpoint.Origin}: {published.Size} entries, root {published.Checkpoint.Root}"));
    }
}
