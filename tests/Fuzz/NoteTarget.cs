using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Policies;
using Musubi.TransparencyLog.Proofs;
using Musubi.TransparencyLog.Witnesses;

namespace Musubi.Fuzz;

/// <summary>The text formats of the public log. The first byte says which reader gets the rest; what a reader takes it
/// writes again byte for byte, and nothing is trusted for a key that signed nothing here.</summary>
internal static class NoteTarget
{
    // It signs nothing here, and no input can hold what it signed.
    private static readonly NoteVerifier[] Nobody =
    [
        new(NoteSigner.Generate(new KeyName("nobody.example"), NoteAlgorithm.Ed25519).Key),
    ];

    private static readonly WitnessedTree Known = new(7, TreeHash.Leaf("seven"u8), At: null);

    /// <summary>The readers, in the order of the first byte.</summary>
    private static readonly Action<byte[]>[] Readers =
    [
        Note, Tree, Lines, Key, Secret, Request, Proof, Policy, Evidence,
    ];

    public static void Feed(byte[] input)
    {
        try
        {
            // A missing byte is 0: AFL++ takes a first input that reaches nothing for a program without counting.
            Readers[input.ElementAtOrDefault(0) % Readers.Length](input[Math.Min(1, input.Length)..]);
        }
        catch (NoteException)
        {
            // The one exception of these formats.
        }
    }

    private static void Note(byte[] input)
    {
        var note = SignedNote.Parse(input);
        Same(input, note.ToBytes(), "A note is written as it was read.");
        BrokenPromiseException.Unless(note.Signatures.Length <= SignedNote.MostSignatures, "Signatures are bounded.");
        BrokenPromiseException.Unless(!note.Verify(Nobody).IsTrusted, "Nobody's signature makes no note trusted.");
    }

    private static void Tree(byte[] input)
    {
        if (NoteText.Read(input) is not { } text) return;
        var tree = Checkpoint.Parse(text);
        BrokenPromiseException.Unless(tree.Text == text && tree.Size >= 0, "A checkpoint is written as it was read.");
    }

    private static void Lines(byte[] input)
    {
        if (NoteText.Read(input) is not { } text) return;
        var lines = SignedNote.ParseLines(text);
        BrokenPromiseException.Unless(
            string.Concat(lines.Select(line => $"{line}\n")) == text, "Signature lines are written as they were read.");
    }

    private static void Key(byte[] input)
    {
        if (NoteText.Read(input) is not { } text) return;
        var key = NoteKey.Parse(text);
        BrokenPromiseException.Unless(NoteKey.Parse(key.ToString()).Equals(key), "A vkey is read as it was written.");
    }

    private static void Secret(byte[] input)
    {
        using var signer = NoteSigner.Parse(input);
        using var again = NoteSigner.Parse(signer.WriteSecret());
        BrokenPromiseException.Unless(again.Key.Equals(signer.Key), "A secret key is read as it was written.");
    }

    private static void Request(byte[] input)
    {
        var request = AddCheckpoint.Parse(input);
        Same(input, request.ToBytes(), "A request is written as it was read.");
        var refusal = WitnessRules.Refuse(Known, request);
        BrokenPromiseException.Unless(
            refusal is not null || (request.OldSize == Known.Size && request.Checkpoint.Size >= Known.Size),
            "Only what goes on from the known tree is cosigned.");
    }

    private static void Proof(byte[] input)
    {
        var proof = TlogProof.Parse(input);
        Same(input, proof.ToBytes(), "A proof is written as it was read.");
        BrokenPromiseException.Unless(proof.Hashes.Length <= TlogProof.MostHashes, "Hashes are bounded.");
        _ = InclusionProof.Verify(
            proof.Index, proof.Checkpoint.Size, TreeHash.Empty, proof.Hashes.AsSpan(), proof.Checkpoint.Root);
    }

    private static void Policy(byte[] input)
    {
        var policy = TrustPolicy.Parse(input);
        BrokenPromiseException.Unless(
            TrustPolicy.Parse(policy.ToBytes()).ToBytes().AsSpan().SequenceEqual(policy.ToBytes()),
            "A policy is read as it was written.");
        BrokenPromiseException.Unless(
            policy.IsQuorum(policy.Witnesses.Select(witness => witness.Key)), "All witnesses together are enough.");
        BrokenPromiseException.Unless(
            policy.Quorum == TrustPolicy.NoQuorum == policy.IsQuorum([]), "Nobody is enough only for the quorum none.");
    }

    private static void Evidence(byte[] input)
    {
        var evidence = SplitView.Parse(input);
        BrokenPromiseException.Unless(
            SplitView.Parse(evidence.ToBytes()).ToBytes().AsSpan().SequenceEqual(evidence.ToBytes()),
            "Evidence is read as it was written.");
    }

    private static void Same(byte[] read, byte[] written, string promise) =>
        BrokenPromiseException.Unless(read.AsSpan().SequenceEqual(written), promise);
}
