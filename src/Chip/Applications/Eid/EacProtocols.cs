using Musubi.Chip.Apdu;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.TerminalAuthentication;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Applications.Eid;

/// <summary>The card's protocol commands: PACE, terminal and chip authentication, and care for the PIN.</summary>
internal sealed class EacProtocols(EacState state, CardSession session, ICardMemory memory)
{
    private const int PinLength = 6;
    private readonly TerminalAuthenticationChip terminal = new(state, session, memory);
    private readonly ChipAuthenticationChip chip = new(state, session);
    private PaceChip? pace;
    private bool expectsChipAgreement;

    /// <summary>Everything but GENERAL AUTHENTICATE.</summary>
    public ResponseApdu Process(CommandApdu command)
    {
        // Whatever is begun, an unfinished agreement is over: its steps follow each other at once.
        DropRuns();
        return (command.Ins, command.P1, command.P2) switch
        {
            (0x22, 0xC1, 0xA4) => BeginPace(command.Data),
            (0x22, 0x81, 0xB6) => terminal.SetIssuer(command.Data),
            (0x22, 0x81, 0xA4) => terminal.Announce(command.Data),
            (0x22, 0x41, 0xA4) => BeginChipAuthentication(command.Data),
            (0x2A, 0x00, 0xBE) => terminal.VerifyCertificate(command.Data),
            (0x84, 0x00, 0x00) => terminal.GiveChallenge(command.Ne),
            (0x82, 0x00, 0x00) => terminal.Authenticate(command.Data),
            (0x2C, 0x02, 0x03) => SetPin(command.Data),
            (0x2C, 0x03, 0x03) => UnblockPin(command.Data),
            (0x22 or 0x2A or 0x84 or 0x82 or 0x2C, _, _) => new(StatusWord.WrongParameters),
            _ => new(StatusWord.InstructionNotSupported),
        };
    }

    /// <summary>GENERAL AUTHENTICATE: the next step of what MSE:Set AT began.</summary>
    public ResponseApdu Advance(ReadOnlyMemory<byte> data)
    {
        if (!TryReadDynamic(data, out var inner))
        {
            DropRuns();
            return new(StatusWord.WrongData);
        }

        if (expectsChipAgreement)
        {
            expectsChipAgreement = false;
            return chip.Agree(inner);
        }

        if (pace is null) return new(StatusWord.ConditionsNotSatisfied);
        var answer = pace.ExpectsToken ? FinishPace(pace, inner) : pace.Advance(inner);
        if (!answer.IsSuccess) DropRuns();
        return answer;
    }

    /// <summary>Forgets runs that are not finished; what is proved is in the session.</summary>
    public void Forget()
    {
        DropRuns();
        terminal.Forget();
    }

    private ResponseApdu BeginPace(ReadOnlyMemory<byte> data)
    {
        if (!BerTlv.TryReadAll(data, out var level) || level.FindValue(0x80) is not { } oid
            || level.FindValue(0x83) is not { Length: 1 } reference)
            return new(StatusWord.WrongData);
        if (!oid.Span.SequenceEqual(state.Strength.Oid(EacOids.PaceEcdhGenericMapping)))
            return new(StatusWord.WrongData);
        // Some terminals leave the curve out (there is one); one that names another has another card in mind.
        if (level.FindValue(0x84) is { } id && !id.Span.SequenceEqual([(byte)state.ParametersId]))
            return new(StatusWord.ReferencedDataNotFound);
        if (reference.Span[0] is < 1 or > 4) return new(StatusWord.ReferencedDataNotFound);
        var kind = (PacePasswordKind)reference.Span[0];
        if (state.Stored(kind).Length == 0) return new(StatusWord.ReferencedDataNotFound);
        Chat? chat = null;
        if (level.Find(0x7F4C) is { } encoded
            && (!Chat.TryRead(encoded.Encoded, out chat) || !MayAsk(kind, chat)))
            return new(StatusWord.WrongData);

        if (kind == PacePasswordKind.Puk && state.PukUsesLeft == 0) return new(StatusWord.AuthenticationBlocked);
        if (kind == PacePasswordKind.Pin && !CanTryPin()) return new(StatusWord.Tries(state.PinTriesLeft));
        using var password = PacePassword.FromStored(kind, state.Stored(kind));
        pace = new PaceChip(new PaceVariant(state.Strength, state.Parameters), password, chat, state.Fresh);
        return new(kind == PacePasswordKind.Pin && state.PinTriesLeft < PinTries.Full
            ? StatusWord.Tries(state.PinTriesLeft)
            : StatusWord.Success);
    }

    /// <summary>
    /// Only authentication terminals have rights on this card, and they come with the holder's PIN or with the CAN: no
    /// inspection systems, no machine-readable zone as a password for them.
    /// </summary>
    private static bool MayAsk(PacePasswordKind kind, Chat chat) =>
        chat.Type == TerminalType.AuthenticationTerminal && kind is PacePasswordKind.Pin or PacePasswordKind.Can;

    /// <summary>With one try left the CAN must have opened this very channel: no stranger at a distance blocks a
    /// PIN.</summary>
    private bool CanTryPin() =>
        state.PinTriesLeft > PinTries.Suspended
        || (state.PinTriesLeft == PinTries.Suspended && session.Eac.Password == PacePasswordKind.Can);

    private ResponseApdu FinishPace(PaceChip run, TlvObject? token)
    {
        var isPin = run.Kind == PacePasswordKind.Pin;
        if (isPin)
        {
            // Counted and kept before the comparison: pulling the card at the right moment gives no free guess.
            state.PinTriesLeft--;
            memory.Persist();
        }

        if (!run.TryFinish(token, out var chipToken, out var channel))
            return new(isPin ? StatusWord.Tries(state.PinTriesLeft) : StatusWord.AuthenticationFailed);
        if (isPin)
        {
            state.PinTriesLeft = PinTries.Full;
            memory.Persist();
        }

        session.Begin(new EacSession { Password = run.Kind, Chat = run.Chat, ChipName = run.ChipName });
        session.OpenAfterAnswer(channel!);
        var names = run.Chat is null ? [] : state.Roots.ConvertAll(r => CvCertificate.Parse(r).Holder.ToBytes());
        DropRuns();
        return ResponseApdu.Success(TlvWriter.Encode(0x7C, w =>
        {
            w.Write(0x86, chipToken);
            for (var i = 0; i < names.Count; i++) w.Write(0x87u + (uint)i, names[i]);
        }));
    }

    private ResponseApdu BeginChipAuthentication(ReadOnlyMemory<byte> data)
    {
        var answer = chip.SetKey(data);
        expectsChipAgreement = answer.IsSuccess;
        return answer;
    }

    /// <summary>RESET RETRY COUNTER with a new PIN: by the holder alone, or by a terminal with PIN
    /// management.</summary>
    private ResponseApdu SetPin(ReadOnlyMemory<byte> pin)
    {
        if (!session.IsSecure || !(session.Eac.IsHolderAlone || MayManagePin()))
            return new(StatusWord.SecurityStatusNotSatisfied);
        if (pin.Length != PinLength || pin.Span.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
            return new(StatusWord.WrongData);
        state.Pin = pin.ToArray();
        state.PinTriesLeft = PinTries.Full;
        memory.Persist();
        return ResponseApdu.Success();
    }

    /// <summary>RESET RETRY COUNTER without data: after PACE with the PUK, or with PIN management.</summary>
    private ResponseApdu UnblockPin(ReadOnlyMemory<byte> data)
    {
        var byPuk = session.Eac.Password == PacePasswordKind.Puk;
        if (!session.IsSecure || !(byPuk || MayManagePin())) return new(StatusWord.SecurityStatusNotSatisfied);
        if (!data.IsEmpty) return new(StatusWord.WrongLength);
        if (byPuk && state.PukUsesLeft == 0) return new(StatusWord.AuthenticationBlocked);
        if (byPuk) state.PukUsesLeft--;
        state.PinTriesLeft = PinTries.Full;
        memory.Persist();
        return ResponseApdu.Success();
    }

    private bool MayManagePin() => session.Eac.Rights.HasFlag(EidRights.PinManagement);

    private void DropRuns()
    {
        pace?.Dispose();
        pace = null;
        expectsChipAgreement = false;
    }

    private static bool TryReadDynamic(ReadOnlyMemory<byte> data, out TlvObject? inner)
    {
        inner = null;
        if (!BerTlv.TryRead(data, out var dynamic) || dynamic.Value.Tag != 0x7C
            || !dynamic.Value.TryChildren(out var level) || level.Length > 1)
            return false;
        if (level.Length == 1) inner = level[0];
        return true;
    }
}
