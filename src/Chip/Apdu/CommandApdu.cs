using System.Buffers.Binary;

namespace Musubi.Chip.Apdu;

/// <summary>One command to a card (ISO/IEC 7816-4 §5.1): header, data and the number of bytes wanted back.</summary>
/// <remarks>
/// Whether the wire form is short or extended follows from the sizes: more than 255 data bytes or more than 256 wanted
/// bytes make it extended. Two commands are equal when they mean the same, however they were written.
/// </remarks>
/// <param name="Cla">Class byte: 00 plain, bit 10 chained, 0C secure messaging with authenticated header.</param>
/// <param name="Ins">Instruction byte.</param>
/// <param name="P1">First parameter.</param>
/// <param name="P2">Second parameter.</param>
/// <param name="Data">Command data, at most 65,535 bytes.</param>
/// <param name="Ne">Bytes wanted back: null none, 256 is a short Le of 00, 65,536 an extended Le of 0000.</param>
public sealed record CommandApdu(
    byte Cla, byte Ins, byte P1, byte P2, ReadOnlyMemory<byte> Data = default, int? Ne = null)
{
    /// <summary>The longest data field that an extended length can name.</summary>
    public const int MaximumDataLength = ushort.MaxValue;

    /// <summary>The most bytes that a short Le can ask for.</summary>
    public const int ShortNe = 256;

    /// <summary>The most bytes that an extended Le can ask for.</summary>
    public const int ExtendedNe = 65_536;

    /// <summary>Header, Lc of three bytes, data, Le of two bytes.</summary>
    public const int MaximumEncodedLength = HeaderLength + 3 + MaximumDataLength + 2;

    private const int HeaderLength = 4;

    /// <summary>Command data, at most 65,535 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than 65,535 bytes.</exception>
    public ReadOnlyMemory<byte> Data { get; init; } = Data.Length <= MaximumDataLength
        ? Data
        : throw new ArgumentOutOfRangeException(nameof(Data), Data.Length, "Command data has at most 65,535 bytes.");

    /// <summary>Bytes wanted back, 1 to 65,536, or null for none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 1 to 65,536.</exception>
    public int? Ne { get; init; } = Ne is null or (>= 1 and <= ExtendedNe)
        ? Ne
        : throw new ArgumentOutOfRangeException(nameof(Ne), Ne, "A command asks for 1 to 65,536 bytes.");

    /// <summary>True when the wire form needs extended length fields.</summary>
    public bool IsExtended => Data.Length > byte.MaxValue || Ne > ShortNe;

    /// <summary>Reads one command, short or extended.</summary>
    /// <exception cref="ApduException">The bytes are no command; see <see cref="TryRead"/>.</exception>
    public static CommandApdu Parse(ReadOnlySpan<byte> encoded) =>
        TryRead(encoded, out var command)
            ? command
            : throw new ApduException($"{encoded.Length} bytes are not a command APDU.");

    /// <summary>Reads one command, short or extended; false when length fields and length disagree.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> encoded, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CommandApdu? command)
    {
        command = null;
        if (encoded.Length is < HeaderLength or > MaximumEncodedLength) return false;
        if (!TryReadBody(encoded[HeaderLength..], out var data, out var ne)) return false;
        command = new CommandApdu(encoded[0], encoded[1], encoded[2], encoded[3], data, ne);
        return true;
    }

    /// <summary>The wire form: short where it fits, else extended.</summary>
    public byte[] ToBytes()
    {
        var lengthOfLc = Data.IsEmpty ? 0 : IsExtended ? 3 : 1;
        var lengthOfLe = Ne is null ? 0 : !IsExtended ? 1 : Data.IsEmpty ? 3 : 2;
        var bytes = new byte[HeaderLength + lengthOfLc + Data.Length + lengthOfLe];
        (bytes[0], bytes[1], bytes[2], bytes[3]) = (Cla, Ins, P1, P2);
        if (lengthOfLc == 1) bytes[4] = (byte)Data.Length;
        if (lengthOfLc == 3) BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(5), (ushort)Data.Length);
        Data.CopyTo(bytes.AsMemory(HeaderLength + lengthOfLc));
        if (lengthOfLe == 1) bytes[^1] = (byte)(Ne!.Value & 0xFF);
        if (lengthOfLe > 1) BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(^2..), (ushort)(Ne!.Value & 0xFFFF));
        return bytes;
    }

    /// <summary>Equal header, equal bytes, equal Ne.</summary>
    public bool Equals(CommandApdu? other) =>
        other is not null
        && (Cla, Ins, P1, P2, Ne) == (other.Cla, other.Ins, other.P1, other.P2, other.Ne)
        && Data.Span.SequenceEqual(other.Data.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Cla, Ins, P1, P2, Data.Length, Ne);

    /// <summary>Header and lengths only: the data may be a PIN.</summary>
    public override string ToString() => $"{Cla:X2} {Ins:X2} {P1:X2} {P2:X2} data={Data.Length} ne={Ne}";

    private static bool TryReadBody(ReadOnlySpan<byte> body, out byte[] data, out int? ne)
    {
        (data, ne) = ([], null);
        if (body.IsEmpty) return true;
        if (body.Length == 1)
        {
            ne = Short(body[0]);
            return true;
        }

        // A first byte of zero with more to come can only be an extended length: a short Lc is never zero.
        return body[0] == 0 ? TryReadExtended(body[1..], out data, out ne) : TryReadShort(body, out data, out ne);
    }

    private static bool TryReadShort(ReadOnlySpan<byte> body, out byte[] data, out int? ne)
    {
        (data, ne) = ([], null);
        int lc = body[0];
        var rest = body[1..];
        if (rest.Length != lc && rest.Length != lc + 1) return false;
        data = rest[..lc].ToArray();
        if (rest.Length > lc) ne = Short(rest[lc]);
        return true;
    }

    private static bool TryReadExtended(ReadOnlySpan<byte> body, out byte[] data, out int? ne)
    {
        (data, ne) = ([], null);
        if (body.Length < 2) return false;
        int first = BinaryPrimitives.ReadUInt16BigEndian(body);
        var rest = body[2..];
        if (rest.IsEmpty)
        {
            ne = Extended(first);
            return true;
        }

        if (first == 0 || (rest.Length != first && rest.Length != first + 2)) return false;
        data = rest[..first].ToArray();
        if (rest.Length > first) ne = Extended(BinaryPrimitives.ReadUInt16BigEndian(rest[first..]));
        return true;
    }

    private static int Short(byte le) => le == 0 ? ShortNe : le;

    private static int Extended(int le) => le == 0 ? ExtendedNe : le;
}
