namespace Musubi.TransparencyLog.Proofs;

/// <summary>Whether a proof shows that an entry was logged.</summary>
public enum TlogProofVerdict
{
    /// <summary>The entry stands at the index, in a tree that the log signed and the quorum cosigned.</summary>
    Logged = 1,

    /// <summary>The hashes do not lead from this entry at this index to the root.</summary>
    NotIncluded,

    /// <summary>No log of the policy signed the checkpoint.</summary>
    UnknownLog,

    /// <summary>A signature of a log or witness of the policy fails.</summary>
    BadSignature,

    /// <summary>Too few witnesses cosigned the checkpoint.</summary>
    QuorumMissed,
}
