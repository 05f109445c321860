using Musubi.Chip.Apdu;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications;

/// <summary>READ BINARY of transparent files, the card's side of every application (ISO/IEC 7816-4 §11.3.3, ICAO
/// 9303-10 §3.6.3).</summary>
/// <remarks>
/// B0 has the offset in P1 P2. B1, which eID and eMRTD take, has it in the data object 54, so that files may be longer
/// than 32,767 bytes; what it reads comes in the data object 53, and Le counts that object's tag and length too.
/// </remarks>
internal static class TransparentRead
{
    /// <summary>READ BINARY with the offset as a data object.</summary>
    public const byte Odd = 0xB1;

    /// <summary>Protected, an answer to a short command has at most 256 bytes: 223 in plain leave room for the
    /// rest.</summary>
    private const int MaximumProtectedShort = 223;

    private const uint OffsetTag = 0x54;
    private const uint ContentTag = 0x53;

    /// <summary>No file is as long as three bytes of offset reach.</summary>
    private const int MaximumOffsetLength = 3;

    private const byte ShortIdMask = 0x1F;

    /// <summary>The short identifier named, or null when the current file or one by its identifier is read.</summary>
    public static byte? ShortId(CommandApdu command)
    {
        if (command.Ins == Odd)
            return command is { P1: 0, P2: > 0 and < ShortIdMask } ? command.P2 : null;
        return (command.P1 & 0xE0) == 0x80 ? (byte)(command.P1 & ShortIdMask) : null;
    }

    /// <summary>The file identifier that B1 names in P1 P2, or null: B0 names none.</summary>
    public static int? FileId(CommandApdu command)
    {
        var named = (command.P1 << 8) | command.P2;
        return command.Ins == Odd && named != 0 && ShortId(command) is null ? named : null;
    }

    /// <summary>The offset of B0: P2 alone beside a short identifier, else P1 and P2.</summary>
    public static int Offset(CommandApdu command) =>
        (command.P1 & 0x80) != 0 ? command.P2 : (command.P1 << 8) | command.P2;

    /// <summary>How much the command may get; null when it asks for nothing.</summary>
    public static int? Wanted(CommandApdu command, bool isSecure) =>
        isSecure && !command.IsExtended && command.Ne > MaximumProtectedShort ? MaximumProtectedShort : command.Ne;

    /// <summary>Bytes of a file from an offset: as many as asked for, or as there are.</summary>
    public static ResponseApdu Bytes(ReadOnlyMemory<byte> file, int offset, int? ne)
    {
        if (ne is null) return new(StatusWord.WrongLength);
        if (offset >= file.Length) return new(StatusWord.OffsetOutsideFile);
        return ResponseApdu.Success(file.Slice(offset, Math.Min(ne.Value, file.Length - offset)));
    }

    /// <summary>The whole answer where the command alone says what is read.</summary>
    public static ResponseApdu Answer(ReadOnlyMemory<byte> file, CommandApdu command, bool isSecure)
    {
        var isOdd = command.Ins == Odd;
        if (!isOdd && (command.P1 & 0x80) != 0 && ShortId(command) is null) return new(StatusWord.WrongParameters);
        if (command.Data.IsEmpty == isOdd) return new(StatusWord.WrongLength);
        var wanted = Wanted(command, isSecure);
        return isOdd ? AnswerOdd(file, command.Data, wanted) : Bytes(file, Offset(command), wanted);
    }

    private static ResponseApdu AnswerOdd(ReadOnlyMemory<byte> file, ReadOnlyMemory<byte> data, int? wanted)
    {
        if (!BerTlv.TryRead(data, out var named) || named.Value.Tag != OffsetTag
            || named.Value.Value.Length > MaximumOffsetLength)
            return new(StatusWord.WrongData);
        var offset = 0;
        foreach (var part in named.Value.Value.Span) offset = (offset << 8) | part;
        var room = ContentWithin(wanted ?? 0);
        if (room <= 0) return new(StatusWord.WrongLength);
        var answer = Bytes(file, offset, room);
        return answer.IsSuccess ? ResponseApdu.Success(TlvWriter.Encode(ContentTag, answer.Data.Span)) : answer;
    }

    /// <summary>How much content an object of so many bytes in all can have.</summary>
    private static int ContentWithin(int all) => all switch
    {
        <= 2 + 0x7F => all - 2,
        <= 3 + 0xFF => Math.Max(all - 3, 0x7F),
        _ => Math.Max(all - 4, 0xFF),
    };
}
