using System.Collections.Immutable;
using Musubi.Chip.Apdu;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.RestrictedIdentification;
using Musubi.Chip.TerminalAuthentication;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Applications.Eid;

/// <summary>The card's protocol commands, handed to the protocol that they belong to. They work in the master file and
/// in the eID application.</summary>
internal sealed class EacProtocols(EacState state, CardSession session, ICardMemory memory)
{
    private readonly PasswordVerification password = new(state, session, memory);
    private readonly PinManagementChip pin = new(state, session, memory);
    private readonly TerminalAuthenticationChip terminal = new(state, session, memory);
    private readonly ChipAuthenticationChip chip = new(state, session);
    private readonly RestrictedIdentificationChip identification =
        new(state, session, new ReadingLedger(state, session, memory));

    private Agreement expected = Agreement.None;

    private enum Agreement
    {
        None,
        ChipAuthentication,
        RestrictedIdentification,
    }

    /// <summary>Everything but GENERAL AUTHENTICATE.</summary>
    public ResponseApdu Process(CommandApdu command)
    {
        // Whatever is begun, an unfinished agreement is over: its steps follow each other at once.
        DropRuns();
        return (command.Ins, command.P1, command.P2) switch
        {
            (0x22, 0xC1, 0xA4) => password.Begin(command.Data),
            (0x22, 0x81, 0xB6) => terminal.SetIssuer(command.Data),
            (0x22, 0x81, 0xA4) => terminal.Announce(command.Data),
            (0x22, 0x41, 0xA4) => SetKey(command.Data),
            (0x2A, 0x00, 0xBE) => terminal.VerifyCertificate(command.Data),
            (0x84, 0x00, 0x00) => terminal.GiveChallenge(command.Ne),
            (0x82, 0x00, 0x00) => terminal.Authenticate(command.Data),
            (0x2C, 0x02, 0x03) => pin.Change(command.Data),
            (0x2C, 0x03, 0x03) => pin.Unblock(command.Data),
            (0x44, 0x10, 0x03) => pin.Switch(isActive: true, command.Data),
            (0x04, 0x10, 0x03) => pin.Switch(isActive: false, command.Data),
            (0x22 or 0x2A or 0x84 or 0x82 or 0x2C or 0x44 or 0x04, _, _) => new(StatusWord.WrongParameters),
            _ => new(StatusWord.InstructionNotSupported),
        };
    }

    /// <summary>GENERAL AUTHENTICATE: the next step of what MSE:Set AT began.</summary>
    public ResponseApdu Advance(CommandApdu command)
    {
        var agreement = expected;
        expected = Agreement.None;
        if (command is not { P1: 0, P2: 0 })
        {
            DropRuns();
            return new(StatusWord.WrongParameters);
        }

        if (!BerTlv.TryRead(command.Data, out var dynamic) || dynamic.Value.Tag != 0x7C
            || !dynamic.Value.TryChildren(out var level)
            || (level.Length > 1 && agreement != Agreement.RestrictedIdentification))
        {
            DropRuns();
            return new(StatusWord.WrongData);
        }

        var inner = level.IsEmpty ? (TlvObject?)null : level[0];
        return agreement switch
        {
            Agreement.ChipAuthentication => chip.Agree(inner),
            Agreement.RestrictedIdentification => Identify(level),
            Agreement.None => password.Advance(inner),
        };
    }

    /// <summary>Forgets runs that are not finished; what is proved is in the session.</summary>
    public void Forget()
    {
        DropRuns();
        terminal.Forget();
    }

    private ResponseApdu SetKey(ReadOnlyMemory<byte> data)
    {
        if (!BerTlv.TryReadAll(data, out var level) || level.FindValue(0x80) is not { } oid)
            return new(StatusWord.WrongData);
        var isIdentification = RestrictedIdentificationChip.IsMeant(oid.Span);
        var answer = isIdentification
            ? identification.SetKey(oid.Span, level.FindValue(0x84))
            : chip.SetKey(oid.Span, level.FindValue(0x84));
        if (answer.IsSuccess)
            expected = isIdentification ? Agreement.RestrictedIdentification : Agreement.ChipAuthentication;
        return answer;
    }

    /// <summary>The second sector may follow the first with the same key.</summary>
    private ResponseApdu Identify(ImmutableArray<TlvObject> sectors)
    {
        var answer = identification.Identify(sectors);
        if (answer.IsSuccess) expected = Agreement.RestrictedIdentification;
        return answer;
    }

    private void DropRuns()
    {
        password.Drop();
        expected = Agreement.None;
    }
}
