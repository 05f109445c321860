using System.Collections.Immutable;
using Musubi.TransparencyLog.Notes;

namespace Musubi.TransparencyLog.Witnesses;

/// <summary>How a witness took a checkpoint.</summary>
public enum WitnessOutcome
{
    /// <summary>It cosigned.</summary>
    Cosigned = 1,

    /// <summary>It cannot be reached, or says that it cannot answer now (status 429 or 5xx).</summary>
    Down,

    /// <summary>It did not answer in time.</summary>
    Slow,

    /// <summary>It does not serve this log or does not trust its key (status 400, 403, 404).</summary>
    Refused,

    /// <summary>It answered what no witness answers: no valid cosignature of its own, or a status without sense.
    /// </summary>
    WrongAnswer,

    /// <summary>It cosigned a larger tree of this log than we offer: our checkpoint is old, or our log was set back.
    /// </summary>
    Ahead,

    /// <summary>It cosigned a tree of this log that is not the beginning of ours: the log has two histories.</summary>
    OtherHistory,
}

/// <summary>What asking one witness gave.</summary>
/// <param name="Cosignatures">Checked ones; empty unless it cosigned.</param>
/// <param name="Detail">For people: status, or what went wrong.</param>
/// <param name="Theirs">The checkpoint that the witness holds, where it differs and the log signed it.</param>
/// <param name="Evidence">Where there are two histories: the proof, for everybody to see.</param>
public sealed record WitnessReply(
    WitnessOutcome Outcome, ImmutableArray<NoteSignature> Cosignatures, string Detail,
    SignedNote? Theirs = null, SplitView? Evidence = null)
{
    internal static WitnessReply Of(WitnessOutcome outcome, string detail) => new(outcome, [], detail);
}
