using Musubi.TransparencyLog.Merkle;

namespace Musubi.TransparencyLog.Witnesses;

/// <summary>What a witness knows of a log: the largest tree that it cosigned.</summary>
/// <param name="Size">0: it never cosigned one, or the empty one.</param>
/// <param name="At">When it did; null: never.</param>
internal sealed record WitnessedTree(long Size, TreeHash Root, DateTimeOffset? At)
{
    public static readonly WitnessedTree None = new(0, TreeHash.Empty, At: null);
}

/// <summary>The rules of add-checkpoint after the signature (C2SP tlog-witness), in their order; pure.</summary>
internal static class WitnessRules
{
    /// <returns>Why not, or null: it may be cosigned.</returns>
    public static WitnessRefusal? Refuse(WitnessedTree known, AddCheckpoint request)
    {
        var tree = request.Checkpoint;
        // 1. The old size is at most the new one.
        if (request.OldSize > tree.Size) return WitnessRefusal.OldAboveNew;
        // 2. The old size is the one that we know.
        if (request.OldSize != known.Size) return WitnessRefusal.Stale;
        // 3. The same size has the same root. A tree of size 0 has one root only, known without ever having seen it.
        if (tree.Size == known.Size)
        {
            if (tree.Root != known.Root) return WitnessRefusal.OtherRoot;
            return request.Proof.IsEmpty ? null : WitnessRefusal.WrongProof;
        }
        // 4. Everything begins with the empty tree, without proof: the first checkpoint is taken as it is.
        if (known.Size == 0) return request.Proof.IsEmpty ? null : WitnessRefusal.WrongProof;
        // 5. Otherwise the proof leads from the root that we know, not from one that the request names.
        var verdict = ConsistencyProof.Verify(known.Size, tree.Size, known.Root, tree.Root, request.Proof.AsSpan());
        return verdict is ProofVerdict.Holds ? null : WitnessRefusal.WrongProof;
    }
}
