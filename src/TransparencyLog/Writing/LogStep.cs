namespace Musubi.TransparencyLog.Writing;

/// <summary>The places at which a process may die. The story of each stands beside the step in <see cref="LogWriter"/>,
/// <see cref="Integration"/> and <see cref="LogStart"/>.</summary>
public enum LogStep
{
    /// <summary>A batch is written to the journal and not flushed.</summary>
    BatchWritten = 1,

    /// <summary>A batch is durable and nobody has been answered.</summary>
    BatchFlushed,

    /// <summary>Some tiles of a round are in their place.</summary>
    TilesBegun,

    /// <summary>All tiles of a round are durable.</summary>
    TilesFlushed,

    /// <summary>The checkpoint is signed and has not left us.</summary>
    Signed,

    /// <summary>Witnesses have seen the checkpoint and nobody else has.</summary>
    Witnessed,

    /// <summary>The checkpoint is in its place and the folder is not flushed.</summary>
    CheckpointRenamed,

    /// <summary>The checkpoint is durable and nobody has been told.</summary>
    Published,

    /// <summary>The keys are written; what the journal no longer needs is not yet deleted.</summary>
    KeysWritten,

    /// <summary>A start has rewritten the journal's rest and not deleted the old segments.</summary>
    JournalRewritten,

    /// <summary>A start is done.</summary>
    Started,
}
