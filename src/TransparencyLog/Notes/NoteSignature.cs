using System.Buffers.Binary;

namespace Musubi.TransparencyLog.Notes;

/// <summary>One signature line of a note: <c>— name base64(key ID || signature)</c>. Nothing is checked yet.</summary>
public sealed class NoteSignature
{
    /// <summary>Most bytes after the key ID: room for the largest signatures known ("nearly 5kB").</summary>
    public const int MostBytes = 8_192;

    internal const string Dash = "— ";
    private const int IdLength = 4;
    private readonly byte[] bytes;

    internal NoteSignature(KeyName name, KeyId key, byte[] bytes)
    {
        Name = name;
        Key = key;
        this.bytes = bytes;
    }

    public KeyName Name { get; }

    public KeyId Key { get; }

    /// <summary>What follows the key ID: a time first, where the algorithm has one.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>Reads a line without its newline.</summary>
    /// <exception cref="NoteException">It is no signature line.</exception>
    public static NoteSignature Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (!line.StartsWith(Dash, StringComparison.Ordinal))
            throw new NoteException("a signature line begins with an em dash and a space");
        var parts = line[Dash.Length..].Split(' ', 2);
        if (parts.Length != 2 || KeyName.TryRead(parts[0]) is not { } name)
            throw new NoteException("a signature line is a dash, a key name and a signature");
        if (!NoteText.TryBase64(parts[1], IdLength + MostBytes, out var signature) || signature.Length <= IdLength)
            throw new NoteException($"the signature of {name} is not base64 of {IdLength + 1} to "
                + $"{IdLength + MostBytes} bytes");
        var id = new KeyId(BinaryPrimitives.ReadUInt32BigEndian(signature));
        return new NoteSignature(name, id, signature[IdLength..]);
    }

    /// <summary>The line, without its newline.</summary>
    public override string ToString()
    {
        var signature = new byte[IdLength + bytes.Length];
        BinaryPrimitives.WriteUInt32BigEndian(signature, Key.Value);
        bytes.CopyTo(signature, IdLength);
        return $"{Dash}{Name} {Convert.ToBase64String(signature)}";
    }

    internal bool IsBy(NoteKey key) => Key == key.Id && Name == key.Name;

    internal byte[] ByteArray => bytes;
}
