using System.Buffers.Binary;
using Org.BouncyCastle.Crypto.Parameters;

namespace Musubi.TransparencyLog.Notes;

/// <summary>Checks the signatures of one key. Safe for many threads at once.</summary>
public sealed class NoteVerifier
{
    // The last second that a DateTimeOffset can say; a cosignature from after the year 9999 may be refused
    // (tlog-cosignature, Format: "verifiers MAY reject cosignatures with timestamps in the future").
    private static readonly long LastSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    private readonly MLDsaPublicKeyParameters? mlDsa;

    public NoteVerifier(NoteKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Key = key;
        if (key.Algorithm is NoteAlgorithm.MlDsa44)
            mlDsa = MlDsa44Signature.PublicKey(key.PublicKeyBytes);
    }

    public NoteKey Key { get; }

    /// <summary>Reads a vkey.</summary>
    /// <exception cref="NoteException">It is none.</exception>
    public static NoteVerifier Parse(string vkey) => new(NoteKey.Parse(vkey));

    /// <summary>The signature with its time, or null: it is not this key's, or does not hold for the text.</summary>
    public VerifiedSignature? Verify(string text, NoteSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        var bytes = signature.ByteArray;
        if (!signature.IsBy(Key) || bytes.Length != Key.Algorithm.SignatureLength())
            return null;
        var seconds = 0L;
        if (Key.Algorithm.HasTime())
        {
            seconds = BinaryPrimitives.ReadInt64BigEndian(bytes);
            bytes = bytes[sizeof(long)..];
        }
        if (seconds < 0 || seconds > LastSecond || CosignedMessage.Of(Key, text, seconds) is not { } message)
            return null;
        var holds = mlDsa is null
            ? Ed25519Signature.Verify(Key.PublicKeyBytes, message, bytes)
            : MlDsa44Signature.Verify(mlDsa, message, bytes);
        return holds ? new VerifiedSignature(Key, At(seconds)) : null;
    }

    private static DateTimeOffset? At(long seconds) =>
        seconds == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(seconds);
}
