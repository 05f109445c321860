using Musubi.Chip.Apdu;

namespace Musubi.Chip.Applications;

/// <summary>READ BINARY of transparent files, the card's side of every application (ISO/IEC 7816-4 §11.3.3).</summary>
internal static class TransparentRead
{
    /// <summary>Protected, an answer to a short command has at most 256 bytes: 223 in plain leave room for the
    /// rest.</summary>
    private const int MaximumProtectedShort = 223;

    /// <summary>The short identifier in P1, or null when the current file is read.</summary>
    public static byte? ShortId(CommandApdu command) =>
        (command.P1 & 0xE0) == 0x80 ? (byte)(command.P1 & 0x1F) : null;

    /// <summary>The offset: P2 alone beside a short identifier, else P1 and P2.</summary>
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

    /// <summary>The whole answer where P1 and P2 alone say what is read.</summary>
    public static ResponseApdu Answer(ReadOnlyMemory<byte> file, CommandApdu command, bool isSecure)
    {
        if ((command.P1 & 0x80) != 0 && ShortId(command) is null) return new(StatusWord.WrongParameters);
        if (!command.Data.IsEmpty) return new(StatusWord.WrongLength);
        return Bytes(file, Offset(command), Wanted(command, isSecure));
    }
}
