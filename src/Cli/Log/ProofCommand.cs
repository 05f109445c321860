using System.CommandLine;
using System.Globalization;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Policies;
using Musubi.TransparencyLog.Proofs;

namespace Musubi.Cli.Log;

/// <summary><c>musubi log proof</c>: checks a receipt, offline.</summary>
internal static class ProofCommand
{
    public static Command Create()
    {
        var proof = new Argument<string>("FILE") { Description = $"The receipt, a {TlogProof.FileExtension} file." };
        var policy = new Option<string>("--policy")
        {
            Description = "Whom you believe: log, witnesses, quorum (C2SP tlog-policy).",
            Required = true,
        };
        var entry = new Option<string?>("--entry") { Description = "A file with the entry's bytes." };
        var leaf = new Option<string?>("--leaf") { Description = "Instead: the entry's leaf hash in base64." };
        var json = new Option<bool>("--json") { Description = "Print the result as one JSON object." };
        leaf.Validators.Add(result =>
        {
            if (!TreeHash.TryParse(result.Tokens.FirstOrDefault()?.Value ?? "", out _))
                result.AddError("--leaf takes the base64 of 32 bytes.");
        });

        var command = new Command("proof",
            """
            Checks that an entry was logged and that the witnesses of your policy saw it, without asking anybody
            (C2SP tlog-proof). Exit code 0: it was; 1: this file does not show it.

            Examples:
              musubi log proof reading-17.tlog-proof --policy policy.txt --entry reading-17.entry
              musubi log proof reading-17.tlog-proof --policy policy.txt --leaf BASE64 --json
            """)
        { proof, policy, entry, leaf, json };
        command.Validators.Add(result =>
        {
            if (result.GetResult(entry) is null == result.GetResult(leaf) is null)
                result.AddError("Name the entry either with --entry or with --leaf.");
        });
        command.SetAction(parsed =>
        {
            var receipt = TlogProof.Parse(LogOptions.ReadBounded(parsed.GetValue(proof)!, TlogProof.MostBytes));
            var trust = TrustPolicy.Parse(LogOptions.ReadBounded(parsed.GetValue(policy)!, TrustPolicy.MostBytes));
            _ = TreeHash.TryParse(parsed.GetValue(leaf) ?? "", out var hash);
            if (parsed.GetValue(entry) is { } file) hash = TreeHash.Leaf(File.ReadAllBytes(file));
            var verdict = receipt.Verify(trust, hash);
            Say(receipt, verdict, parsed.GetValue(json));
            return verdict is TlogProofVerdict.Logged ? Verbs.Done : Verbs.ExpectedNo;
        });
        return command;
    }

    private static void Say(TlogProof receipt, TlogProofVerdict verdict, bool json)
    {
        var (tree, index) = (receipt.Checkpoint, receipt.Index);
        if (json)
        {
            var (log, size) = (tree.Origin.Value, tree.Size);
            Verbs.WriteJson(new { verdict = verdict.ToString(), log, index, size });
            return;
        }
        Console.Out.WriteLine(verdict switch
        {
            TlogProofVerdict.Logged => string.Create(CultureInfo.InvariantCulture,
                $"Logged: entry {index} of {tree.Origin}, in a tree of {tree.Size} that the quorum cosigned."),
            TlogProofVerdict.NotIncluded => "Not shown: the hashes do not lead from this entry to the tree's root.",
            TlogProofVerdict.UnknownLog => $"Not shown: no key of your policy signed for {tree.Origin}.",
            TlogProofVerdict.BadSignature => "Not shown: a signature that names a key of your policy does not hold.",
            TlogProofVerdict.QuorumMissed => "Not shown: too few witnesses of your policy cosigned.",
        });
    }
}
