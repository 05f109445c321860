namespace Musubi.TransparencyLog.Writing;

/// <summary>Why a writer did not take an entry, or does not start.</summary>
public enum LogFault
{
    /// <summary>Another process writes to this log.</summary>
    InUse = 1,

    /// <summary>What is on the disk is not what this writer can go on from. It says what, and changes
    /// nothing.</summary>
    NotWhole,

    /// <summary>No room on the disk: nothing was taken, try later.</summary>
    DiskFull,

    /// <summary>Too many entries wait to be written or to be published: nothing was taken, try later.</summary>
    Overloaded,

    /// <summary>The writer has stopped after an error that leaves it not knowing what is on the disk. Whether the entry
    /// was taken is known after a new start: ask again with the same key.</summary>
    Stopped,

    /// <summary>Somebody else has published to this log while we had it open.</summary>
    OtherWriter,
}

/// <summary>A writer that did not take an entry, or does not start.</summary>
public sealed class LogWriterException(LogFault fault, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public LogFault Fault { get; } = fault;
}

/// <summary>What keeps entries from being published just now. Entries are taken meanwhile.</summary>
public enum LogTrouble
{
    None = 0,

    /// <summary>No room for tiles.</summary>
    DiskFull,

    /// <summary>Too few witnesses have cosigned; they are asked again.</summary>
    NoQuorum,
}
