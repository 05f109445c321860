using Musubi.Chip.Apdu;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Applications.Eid;

/// <summary>PIN management on the card (TR-03110-2 §2.4, TR-03110-3 §B.7).</summary>
/// <remarks>
/// The holder changes the PIN in a channel that the PIN opened, and unblocks it in one that the PUK opened; a terminal
/// with the right "PIN management" may do both, and it alone switches the PIN on and off. Everything else about a
/// password is for ever: CAN, PUK and MRZ do not change.
/// </remarks>
internal sealed class PinManagementChip(EacState state, CardSession session, ICardMemory memory)
{
    /// <summary>RESET RETRY COUNTER 2C 02 03: a new PIN with all its tries.</summary>
    public ResponseApdu Change(ReadOnlyMemory<byte> pin)
    {
        if (!session.IsSecure || !(session.Eac.IsHolderAlone || MayManage()))
            return new(StatusWord.SecurityStatusNotSatisfied);
        if (pin.IsEmpty) return new(StatusWord.WrongLength);
        if (pin.Length != EacState.PinLength || pin.Span.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
            return new(StatusWord.WrongData);
        state.Pin = pin.ToArray();
        state.PinTriesLeft = PinTries.Full;
        memory.Persist();
        return ResponseApdu.Success();
    }

    /// <summary>RESET RETRY COUNTER 2C 03 03: all tries again for the PIN that is there.</summary>
    public ResponseApdu Unblock(ReadOnlyMemory<byte> data)
    {
        var byPuk = session.Eac is { Password: PacePasswordKind.Puk, IsTerminalAuthenticated: false };
        if (!session.IsSecure || !(byPuk || MayManage())) return new(StatusWord.SecurityStatusNotSatisfied);
        if (!data.IsEmpty) return new(StatusWord.WrongLength);
        if (byPuk && state.PukUsesLeft == 0) return new(StatusWord.AuthenticationBlocked);
        // The PIN's reset counter: counted with the tries it gives, in one write.
        if (byPuk) state.PukUsesLeft--;
        state.PinTriesLeft = PinTries.Full;
        memory.Persist();
        return ResponseApdu.Success();
    }

    /// <summary>ACTIVATE 44 10 03 and DEACTIVATE 04 10 03.</summary>
    public ResponseApdu Switch(bool isActive, ReadOnlyMemory<byte> data)
    {
        if (!session.IsSecure || !MayManage()) return new(StatusWord.SecurityStatusNotSatisfied);
        if (!data.IsEmpty) return new(StatusWord.WrongLength);
        state.PinIsActive = isActive;
        memory.Persist();
        return ResponseApdu.Success();
    }

    private bool MayManage() => session.Eac.Rights.HasFlag(EidRights.PinManagement);
}
