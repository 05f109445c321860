namespace Musubi.TransparencyLog.Witnesses;

/// <summary>Why a witness does not cosign (C2SP tlog-witness, add-checkpoint).</summary>
public enum WitnessRefusal
{
    /// <summary>400: the body is no add-checkpoint request.</summary>
    Malformed = 1,

    /// <summary>404: no log of this origin is served.</summary>
    UnknownOrigin,

    /// <summary>403: no key that we trust for this log signed it, or a signature of one fails.</summary>
    NotSigned,

    /// <summary>400: the old size is above the new one.</summary>
    OldAboveNew,

    /// <summary>409: the old size is not that of the last cosigned checkpoint; the answer says which is.</summary>
    Stale,

    /// <summary>422: the proof does not lead from the tree that we know to this one.</summary>
    WrongProof,

    /// <summary>422: another root for the size that we cosigned: the two checkpoints prove a split view.</summary>
    OtherRoot,

    /// <summary>500: the disk did not take the new state, so nothing is cosigned until the witness is opened again.
    /// </summary>
    CannotRemember,
}

internal static class WitnessRefusals
{
    public static int Status(this WitnessRefusal refusal) => refusal switch
    {
        WitnessRefusal.Malformed or WitnessRefusal.OldAboveNew => 400,
        WitnessRefusal.NotSigned => 403,
        WitnessRefusal.UnknownOrigin => 404,
        WitnessRefusal.Stale => 409,
        WitnessRefusal.WrongProof or WitnessRefusal.OtherRoot => 422,
        WitnessRefusal.CannotRemember => 500,
    };

    public static string Sentence(this WitnessRefusal refusal) => refusal switch
    {
        WitnessRefusal.Malformed => "The body is no add-checkpoint request.",
        WitnessRefusal.OldAboveNew => "The old size is above the size of the checkpoint.",
        WitnessRefusal.NotSigned => "No trusted key of this log signed the checkpoint, or one's signature fails.",
        WitnessRefusal.UnknownOrigin => "No log of this origin is served here.",
        WitnessRefusal.Stale => "The old size is not that of the last cosigned checkpoint.",
        WitnessRefusal.WrongProof => "The proof does not lead from the last cosigned checkpoint to this one.",
        WitnessRefusal.OtherRoot => "Another root was cosigned for this size: the log shows two histories.",
        WitnessRefusal.CannotRemember => "The witness could not write down its state and cosigns nothing.",
    };
}
