using System.Buffers;
using Musubi.Chip.Apdu;

namespace Musubi.Chip;

/// <summary>Reads whole transparent files by their short identifier (ISO/IEC 7816-4 §11.3).</summary>
internal static class TransparentFile
{
    /// <summary>EF.CardAccess in the master file.</summary>
    public const byte CardAccess = 0x1C;

    /// <summary>EF.CardSecurity in the master file.</summary>
    public const byte CardSecurity = 0x1D;

    /// <summary>Photographs and signed files stay far below; the offset of READ BINARY ends here.</summary>
    public const int MaximumLength = 0x7FFF;

    private static readonly byte[] MasterFile = [0x3F, 0x00];

    /// <summary>One short answer: 256 bytes asked, at most 223 come through secure messaging.</summary>
    private const int Chunk = 256;

    /// <summary>EF.CardAccess; null when the card has none or it is none.</summary>
    public static async ValueTask<SecurityInfos?> ReadCardAccess(ICardChannel channel, CancellationToken cancel)
    {
        // Another application may be selected from before; a card that refuses this has the master file current anyway.
        await channel.Transmit(new CommandApdu(0x00, 0xA4, 0x00, 0x0C, MasterFile), cancel);
        var (_, content) = await Read(channel, CardAccess, cancel);
        return content is { } bytes && SecurityInfos.TryRead(bytes, out var infos) ? infos : null;
    }

    /// <summary>Reads to the end; without content the status says why not.</summary>
    public static async ValueTask<(StatusWord Status, ReadOnlyMemory<byte>? Content)> Read(
        ICardChannel channel, byte shortId, CancellationToken cancel)
    {
        var content = new ArrayBufferWriter<byte>();
        while (content.WrittenCount <= MaximumLength)
        {
            var offset = content.WrittenCount;
            // The first read selects the file by its short identifier, the others continue in the current file.
            var command = offset == 0
                ? new CommandApdu(0x00, 0xB0, (byte)(0x80 | shortId), 0x00, Ne: Chunk)
                : new CommandApdu(0x00, 0xB0, (byte)(offset >> 8), (byte)(offset & 0xFF), Ne: Chunk);
            var answer = await channel.Transmit(command, cancel);
            var atEnd = answer.Status == StatusWord.OffsetOutsideFile || answer.Status == StatusWord.EndOfFile;
            if (!answer.IsSuccess && !(atEnd && offset > 0)) return (answer.Status, null);
            content.Write(answer.Data.Span);
            if (atEnd || answer.Data.IsEmpty || IsComplete(content.WrittenSpan))
                return (StatusWord.Success, content.WrittenSpan.ToArray());
        }

        return (StatusWord.OffsetOutsideFile, null);
    }

    /// <summary>All our files are one BER-TLV object, so its length says when to stop, one command early.</summary>
    private static bool IsComplete(ReadOnlySpan<byte> read) =>
        Tlv.BerTlv.EncodedLength(read) is { } length && read.Length >= length;
}
