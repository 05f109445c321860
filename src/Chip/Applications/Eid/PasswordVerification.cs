using Musubi.Chip.Apdu;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Applications.Eid;

/// <summary>PACE on the card with its passwords and their counters (TR-03110-2 §2.2 and §2.3.2, TR-03110-3
/// §B.1).</summary>
/// <remarks>
/// MRZ and CAN are static and never block. The PIN has three tries: at one left it is suspended until the CAN opened
/// the channel it is given in, at none it is blocked; it may also be switched off. The PUK never blocks: ten digits are
/// not guessed one PACE at a time.
/// </remarks>
internal sealed class PasswordVerification(EacState state, CardSession session, ICardMemory memory)
{
    private PaceChip? run;
    private StatusWord? unusable;

    /// <summary>MSE:Set AT: selects a password, says how it stands, and begins.</summary>
    public ResponseApdu Begin(ReadOnlyMemory<byte> data)
    {
        Drop();
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

        unusable = kind == PacePasswordKind.Pin ? Obstacle() : null;
        if (unusable is null) Start(kind, chat);
        return new(kind == PacePasswordKind.Pin ? HowThePinStands() : StatusWord.Success);
    }

    /// <summary>GENERAL AUTHENTICATE: the next of the four steps.</summary>
    public ResponseApdu Advance(TlvObject? data)
    {
        // The state was told at MSE:Set AT as a warning; here it becomes the refusal (TR-03110-3 §B.14.2).
        if (unusable is { } refusal)
        {
            Drop();
            return new(refusal);
        }

        if (run is null) return new(StatusWord.ConditionsNotSatisfied);
        var answer = run.ExpectsToken ? Finish(run, data) : run.Advance(data);
        if (!answer.IsSuccess) Drop();
        return answer;
    }

    /// <summary>Forgets a run that is not finished.</summary>
    public void Drop()
    {
        run?.Dispose();
        (run, unusable) = (null, null);
    }

    /// <summary>
    /// Only authentication terminals have rights on this card, and they come with the holder's PIN or with the CAN: no
    /// inspection systems, no machine-readable zone as a password for them.
    /// </summary>
    private static bool MayAsk(PacePasswordKind kind, Chat chat) =>
        chat.Type == TerminalType.AuthenticationTerminal && kind is PacePasswordKind.Pin or PacePasswordKind.Can;

    /// <summary>Why the PIN cannot be tried now; null when it can.</summary>
    private StatusWord? Obstacle()
    {
        if (!state.PinIsActive) return StatusWord.ReferenceDataNotUsable;
        if (state.PinTriesLeft == 0) return StatusWord.AuthenticationBlocked;
        // With one try left the CAN must have opened this very channel: no stranger at a distance blocks a PIN.
        var isResumed = session.IsSecure && session.Eac.Password == PacePasswordKind.Can;
        return state.PinTriesLeft == PinTries.Suspended && !isResumed ? StatusWord.ConditionsNotSatisfied : null;
    }

    private StatusWord HowThePinStands()
    {
        if (!state.PinIsActive) return StatusWord.Deactivated;
        return state.PinTriesLeft == PinTries.Full ? StatusWord.Success : StatusWord.Tries(state.PinTriesLeft);
    }

    private void Start(PacePasswordKind kind, Chat? chat)
    {
        using var password = PacePassword.FromStored(kind, state.Stored(kind));
        run = new PaceChip(new PaceVariant(state.Strength, state.Parameters), password, chat, state.Fresh);
    }

    private ResponseApdu Finish(PaceChip pace, TlvObject? token)
    {
        var isPin = pace.Kind == PacePasswordKind.Pin;
        if (isPin)
        {
            // Counted and kept before the comparison: pulling the card at the right moment gives no free guess.
            state.PinTriesLeft--;
            memory.Persist();
        }

        if (!pace.TryFinish(token, out var chipToken, out var channel))
            return new(isPin ? StatusWord.Tries(state.PinTriesLeft) : StatusWord.AuthenticationFailed);
        if (isPin)
        {
            // Crash before this: a try is lost, and the next right PIN gives it back.
            state.PinTriesLeft = PinTries.Full;
            memory.Persist();
        }

        session.Begin(new EacSession { Password = pace.Kind, Chat = pace.Chat, ChipName = pace.ChipName });
        session.OpenAfterAnswer(channel!);
        var roots = pace.Chat is null ? [] : TrustPoints.Names(state);
        Drop();
        return ResponseApdu.Success(TlvWriter.Encode(0x7C, w =>
        {
            w.Write(0x86, chipToken);
            for (var i = 0; i < roots.Count; i++) w.Write(0x87u + (uint)i, roots[i].ToBytes());
        }));
    }
}
