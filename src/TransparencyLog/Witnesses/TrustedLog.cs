using System.Collections.Immutable;
using System.Security.Cryptography;
using Musubi.TransparencyLog.Notes;

namespace Musubi.TransparencyLog.Witnesses;

/// <summary>A log that a witness serves: its origin and the keys that may sign for it.</summary>
public sealed class TrustedLog
{
    private readonly ImmutableArray<NoteVerifier> verifiers;

    /// <param name="origin">First line of its checkpoints.</param>
    /// <param name="keys">One is enough to sign; a log that signs twice has two.</param>
    /// <exception cref="ArgumentException">There are no keys.</exception>
    public TrustedLog(LogOrigin origin, IEnumerable<NoteKey> keys)
    {
        Origin = origin;
        verifiers = [.. keys.Select(key => new NoteVerifier(key))];
        if (verifiers.IsEmpty) throw new ArgumentException("a log has at least one key", nameof(keys));
    }

    public LogOrigin Origin { get; }

    /// <summary>SHA-256 of the origin in lower-case hexadecimal: the log's name in the paths of tlog-witness.</summary>
    public string OriginHash => HashOf(Origin);

    public ImmutableArray<NoteVerifier> Verifiers => verifiers;

    /// <summary>The logs of some vkeys: a log's key name is its origin, as tlog-checkpoint recommends, and keys of one
    /// name belong to one log.</summary>
    public static ImmutableArray<TrustedLog> Of(IEnumerable<NoteKey> keys) =>
        [.. keys.GroupBy(key => key.Name).Select(log => new TrustedLog(new LogOrigin(log.Key.Value), log))];

    /// <summary>Whether the log signed it: one known key did, and no signature of a known key fails.</summary>
    public bool HasSigned(SignedNote note)
    {
        ArgumentNullException.ThrowIfNull(note);
        return note.Verify(verifiers).IsTrusted;
    }

    internal static string HashOf(LogOrigin origin) =>
        Convert.ToHexStringLower(SHA256.HashData(NoteText.Utf8.GetBytes(origin.Value)));
}
