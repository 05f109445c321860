using Musubi.Chip.Apdu;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications;

/// <summary>Class 08 on the card: opens a protected command and protects its answer.</summary>
/// <remarks>
/// A VERIFY or SELECT carries one object 86, a READ BINARY one object 96 of three bytes; anything else beside or
/// instead answers 6988 and ends the session, and so does a wrong number, which shows as wrong padding.
/// </remarks>
internal static class DeliveredKeyCard
{
    private const byte PlainClass = 0x00;
    private const int WantedLengthLength = 3;

    /// <summary>Answers one command; false when the session is over.</summary>
    public static bool Process(
        DeliveredKeySession session, CommandApdu wire, Func<CommandApdu, ResponseApdu> answerPlain,
        out ResponseApdu answer)
    {
        if (!TryOpen(session, wire, out var plain))
        {
            answer = new(StatusWord.SecureMessagingObjectIncorrect);
            return false;
        }

        answer = answerPlain(plain);
        if (!answer.Data.IsEmpty)
        {
            var protectedData =
                TlvWriter.Encode(DeliveredKeySession.CryptogramTag, session.Encrypt(answer.Data.Span));
            // A reader that allows too few bytes would get half a cryptogram.
            answer = protectedData.Length <= wire.Ne
                ? ResponseApdu.Success(protectedData)
                : new(StatusWord.WrongLength);
        }

        session.Advance();
        return true;
    }

    private static bool TryOpen(DeliveredKeySession session, CommandApdu wire, out CommandApdu plain)
    {
        plain = wire with { Cla = PlainClass, Data = default, Ne = null };
        if (!BerTlv.TryRead(wire.Data, out var only)) return false;
        var value = only.Value.Value.Span;
        if (wire.Ins == NumberCardInstructions.ReadBinary)
        {
            if (only.Value.Tag != DeliveredKeySession.WantedLengthTag || value.Length != WantedLengthLength)
                return false;
            var stated = (value[0] << 16) | (value[1] << 8) | value[2];
            if (stated > CommandApdu.ExtendedNe) return false;
            plain = plain with { Ne = stated == 0 ? CommandApdu.ExtendedNe : stated };
            return true;
        }

        if (wire.Ins is not (NumberCardInstructions.Verify or NumberCardInstructions.Select)) return false;
        if (only.Value.Tag != DeliveredKeySession.CryptogramTag) return false;
        if (session.TryDecrypt(value) is not { } opened) return false;
        plain = plain with { Data = opened };
        return true;
    }
}
