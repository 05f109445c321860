using System.Collections.Immutable;
using Musubi.Chip.Apdu;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Applications.Eid;

/// <summary>
/// The eID application on the card (TR-03110-4 §2.2): data groups, each read and written under its own right. The PIN
/// was the holder's consent; what leaves the chip is decided here, by the certificate.
/// </summary>
/// <remarks>
/// UPDATE BINARY fills a shadow; with its last byte the shadow becomes the group, in one write of the card's memory. So
/// a terminal that knows the standard only never leaves half a group. What belongs to one act is more than one group:
/// DEACTIVATE (00 04) makes shadows wait and ACTIVATE (00 44) makes all of them the groups at once. A card that is
/// pulled, reset or left before has all old groups. The standard has no such bracket; it is ours, and
/// docs/apdu/activate.md says so.
/// </remarks>
internal sealed class EidApplication(EidState state, EacMasterFile root, CardSession session, ICardMemory memory)
    : ICardApplication
{
    private const int FileIds = 0x0100;
    private readonly SortedDictionary<int, byte[]> staged = [];
    private readonly AuxiliaryVerificationChip auxiliary = new(state, session, root.Readings);
    private int stagedEpoch;
    private bool isWaiting;
    private int current;

    public ReadOnlyMemory<byte> Aid => EidGroup.Aid;

    public ResponseApdu Process(CommandApdu command) => command switch
    {
        { Ins: 0x86, Cla: 0x00 or 0x10 } => root.Protocols.Advance(command),
        { Ins: 0x20, Cla: 0x80 } => Verify(command, StatusWord.AuthenticationFailed, p1: 0x80),
        { Cla: not 0x00 } => new(StatusWord.ClassNotSupported),
        { Ins: 0x33 } => Verify(command, StatusWord.ComparisonFailed, p1: 0x00),
        { Ins: 0xA4 } => Select(command),
        { Ins: 0xB0 or TransparentRead.Odd } => Read(command),
        { Ins: 0xD6 } => Update(command),
        { Ins: 0x04, P1: 0x00 } => Wait(command),
        { Ins: 0x44, P1: 0x00 } => Activate(command),
        _ => root.Protocols.Process(command),
    };

    public void Reset()
    {
        DropStage();
        current = 0;
        root.Protocols.Forget();
    }

    private ResponseApdu Select(CommandApdu command)
    {
        if (command.P1 != 0x02 || command.P2 is not (0x00 or 0x04 or 0x0C)) return new(StatusWord.WrongParameters);
        if (command.Data.Length != 2) return new(StatusWord.WrongLength);
        var group = ((command.Data.Span[0] << 8) | command.Data.Span[1]) - FileIds;
        if (!IsGroup(group)) return new(StatusWord.FileNotFound);
        current = group;
        return ResponseApdu.Success();
    }

    private ResponseApdu Read(CommandApdu command)
    {
        if (Choose(command) is { } wrong) return new(wrong);
        // The right comes before the question whether the group is there: its absence is information too.
        if (!session.Eac.Rights.HasFlag(EidRightsByGroup.Read(current)))
            return new(StatusWord.SecurityStatusNotSatisfied);
        if (!state.Groups.TryGetValue(current, out var group)) return new(StatusWord.FileNotFound);
        var answer = TransparentRead.Answer(group, command, session.IsSecure);
        // On disk before the first byte leaves.
        if (!answer.Data.IsEmpty) root.Readings.Note(CardUsesByGroup.Reading(current));
        return answer;
    }

    /// <summary>VERIFY and COMPARE of authenticated auxiliary data.</summary>
    private ResponseApdu Verify(CommandApdu command, StatusWord no, byte p1) => command.P1 == p1 && command.P2 == 0x00
        ? auxiliary.Answer(command.Data, no)
        : new(StatusWord.WrongParameters);

    private ResponseApdu Update(CommandApdu command)
    {
        if (Choose(command) is { } wrong) return new(wrong);
        var right = EidRightsByGroup.Write(current);
        if (right == EidRights.None || !session.Eac.Rights.HasFlag(right))
            return new(StatusWord.SecurityStatusNotSatisfied);
        if (command.Data.IsEmpty) return new(StatusWord.WrongLength);
        DropForeignStage();
        var offset = TransparentRead.Offset(command);
        var begun = offset == 0 ? [] : staged.GetValueOrDefault(current, []);
        // A shadow is filled from its start without gaps: what becomes a group was sent in this session, all of it.
        if (offset != begun.Length) return new(StatusWord.OffsetOutsideFile);
        if (offset + command.Data.Length > EidGroup.MaximumLength) return new(StatusWord.NotEnoughMemory);
        byte[] shadow = [.. begun, .. command.Data.Span];
        staged[current] = shadow;
        return isWaiting || !IsWhole(shadow) ? ResponseApdu.Success() : Keep([current]);
    }

    /// <summary>DEACTIVATE 04 00 00: from here to ACTIVATE every group that is written waits for the others.</summary>
    private ResponseApdu Wait(CommandApdu command)
    {
        if (command is not { P2: 0, Data.IsEmpty: true }) return new(StatusWord.WrongParameters);
        if ((session.Eac.Rights & EidRightsByGroup.WriteAll) == EidRights.None)
            return new(StatusWord.SecurityStatusNotSatisfied);
        DropForeignStage();
        staged.Clear();
        isWaiting = true;
        return ResponseApdu.Success();
    }

    private ResponseApdu Activate(CommandApdu command)
    {
        if (command is not { P2: 0, Data.IsEmpty: true }) return new(StatusWord.WrongParameters);
        DropForeignStage();
        if (!isWaiting || staged.Count == 0) return new(StatusWord.ConditionsNotSatisfied);
        isWaiting = false;
        return Keep([.. staged.Keys]);
    }

    /// <summary>Shadows become their groups, in one write.</summary>
    private ResponseApdu Keep(ImmutableArray<int> groups)
    {
        var written = groups.ToDictionary(group => group, group => staged[group]);
        foreach (var group in groups) staged.Remove(group);
        // One bad group spoils the act: half of it would be worse than none.
        if (written.Any(one => !EidGroup.IsWellFormed(one.Key, one.Value))) return new(StatusWord.WrongData);
        foreach (var (group, content) in written) state.Groups[group] = content;
        // Crash before this: all old groups. After: all new ones. The memory is replaced as one whole.
        memory.Persist();
        return ResponseApdu.Success();
    }

    private static bool IsWhole(byte[] shadow) =>
        BerTlv.EncodedLength(shadow) is { } length && shadow.Length >= length;

    /// <summary>Makes the group of a short identifier current; a status when there is none.</summary>
    private StatusWord? Choose(CommandApdu command)
    {
        var named = TransparentRead.ShortId(command) ?? TransparentRead.FileId(command) - FileIds;
        if (named is { } group)
        {
            if (!IsGroup(group)) return StatusWord.FileNotFound;
            current = group;
        }

        return current == 0 ? StatusWord.NoCurrentFile : null;
    }

    /// <summary>A shadow belongs to the session that wrote it.</summary>
    private void DropForeignStage()
    {
        if (stagedEpoch != session.Epoch) DropStage();
        stagedEpoch = session.Epoch;
    }

    private void DropStage()
    {
        staged.Clear();
        isWaiting = false;
    }

    private static bool IsGroup(int group) => group is >= EidGroup.First and <= EidGroup.Last;
}
