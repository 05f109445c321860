using System.Diagnostics.CodeAnalysis;

namespace Musubi.Chip.Apdu;

/// <summary>One answer of a card (ISO/IEC 7816-4 §5.1): data, then the two status bytes.</summary>
/// <param name="Data">The answer's data, possibly empty.</param>
/// <param name="Status">The status word.</param>
public sealed record ResponseApdu(ReadOnlyMemory<byte> Data, StatusWord Status)
{
    /// <summary>The most data that an extended Le can ask for.</summary>
    public const int MaximumDataLength = CommandApdu.ExtendedNe;

    /// <summary>The answer's data, at most 65,536 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than 65,536 bytes.</exception>
    public ReadOnlyMemory<byte> Data { get; init; } = Data.Length <= MaximumDataLength
        ? Data
        : throw new ArgumentOutOfRangeException(nameof(Data), Data.Length, "An answer has at most 65,536 bytes.");

    /// <summary>An answer of a status alone.</summary>
    public ResponseApdu(StatusWord status)
        : this(ReadOnlyMemory<byte>.Empty, status) { }

    /// <summary>True for 9000.</summary>
    public bool IsSuccess => Status.IsSuccess;

    /// <summary>Data with 9000.</summary>
    public static ResponseApdu Success(ReadOnlyMemory<byte> data = default) => new(data, StatusWord.Success);

    /// <summary>Reads one answer.</summary>
    /// <exception cref="ApduException">Fewer than two bytes, or more than an answer can have.</exception>
    public static ResponseApdu Parse(ReadOnlySpan<byte> encoded) =>
        TryRead(encoded, out var response)
            ? response
            : throw new ApduException($"{encoded.Length} bytes are not a response APDU.");

    /// <summary>Reads one answer; false with fewer than two bytes or more than an answer can have.</summary>
    public static bool TryRead(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out ResponseApdu? response)
    {
        response = null;
        if (encoded.Length is < 2 or > MaximumDataLength + 2) return false;
        response = new ResponseApdu(encoded[..^2].ToArray(),
            new StatusWord((ushort)((encoded[^2] << 8) | encoded[^1])));
        return true;
    }

    /// <summary>The wire form: data, SW1, SW2.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Data.Length + 2];
        Data.CopyTo(bytes);
        (bytes[^2], bytes[^1]) = (Status.Sw1, Status.Sw2);
        return bytes;
    }

    /// <summary>Equal bytes and equal status.</summary>
    public bool Equals(ResponseApdu? other) =>
        other is not null && Status == other.Status && Data.Span.SequenceEqual(other.Data.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Status, Data.Length);

    /// <summary>Status and length only: the data may be personal.</summary>
    public override string ToString() => $"{Status} data={Data.Length}";
}
