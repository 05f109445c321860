namespace Musubi.TransparencyLog.Policies;

/// <summary>Whether a policy takes a checkpoint.</summary>
public enum PolicyVerdict
{
    /// <summary>A listed log signed it and the quorum cosigned it.</summary>
    Accepted = 1,

    /// <summary>No listed log of this origin signed it.</summary>
    UnknownLog,

    /// <summary>A signature that names a listed log or witness does not hold.</summary>
    BadSignature,

    /// <summary>The log signed, but too few witnesses cosigned.</summary>
    QuorumMissed,

    /// <summary>The note is signed and is no checkpoint.</summary>
    NoCheckpoint,
}
