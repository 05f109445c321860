using System.CommandLine;
using System.Globalization;
using System.Text;
using Musubi.TransparencyLog.Audit;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Policies;
using Musubi.TransparencyLog.Tiles;
using Spectre.Console;

namespace Musubi.Cli.Log;

/// <summary><c>musubi log verify</c>: checks a whole log from its published files.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var place = new Argument<string>("PLACE")
        {
            Description = "The published folder, or the address below which the log is served.",
        };
        var keys = new Option<string[]>("--key") { Description = "The log's public key (vkey); repeat it for more." };
        var policy = new Option<string?>("--policy")
        {
            Description = "Instead or as well: log, witnesses and quorum in a file (C2SP tlog-policy).",
        };
        var origin = new Option<string?>("--origin")
        {
            Description = "First line of the log's checkpoints; the key's name if not given.",
        };
        var state = new Option<string?>("--state")
        {
            Description = "A file that remembers the checkpoint: the log must go on from there. Made when missing.",
        };
        var json = new Option<bool>("--json") { Description = "Print the result as one JSON object." };
        keys.Validators.Add(result => LogOptions.CheckKeys(result, "--key"));

        var command = new Command("verify",
            """
            Hashes every entry of a log again, from its published files alone, and compares the result with the signed
            checkpoint and with the one that you saw the last time. Exit code 0: the log is whole; 1: it is not, and the
            output says where.

            Examples:
              musubi log verify demo-log/public --key log.example.jp/readings+1f2e3d4c+AZ…
              musubi log verify https://log.example.jp/readings --key log.example.jp/readings+1f2e3d4c+AZ… --state seen
              musubi log verify demo-log/public --policy policy.txt --json
            """)
        { place, keys, policy, origin, state, json };
        command.Validators.Add(result =>
        {
            if (result.GetResult(keys) is null && result.GetResult(policy) is null)
                result.AddError("Say whom you believe: --key VKEY, or --policy FILE.");
        });
        command.SetAction(async (parsed, cancel) =>
        {
            NoteKey[] named = [.. (parsed.GetValue(keys) ?? []).Select(NoteKey.Parse)];
            var trust = parsed.GetValue(policy) is { } file
                ? TrustPolicy.Parse(LogOptions.ReadBounded(file, TrustPolicy.MostBytes))
                : null;
            var log = parsed.GetValue(origin) ?? named.Select(key => key.Name.Value).FirstOrDefault()
                ?? trust?.Logs.Select(one => one.Key.Name.Value).FirstOrDefault() ?? "";
            if (LogOrigin.TryRead(log) is not { } whose)
            {
                await Console.Error.WriteLineAsync("musubi: the policy names no log. Name one with --origin.");
                return Verbs.WrongUsage;
            }
            return await Run(parsed.GetValue(place)!, whose, named, trust, parsed.GetValue(state),
                parsed.GetValue(json), cancel);
        });
        return command;
    }

    private static async Task<int> Run(string place, LogOrigin origin, NoteKey[] keys, TrustPolicy? policy,
        string? state, bool json, CancellationToken cancel)
    {
        using var source = TileSource.Open(place);
        if (source is DirectoryTiles && !Directory.Exists(place))
            throw new IOException($"There is no folder {place}.");
        var remembered = state is not null && File.Exists(state)
            ? SignedNote.Parse(LogOptions.ReadBounded(state, SignedNote.MostBytes))
            : null;
        var audit = new LogAudit(source, origin, note => Distrust(note, keys, policy));
        AuditReport report = null!;
        await Verbs.ProgressConsole().Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(),
                new RemainingTimeColumn())
            .StartAsync(async display =>
            {
                var bar = display.AddTask("Hashing every entry", maxValue: await SizeOf(source, cancel));
                report = await audit.Run(remembered, new Bar(bar), cancel);
            });
        if (report.Verdict is AuditVerdict.Whole && state is not null) Remember(state, report.Note!);
        if (json) Verbs.WriteJson(Summary(report));
        else await Say(report, state);
        return report.Verdict is AuditVerdict.Whole ? Verbs.Done : Verbs.ExpectedNo;
    }

    private static string? Distrust(SignedNote note, NoteKey[] keys, TrustPolicy? policy)
    {
        if (keys.Length > 0
            && LogAudit.SignedBy([.. keys.Select(key => new NoteVerifier(key))])(note) is { } unsigned) return unsigned;
        if (policy is null) return null;
        return policy.Check(note) switch
        {
            PolicyVerdict.Accepted => null,
            PolicyVerdict.UnknownLog => "No log of your policy has signed the checkpoint.",
            PolicyVerdict.BadSignature => "A signature that names a key of your policy does not hold.",
            PolicyVerdict.QuorumMissed => "Too few witnesses of your policy have cosigned the checkpoint.",
            PolicyVerdict.NoCheckpoint => "The note is no checkpoint.",
        };
    }

    /// <summary>For the bar only: nothing is believed.</summary>
    private static async Task<double> SizeOf(TileSource source, CancellationToken cancel) =>
        await source.Read(TileSource.CheckpointPath, SignedNote.MostBytes, cancel) is { } bytes
        && SignedNote.TryParse(bytes, out var note) && Checkpoint.TryParse(note.Text, out var checkpoint)
            ? Math.Max(1, checkpoint.Size)
            : 1;

    /// <summary>In one rename: a state that is half written would forget what was seen.</summary>
    private static void Remember(string state, SignedNote note)
    {
        var draft = state + ".new";
        File.WriteAllBytes(draft, note.ToBytes());
        File.Move(draft, state, overwrite: true);
    }

    private static object Summary(AuditReport report) => new
    {
        verdict = report.Verdict.ToString(),
        why = report.Why,
        log = report.Checkpoint?.Origin.Value,
        size = report.Checkpoint?.Size,
        root = report.Checkpoint?.Root.ToString(),
        checkpoint = report.Note?.ToString(),
        remembered = report.Remembered?.ToString(),
        broken = report.Broken,
        findings = report.Findings.Select(finding => new { path = finding.Path, what = finding.What }),
    };

    private static async Task Say(AuditReport report, string? state)
    {
        var text = new StringBuilder();
        if (report.Verdict is AuditVerdict.Whole)
        {
            var tree = report.Checkpoint!;
            text.Append(CultureInfo.InvariantCulture,
                $"Whole: {report.Why}\n  log   {tree.Origin}\n  size  {tree.Size}\n  root  {tree.Root}\n");
            if (report.Remembered is { } before)
                text.Append(CultureInfo.InvariantCulture,
                    $"  goes on from the {Checkpoint.Parse(before.Text).Size} entries that you saw before\n");
            if (state is not null) text.Append(CultureInfo.InvariantCulture, $"  remembered in {state}\n");
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"Not whole ({report.Verdict}): {report.Why}\n");
            foreach (var finding in report.Findings)
                text.Append(CultureInfo.InvariantCulture, $"  {finding.Path}: {finding.What}\n");
            if (report.Broken > report.Findings.Length)
                text.Append(CultureInfo.InvariantCulture,
                    $"  and {report.Broken - report.Findings.Length} more\n");
            // Two signed histories are proof against the log: both are shown whole, to be kept and handed on.
            if (report.Verdict is AuditVerdict.RolledBack or AuditVerdict.SplitView)
                text.Append(CultureInfo.InvariantCulture,
                    $"\nBefore:\n\n{report.Remembered}\nNow:\n\n{report.Note}");
        }
        await Console.Out.WriteAsync(text);
    }

    private sealed class Bar(ProgressTask task) : IProgress<long>
    {
        public void Report(long value) => task.Value = value;
    }
}
