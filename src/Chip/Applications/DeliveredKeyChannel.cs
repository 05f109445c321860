using Musubi.Chip.Apdu;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications;

/// <summary>Class 08 on the reader's side: a skin that hides VERIFY, SELECT of files and READ BINARY.</summary>
/// <remarks>Other commands go through plain and uncounted. After one error the session is dead.</remarks>
internal sealed class DeliveredKeyChannel(ICardChannel inner, DeliveredKeySession session) : ICardChannel, IDisposable
{
    private const byte PlainClass = 0x00;
    private const byte ProtectedClass = 0x08;
    private const byte SelectByName = 0x04;
    private bool broken;

    /// <inheritdoc/>
    public async ValueTask<ResponseApdu> Transmit(CommandApdu command, CancellationToken cancel = default)
    {
        if (!IsHidden(command)) return await inner.Transmit(command, cancel);
        if (broken) throw new CardChannelException(CardChannelFault.SecureMessagingBroken);
        // Broken until the answer proves otherwise: after a lost answer the two ends count differently.
        broken = true;
        var answer = await inner.Transmit(Protect(command), cancel);
        if (IsSessionError(answer.Status)) throw new CardChannelException(CardChannelFault.SecureMessagingBroken);
        var plain = Open(answer);
        session.Advance();
        broken = false;
        return plain;
    }

    /// <summary>Zeroes the key. The card keeps its own until another application is selected.</summary>
    public void Dispose()
    {
        broken = true;
        session.Dispose();
    }

    private static bool IsHidden(CommandApdu command) => command.Cla == PlainClass && command.Ins switch
    {
        NumberCardInstructions.Verify => !command.Data.IsEmpty,
        NumberCardInstructions.Select => command.P1 != SelectByName,
        NumberCardInstructions.ReadBinary => true,
        _ => false,
    };

    private CommandApdu Protect(CommandApdu command)
    {
        if (command.Ins != NumberCardInstructions.ReadBinary)
        {
            var hidden = TlvWriter.Encode(DeliveredKeySession.CryptogramTag, session.Encrypt(command.Data.Span));
            return command with { Cla = ProtectedClass, Data = hidden };
        }

        var wanted = command.Ne ?? 0;
        byte[] length = [(byte)(wanted >> 16), (byte)((wanted >> 8) & 0xFF), (byte)(wanted & 0xFF)];
        return command with
        {
            Cla = ProtectedClass,
            Data = TlvWriter.Encode(DeliveredKeySession.WantedLengthTag, length),
            Ne = CommandApdu.ExtendedNe,
        };
    }

    private ResponseApdu Open(ResponseApdu answer)
    {
        if (answer.Data.IsEmpty) return answer;
        var opened = BerTlv.TryRead(answer.Data, out var only) && only.Value.Tag == DeliveredKeySession.CryptogramTag
            ? session.TryDecrypt(only.Value.Value.Span)
            : null;
        return opened is null
            ? throw new CardChannelException(CardChannelFault.SecureMessagingBroken)
            : ResponseApdu.Success(opened);
    }

    private static bool IsSessionError(StatusWord status) =>
        status == StatusWord.SecureMessagingObjectMissing || status == StatusWord.SecureMessagingObjectIncorrect
        || status == StatusWord.NoSecureSession || status == StatusWord.SecureMessagingNotSupported;
}
