using System.Collections.Concurrent;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Tiles;

namespace Musubi.CrashHost;

/// <summary>Stands for a witness: it remembers the longest tree that it was shown, across the deaths of the log, and
/// takes only one that goes on from it.</summary>
public sealed class LogWitness
{
    private readonly ConcurrentQueue<string> forks = new();
    private readonly Lock gate = new();

    /// <summary>What it has seen; null before the first.</summary>
    public Checkpoint? Seen { get; private set; }

    /// <summary>Trees that it was shown and that do not go on from the one before; empty when all is well.</summary>
    public IReadOnlyCollection<string> Forks => forks;

    /// <summary>Whether it answers; a log whose witness is away publishes nothing.</summary>
    public bool IsAway { get; set; }

    public async Task<SignedNote?> Cosign(SignedNote note, TileReader tiles, CancellationToken cancel)
    {
        if (IsAway) return null;
        await Show(Checkpoint.Parse(note.Text), tiles, cancel);
        return note;
    }

    /// <summary>Compares a tree with the one seen before.</summary>
    public async Task Show(Checkpoint tree, TileReader tiles, CancellationToken cancel = default)
    {
        if (Seen is { Size: > 0 } seen)
        {
            var verdict = tree.Size < seen.Size
                ? ProofVerdict.NotInTree
                : ConsistencyProof.Verify(seen.Size, tree.Size, seen.Root, tree.Root,
                    (await tiles.ProveConsistency(seen.Size, tree.Size, cancel)).AsSpan());
            if (verdict is not ProofVerdict.Holds)
                forks.Enqueue($"{tree.Size} {tree.Root} after {seen.Size} {seen.Root}: {verdict}");
        }
        lock (gate) Seen = tree;
    }
}
