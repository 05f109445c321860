namespace Musubi.Chip.RestrictedIdentification;

/// <summary>What one sector knows a card by: a SHA-256, the same each time there and unlike that of any other
/// sector.</summary>
/// <remarks>The default value is no pseudonym and equals none but itself.</remarks>
public readonly struct CardPseudonym : IEquatable<CardPseudonym>
{
    /// <summary>Bytes of a pseudonym.</summary>
    public const int Length = 32;

    private readonly byte[]? bytes;

    private CardPseudonym(byte[] bytes) => this.bytes = bytes;

    /// <summary>The bytes; empty for the default value.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>From 32 bytes.</summary>
    /// <exception cref="ArgumentException">Another length.</exception>
    public static CardPseudonym Of(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        ? new(bytes.ToArray())
        : throw new ArgumentException("A pseudonym has 32 bytes.", nameof(bytes));

    /// <inheritdoc/>
    public bool Equals(CardPseudonym other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CardPseudonym other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => bytes is null ? 0 : BitConverter.ToInt32(bytes);

    /// <summary>Nothing of it: it recognises a person's card.</summary>
    public override string ToString() => nameof(CardPseudonym);

    /// <summary>Equal bytes.</summary>
    public static bool operator ==(CardPseudonym left, CardPseudonym right) => left.Equals(right);

    /// <summary>Other bytes.</summary>
    public static bool operator !=(CardPseudonym left, CardPseudonym right) => !left.Equals(right);
}
