using System.Security.Cryptography;
using System.Text;
using Musubi.Access;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>Names for people in receipts that only this instance can tie to a person.</summary>
/// <remarks>Whoever has the key can tell whose receipts are whose; it stays in the data folder, readable by the
/// operator alone.</remarks>
public sealed class Pseudonyms
{
    private const int KeyLength = 32;
    private const int NameLength = 16;
    private readonly byte[] key;

    private Pseudonyms(byte[] key) => this.key = key;

    public static Pseudonyms Open(string path)
    {
        if (!File.Exists(path)) SecretFile.Write(path, RandomNumberGenerator.GetBytes(KeyLength));
        var key = File.ReadAllBytes(path);
        return key.Length == KeyLength
            ? new Pseudonyms(key)
            : throw new InvalidDataException($"{path} does not hold a key of {KeyLength} bytes.");
    }

    /// <summary>32 hexadecimal digits, the same for every receipt of this person.</summary>
    public string Of(PersonId residence) =>
        Convert.ToHexStringLower(
            HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(residence.Stored)).AsSpan(0, NameLength));
}
