using System.Buffers.Text;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;

namespace Musubi.TransparencyLog.Notes;

/// <summary>A private key that signs notes. It owns its seed and zeroes it; safe for many threads until disposed.
/// Secret text form, Go's <c>sumdb/note</c>: <c>PRIVATE+KEY+name+hex(key ID)+base64(type || seed)</c>.</summary>
public sealed class NoteSigner : IDisposable
{
    private const string SecretPrefix = "PRIVATE+KEY+";
    private const int IdCharacters = 8;

    // Longest secret key: prefix, name, ID, 44 characters of base64, two plus signs, perhaps a newline.
    private const int MostSecretBytes = 12 + KeyName.MostBytes + IdCharacters + 44 + 3;

    private readonly byte[] seed;

    // The expanded key stays in BouncyCastle's object until it is collected: there is no way to zero it.
    private readonly MLDsaPrivateKeyParameters? mlDsa;
    private bool disposed;

    private NoteSigner(KeyName name, NoteAlgorithm algorithm, byte[] seed)
    {
        this.seed = seed;
        if (algorithm is NoteAlgorithm.MlDsa44)
            mlDsa = MlDsa44Signature.PrivateKey(seed);
        Key = new NoteKey(name, algorithm, mlDsa?.GetPublicKeyEncoded() ?? Ed25519Signature.PublicKey(seed));
    }

    /// <summary>The public half.</summary>
    public NoteKey Key { get; }

    /// <summary>A new key.</summary>
    public static NoteSigner Generate(KeyName name, NoteAlgorithm algorithm) =>
        new(name, algorithm, RandomNumberGenerator.GetBytes(NoteAlgorithms.SeedLength));

    /// <summary>The key of a seed: 32 secret bytes (RFC 8032 §5.1.5, FIPS 204 §5.1).</summary>
    public static NoteSigner FromSeed(KeyName name, NoteAlgorithm algorithm, ReadOnlySpan<byte> seed) =>
        seed.Length == NoteAlgorithms.SeedLength
            ? new NoteSigner(name, algorithm, seed.ToArray())
            : throw new ArgumentException($"a seed has {NoteAlgorithms.SeedLength} bytes", nameof(seed));

    /// <summary>Reads a secret key's text; one newline may follow it.</summary>
    /// <exception cref="NoteException">It is none, or its ID is not that of its key. The message holds no secret.
    /// </exception>
    public static NoteSigner Parse(ReadOnlySpan<byte> secret)
    {
        if (secret is [.., (byte)'\n'])
            secret = secret[..^1];
        var text = secret.Length <= MostSecretBytes && secret.StartsWith("PRIVATE+KEY+"u8)
            ? secret[SecretPrefix.Length..]
            : throw new NoteException("a secret key begins with PRIVATE+KEY+");
        var first = text.IndexOf((byte)'+');
        var second = first < 0 ? -1 : first + 1 + text[(first + 1)..].IndexOf((byte)'+');
        if (second <= first || KeyName.TryRead(NoteText.Read(text[..first]) ?? "") is not { } name)
            throw new NoteException("a secret key is PRIVATE+KEY+name+id+key");
        Span<byte> typed = stackalloc byte[MostSecretBytes];
        try
        {
            if (Base64.DecodeFromUtf8(text[(second + 1)..], typed, out _, out var length) is not
                    System.Buffers.OperationStatus.Done
                || length != 1 + NoteAlgorithms.SeedLength || NoteAlgorithms.Of(typed[0]) is not { } algorithm)
                throw new NoteException("the key of a secret key is not base64 of a type that we sign with and a seed");
            var signer = FromSeed(name, algorithm, typed[1..length]);
            if (text[(first + 1)..second].SequenceEqual(NoteText.Utf8.GetBytes(signer.Key.Id.ToString())))
                return signer;
            signer.Dispose();
            throw new NoteException("the key ID is not that of name and key");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(typed);
        }
    }

    /// <summary>The secret key's text in UTF-8, without a newline: the caller owns it and zeroes it.</summary>
    public byte[] WriteSecret()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var head = NoteText.Utf8.GetBytes($"{SecretPrefix}{Key.Name}+{Key.Id}+");
        Span<byte> typed = [(byte)Key.Algorithm, .. seed];
        var secret = new byte[head.Length + Base64.GetMaxEncodedToUtf8Length(typed.Length)];
        head.CopyTo(secret, 0);
        Base64.EncodeToUtf8(typed, secret.AsSpan(head.Length), out _, out _);
        CryptographicOperations.ZeroMemory(typed);
        return secret;
    }

    /// <summary>Signs a note's text.</summary>
    /// <param name="text">With its final newline; a checkpoint's for <see cref="NoteAlgorithm.MlDsa44"/>.</param>
    /// <param name="now">The time that the signature carries, where it carries one.</param>
    /// <exception cref="ArgumentException">This key signs checkpoints only, and the text is none.</exception>
    public NoteSignature Sign(string text, DateTimeOffset now)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var seconds = now.ToUnixTimeSeconds();
        if (Key.Algorithm.HasTime())
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(seconds, nameof(now));
        var message = CosignedMessage.Of(Key, text, seconds)
            ?? throw new ArgumentException("this key signs checkpoints only", nameof(text));
        var signature = mlDsa is null
            ? Ed25519Signature.Sign(seed, Key.PublicKeyBytes, message)
            : MlDsa44Signature.Sign(mlDsa, message);
        return new NoteSignature(Key.Name, Key.Id,
            Key.Algorithm.HasTime() ? [.. CosignedMessage.BigEndian(seconds), .. signature] : signature);
    }

    public void Dispose()
    {
        disposed = true;
        CryptographicOperations.ZeroMemory(seed);
    }
}
