namespace Musubi.Registers;

/// <summary>Why a store did not answer. Nothing is known about the write: it may turn up after a restart, so every
/// write is idempotent and is asked for again.</summary>
public enum StoreFault
{
    /// <summary>No room on the disk, or a quota.</summary>
    Full,

    /// <summary>The disk or the server failed a read or a write.</summary>
    Failed,

    /// <summary>More writes are waiting than the bound allows. Nothing was written.</summary>
    QueueFull,

    /// <summary>The store is closed. Nothing was written.</summary>
    Closed,
}

/// <summary>A store could not be reached or could not write.</summary>
public sealed class StoreException : Exception
{
    public StoreException(StoreFault fault, string message, Exception? inner = null) : base(message, inner) =>
        Fault = fault;

    public StoreFault Fault { get; }
}

/// <summary>A file or schema that is not the store it should be: another module's, a newer version's, or not
/// durable.</summary>
public sealed class StoreFormatException(string message) : Exception(message);

/// <summary>A stored entry that does not match its own hash or its place in the chain.</summary>
public sealed class RegisterTamperedException(string message) : Exception(message);
