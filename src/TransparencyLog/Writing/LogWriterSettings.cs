using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Tiles;

namespace Musubi.TransparencyLog.Writing;

/// <summary>Asks witnesses to cosign a checkpoint before the world sees it.</summary>
/// <param name="checkpoint">Signed by the log.</param>
/// <param name="tree">Its tree, for consistency proofs from whatever size a witness has seen.</param>
/// <returns>The note with their signatures, or null: too few have signed, ask again later.</returns>
public delegate Task<SignedNote?> CheckpointCosigner(
    SignedNote checkpoint, TileReader tree, CancellationToken cancel);

/// <summary>How a writer works; the defaults are good for a log of a town.</summary>
public sealed record LogWriterSettings
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Least time between two checkpoints: each costs some flushes, signatures and partial tiles.</summary>
    public TimeSpan RoundEvery { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>After this a round is tried again that found no room or no quorum.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Null: the checkpoint is published without witnesses.</summary>
    public CheckpointCosigner? Cosign { get; init; }

    public LogDisk Disk { get; init; } = new();

    /// <summary>Threads that write tiles: their flushes wait together.</summary>
    public int TileWriters { get; init; } = 4;

    /// <summary>Told when a place is reached at which tests let the process die; empty in the product.</summary>
    public Action<LogStep> Reached { get; init; } = _ => { };
}

/// <summary>Where an entry stands.</summary>
/// <param name="Index">From 0, for ever.</param>
/// <param name="WasThere">An entry of this key was taken before; nothing was added.</param>
public readonly record struct LogPlace(long Index, bool WasThere);

/// <summary>A checkpoint that the world can see.</summary>
public sealed record PublishedCheckpoint(Checkpoint Checkpoint, SignedNote Note)
{
    public long Size => Checkpoint.Size;
}
