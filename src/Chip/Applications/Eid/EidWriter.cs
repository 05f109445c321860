using Musubi.Chip.Apdu;
using Musubi.Chip.ChipAuthentication;

namespace Musubi.Chip.Applications.Eid;

/// <summary>Rewrites data groups 17 to 21 of a card: all groups of one act, or none.</summary>
public static class EidWriter
{
    /// <summary>What fits a short command under secure messaging.</summary>
    private const int Chunk = 223;

    /// <summary>Stages every group and makes them readable together.</summary>
    /// <param name="card">The channel after chip authentication, with the write rights.</param>
    /// <param name="groups">Number and content (TLV, without the group's own tag).</param>
    /// <param name="cancel">Breaks off; before the last command the card keeps all old groups.</param>
    /// <returns>How many groups were written; or why the card kept the old ones.</returns>
    /// <exception cref="CardChannelException">
    /// The card is gone. Whether the last command was executed is then unknown: read a group to find out.
    /// </exception>
    public static async ValueTask<CardResult<int>> WriteGroups(
        ChipAuthenticated card, IReadOnlyList<(int Group, byte[] Content)> groups, CancellationToken cancel = default)
    {
        if (groups.Count == 0) throw new ArgumentException("An act writes at least one group.", nameof(groups));
        if (!await card.SelectEid(cancel)) return CardRefusal.NoSuchApplication;
        // The groups of one act wait for each other: a card pulled in between has all old ones.
        var waits = await card.Transmit(new CommandApdu(0x00, 0x04, 0x00, 0x00), cancel);
        if (!waits.IsSuccess) return CardRefusals.Of(waits.Status);
        foreach (var (group, content) in groups)
        {
            if (await Stage(card, group, EidGroup.Wrap(group, content), cancel) is { } refusal) return refusal;
        }

        // Until here nothing can be read of it. This one command is the moment at which the act is on the card.
        var answer = await card.Transmit(new CommandApdu(0x00, 0x44, 0x00, 0x00), cancel);
        return answer.IsSuccess ? groups.Count : CardRefusals.Of(answer.Status);
    }

    private static async ValueTask<CardRefusal?> Stage(
        ChipAuthenticated card, int group, byte[] wrapped, CancellationToken cancel)
    {
        for (var offset = 0; offset < wrapped.Length; offset += Chunk)
        {
            var part = wrapped.AsMemory(offset, Math.Min(Chunk, wrapped.Length - offset));
            var command = offset == 0
                ? new CommandApdu(0x00, 0xD6, (byte)(0x80 | group), 0x00, part)
                : new CommandApdu(0x00, 0xD6, (byte)(offset >> 8), (byte)(offset & 0xFF), part);
            var answer = await card.Transmit(command, cancel);
            if (!answer.IsSuccess) return CardRefusals.Of(answer.Status);
        }

        return null;
    }
}
