using System.Buffers;
using Musubi.Chip.Apdu;
using Musubi.Chip.Tlv;

namespace Musubi.Chip;

/// <summary>Reads whole transparent files, whatever names them (ISO/IEC 7816-4 §11.3).</summary>
internal static class TransparentFile
{
    /// <summary>EF.CardAccess in the master file.</summary>
    public const byte CardAccess = 0x1C;

    /// <summary>EF.CardSecurity in the master file.</summary>
    public const byte CardSecurity = 0x1D;

    /// <summary>EF.ChipSecurity in the master file, for privileged terminals.</summary>
    public const byte ChipSecurity = 0x1B;

    /// <summary>Photographs of the best quality stay below: what gives more is no file of a card.</summary>
    public const int MaximumLength = 1 << 18;

    /// <summary>Where offsets of READ BINARY B0 end; behind it is B1's.</summary>
    private const int MaximumShortOffset = 0x7FFF;

    private static readonly byte[] MasterFile = [0x3F, 0x00];

    /// <summary>One short answer: 256 bytes asked, at most 223 come through secure messaging.</summary>
    private const int Chunk = 256;

    private const byte ReadBinary = 0xB0;
    private const byte ReadBinaryOdd = 0xB1;
    private const uint OffsetTag = 0x54;
    private const uint ContentTag = 0x53;

    /// <summary>EF.CardAccess; null when the card has none or it is none.</summary>
    public static async ValueTask<SecurityInfos?> ReadCardAccess(ICardChannel channel, CancellationToken cancel)
    {
        // Another application may be selected from before; a card that refuses this has the master file current anyway.
        await channel.Transmit(new CommandApdu(0x00, 0xA4, 0x00, 0x0C, MasterFile), cancel);
        var (_, content) = await Read(channel, CardAccess, cancel);
        return content is { } bytes && SecurityInfos.TryRead(bytes, out var infos) ? infos : null;
    }

    /// <summary>Reads the object in a file by its short identifier; without content the status says why not.</summary>
    public static ValueTask<(StatusWord Status, ReadOnlyMemory<byte>? Content)> Read(
        ICardChannel channel, byte shortId, CancellationToken cancel) =>
        // The first read selects the file by its short identifier, the others continue in the current file.
        Read(channel, new CommandApdu(0x00, ReadBinary, (byte)(0x80 | shortId), 0x00, Ne: Chunk), IsObject, cancel);

    /// <summary>Reads the whole file that is current, with whatever fills it up behind its object.</summary>
    public static ValueTask<(StatusWord Status, ReadOnlyMemory<byte>? Content)> ReadCurrent(
        ICardChannel channel, CancellationToken cancel) =>
        Read(channel, At(0), static _ => false, cancel);

    private static async ValueTask<(StatusWord Status, ReadOnlyMemory<byte>? Content)> Read(
        ICardChannel channel, CommandApdu first, Func<ReadOnlySpan<byte>, bool> isWhole, CancellationToken cancel)
    {
        var content = new ArrayBufferWriter<byte>();
        while (content.WrittenCount <= MaximumLength)
        {
            var offset = content.WrittenCount;
            var answer = await channel.Transmit(offset == 0 ? first : At(offset), cancel);
            if (answer.IsSuccess && offset > MaximumShortOffset)
            {
                if (!BerTlv.TryRead(answer.Data, out var inner) || inner.Value.Tag != ContentTag)
                    return (StatusWord.WrongData, null);
                answer = answer with { Data = inner.Value.Value };
            }

            var atEnd = answer.Status == StatusWord.OffsetOutsideFile || answer.Status == StatusWord.EndOfFile;
            if (!answer.IsSuccess && !(atEnd && offset + answer.Data.Length > 0)) return (answer.Status, null);
            content.Write(answer.Data.Span);
            // A short answer is the end only where nothing caps answers; asking once more is cheap and always right.
            if (atEnd || answer.Data.IsEmpty || isWhole(content.WrittenSpan))
                return (StatusWord.Success, content.WrittenSpan.ToArray());
        }

        return (StatusWord.OffsetOutsideFile, null);
    }

    private static CommandApdu At(int offset) => offset <= MaximumShortOffset
        ? new(0x00, ReadBinary, (byte)(offset >> 8), (byte)(offset & 0xFF), Ne: Chunk)
        : new(0x00, ReadBinaryOdd, 0, 0, TlvWriter.Encode(
            OffsetTag, (byte[])[(byte)(offset >> 16), (byte)(offset >> 8 & 0xFF), (byte)(offset & 0xFF)]), Chunk);

    /// <summary>Files that are one BER-TLV object say by its length when to stop, one command early.</summary>
    private static bool IsObject(ReadOnlySpan<byte> read) =>
        BerTlv.EncodedLength(read) is { } length && read.Length >= length;
}
