namespace Musubi.TransparencyLog.Notes;

/// <summary>Signature types of C2SP signed-note that we make and check; the value is the type's identifier byte.
/// </summary>
public enum NoteAlgorithm
{
    /// <summary>Ed25519 over the text (signed-note).</summary>
    Ed25519 = 0x01,

    /// <summary>Ed25519 over a time and the text: a witness' cosignature (tlog-cosignature).</summary>
    Ed25519Cosignature = 0x04,

    /// <summary>ML-DSA-44 over name, time, origin, size and root: of a witness or a log (tlog-cosignature).</summary>
    MlDsa44 = 0x06,
}

internal static class NoteAlgorithms
{
    /// <summary>Bytes of every secret seed: RFC 8032 §5.1.5 and FIPS 204 §5.1.</summary>
    public const int SeedLength = 32;

    private const int TimeLength = 8;

    /// <summary>The algorithm of an identifier byte, or null: none of ours.</summary>
    public static NoteAlgorithm? Of(byte identifier) =>
        Enum.IsDefined((NoteAlgorithm)identifier) ? (NoteAlgorithm)identifier : null;

    public static int PublicKeyLength(this NoteAlgorithm algorithm) => algorithm switch
    {
        NoteAlgorithm.Ed25519 or NoteAlgorithm.Ed25519Cosignature => Ed25519Signature.PublicKeyLength,
        NoteAlgorithm.MlDsa44 => MlDsa44Signature.PublicKeyLength,
    };

    /// <summary>Bytes after the key ID in a signature line, with the time where there is one.</summary>
    public static int SignatureLength(this NoteAlgorithm algorithm) => algorithm switch
    {
        NoteAlgorithm.Ed25519 => Ed25519Signature.Length,
        NoteAlgorithm.Ed25519Cosignature => TimeLength + Ed25519Signature.Length,
        NoteAlgorithm.MlDsa44 => TimeLength + MlDsa44Signature.Length,
    };

    public static bool HasTime(this NoteAlgorithm algorithm) => algorithm switch
    {
        NoteAlgorithm.Ed25519 => false,
        NoteAlgorithm.Ed25519Cosignature or NoteAlgorithm.MlDsa44 => true,
    };
}
