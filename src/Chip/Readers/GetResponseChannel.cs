using System.Buffers;
using Musubi.Chip.Apdu;

namespace Musubi.Chip.Readers;

/// <summary>
/// Follows up what a card answers for its transmission protocol's sake (ISO/IEC 7816-3 §12.2.1, 7816-4 §5.3.4):
/// <c>61xx</c> more bytes wait for GET RESPONSE, <c>6Cxx</c> the same command with this Le.
/// </summary>
internal sealed class GetResponseChannel(ICardChannel inner) : ICardChannel
{
    private const byte GetResponse = 0xC0;
    private const byte MoreBytes = 0x61;
    private const byte WrongLe = 0x6C;
    private const byte ProprietaryClass = 0x80;

    /// <summary>Class bits that say which logical channel is meant.</summary>
    private const byte ChannelBits = 0x03;

    /// <summary>The longest answer, in pieces of 256 bytes; a card that always has more is not listened to.</summary>
    private const int MostPieces = ResponseApdu.MaximumDataLength / CommandApdu.ShortNe;

    /// <inheritdoc/>
    public async ValueTask<ResponseApdu> Transmit(CommandApdu command, CancellationToken cancel = default)
    {
        var answer = await inner.Transmit(command, cancel);
        if (answer.Status.Sw1 == WrongLe && answer.Data.IsEmpty)
            answer = await inner.Transmit(command with { Ne = Wanted(answer.Status) }, cancel);
        return answer.Status.Sw1 == MoreBytes ? await Collect(command, answer, cancel) : answer;
    }

    private async ValueTask<ResponseApdu> Collect(CommandApdu command, ResponseApdu first, CancellationToken cancel)
    {
        var data = new ArrayBufferWriter<byte>();
        data.Write(first.Data.Span);
        var status = first.Status;
        var cla = (command.Cla & ProprietaryClass) == 0 ? (byte)(command.Cla & ChannelBits) : (byte)0;
        for (var piece = 0; status.Sw1 == MoreBytes; piece++)
        {
            if (piece == MostPieces) throw new CardChannelException(CardChannelFault.Timeout);
            var more = await inner.Transmit(new(cla, GetResponse, 0, 0, Ne: Wanted(status)), cancel);
            if (data.WrittenCount + more.Data.Length > ResponseApdu.MaximumDataLength)
                throw new CardChannelException(CardChannelFault.Timeout);
            data.Write(more.Data.Span);
            status = more.Status;
        }
        return new(data.WrittenSpan.ToArray(), status);
    }

    /// <summary>SW2 of 61xx and 6Cxx: 00 means 256.</summary>
    private static int Wanted(StatusWord status) => status.Sw2 == 0 ? CommandApdu.ShortNe : status.Sw2;
}
