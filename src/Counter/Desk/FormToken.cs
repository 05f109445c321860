using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace Musubi.Counter;

/// <summary>What a form of an act carries: which version of the act it was drawn from, and a number used once.
/// Two tabs on one act hold the same version and different numbers; a form sent twice holds the same number.</summary>
public sealed record FormToken
{
    private const int NonceLength = 16;

    private FormToken(int version, string nonce) => (Version, Nonce) = (version, nonce);

    /// <summary>Counts the steps taken on the act, from 1.</summary>
    public int Version { get; }

    /// <summary>32 hexadecimal digits.</summary>
    public string Nonce { get; }

    public static FormToken For(int version) =>
        new(version, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NonceLength)));

    public static bool TryParse(string? text, [NotNullWhen(true)] out FormToken? token)
    {
        token = null;
        var dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (dot < 1 || text!.Length - dot - 1 != 2 * NonceLength) return false;
        if (!int.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            return false;
        if (text.AsSpan(dot + 1).ContainsAnyExcept("0123456789abcdef")) return false;
        token = new FormToken(version, text[(dot + 1)..]);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Version}.{Nonce}");
}
