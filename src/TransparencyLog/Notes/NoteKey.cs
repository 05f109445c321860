using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Musubi.TransparencyLog.Notes;

/// <summary>The first four bytes of SHA-256(name || 0x0A || type || public key): with the name it says which key made
/// a signature. It is short on purpose and proves nothing.</summary>
public readonly record struct KeyId(uint Value)
{
    public override string ToString() => Value.ToString("x8", CultureInfo.InvariantCulture);
}

/// <summary>A public key with its name: what C2SP signed-note writes as
/// <c>name+hex(key ID)+base64(type || public key)</c> and calls a vkey.</summary>
public sealed class NoteKey : IEquatable<NoteKey>
{
    private const int IdCharacters = 8;
    private readonly byte[] publicKey;

    /// <exception cref="NoteException">The bytes are no public key of this algorithm.</exception>
    public NoteKey(KeyName name, NoteAlgorithm algorithm, ReadOnlySpan<byte> publicKey)
    {
        if (publicKey.Length != algorithm.PublicKeyLength())
            throw new NoteException($"a key of type {algorithm} has {algorithm.PublicKeyLength()} bytes, "
                + $"not {publicKey.Length}");
        Name = name;
        Algorithm = algorithm;
        this.publicKey = publicKey.ToArray();
        if (algorithm is not NoteAlgorithm.MlDsa44 && !Ed25519Signature.IsKey(this.publicKey))
            throw new NoteException("the bytes are no Ed25519 key");
        Id = IdOf(name, algorithm, this.publicKey);
    }

    public KeyName Name { get; }

    public NoteAlgorithm Algorithm { get; }

    public KeyId Id { get; }

    /// <summary>The key as RFC 8032 (32 bytes) or FIPS 204 (1,312 bytes) encode it.</summary>
    public ReadOnlyMemory<byte> PublicKey => publicKey;

    /// <summary>Reads a vkey.</summary>
    /// <exception cref="NoteException">It is none, its type is not one of <see cref="NoteAlgorithm"/>, or its ID is not
    /// that of its key.</exception>
    public static NoteKey Parse(string vkey)
    {
        ArgumentNullException.ThrowIfNull(vkey);
        // A name holds no plus sign, base64 may: the first two split.
        var parts = vkey.Split('+', 3);
        if (parts.Length != 3 || KeyName.TryRead(parts[0]) is not { } name)
            throw new NoteException("a vkey is name+id+key");
        if (parts[1].Length != IdCharacters || !uint.TryParse(parts[1], NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture, out var id))
            throw new NoteException($"a key ID has {IdCharacters} hexadecimal digits");
        if (!NoteText.TryBase64(parts[2], 1 + MlDsa44Signature.PublicKeyLength, out var typed) || typed.Length == 0)
            throw new NoteException("the key of a vkey is not base64");
        if (NoteAlgorithms.Of(typed[0]) is not { } algorithm)
            throw new NoteException($"signature type 0x{typed[0]:x2} is none that we check");
        var key = new NoteKey(name, algorithm, typed.AsSpan(1));
        return key.Id == new KeyId(id)
            ? key
            : throw new NoteException($"key ID {parts[1]} is not {key.Id}, the ID of name and key");
    }

    /// <summary>Reads a vkey; false says that it is none.</summary>
    public static bool TryParse(string vkey, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NoteKey? key)
    {
        key = null;
        try
        {
            key = Parse(vkey);
            return true;
        }
        catch (NoteException)
        {
            return false;
        }
    }

    /// <summary>The vkey.</summary>
    public override string ToString() =>
        $"{Name}+{Id}+{Convert.ToBase64String([(byte)Algorithm, .. publicKey])}";

    public bool Equals(NoteKey? other) =>
        other is not null && Name == other.Name && Algorithm == other.Algorithm
        && publicKey.AsSpan().SequenceEqual(other.publicKey);

    public override bool Equals(object? obj) => Equals(obj as NoteKey);

    public override int GetHashCode() => HashCode.Combine(Name, Algorithm, Id);

    internal byte[] PublicKeyBytes => publicKey;

    internal static KeyId IdOf(KeyName name, NoteAlgorithm algorithm, ReadOnlySpan<byte> publicKey)
    {
        byte[] input = [.. NoteText.Utf8.GetBytes(name.Value), (byte)'\n', (byte)algorithm, .. publicKey];
        return new KeyId(BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(input)));
    }
}
