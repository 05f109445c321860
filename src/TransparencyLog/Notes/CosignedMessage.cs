using System.Buffers.Binary;
using Musubi.TransparencyLog.Merkle;

namespace Musubi.TransparencyLog.Notes;

/// <summary>The bytes that each kind of signature covers.</summary>
internal static class CosignedMessage
{
    // tlog-cosignature, ML-DSA-44 signed message: label[12], with the newline and the zero in it.
    private static ReadOnlySpan<byte> SubtreeLabel => "subtree/v1\n\0"u8;

    /// <summary>What <paramref name="key"/> signs at <paramref name="unixSeconds"/> for a note's text, or null: the key
    /// signs checkpoints only and the text is none.</summary>
    public static byte[]? Of(NoteKey key, string text, long unixSeconds) => key.Algorithm switch
    {
        NoteAlgorithm.Ed25519 => NoteText.Utf8.GetBytes(text),
        NoteAlgorithm.Ed25519Cosignature =>
            NoteText.Utf8.GetBytes($"cosignature/v1\ntime {NoteText.Number(unixSeconds)}\n{text}"),
        NoteAlgorithm.MlDsa44 =>
            Checkpoint.TryParse(text, out var tree) ? Subtree(key.Name, unixSeconds, tree) : null,
    };

    private static byte[] Subtree(KeyName cosigner, long unixSeconds, Checkpoint tree) =>
    [
        .. SubtreeLabel,
        .. Short(cosigner.Value),
        .. BigEndian(unixSeconds),
        .. Short(tree.Origin.Value),
        .. BigEndian(0), // start: a checkpoint is the subtree that begins with the first leaf
        .. BigEndian(tree.Size),
        .. tree.Root.Span,
    ];

    // opaque <1..2^8-1>: KeyName and LogOrigin hold no longer ones.
    private static byte[] Short(string text)
    {
        var bytes = NoteText.Utf8.GetBytes(text);
        return [(byte)bytes.Length, .. bytes];
    }

    public static byte[] BigEndian(long number)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }
}
