using Musubi.Chip.ChipAuthentication;

namespace Musubi.Chip.Applications.Eid;

/// <summary>Reads data groups in the last stage of the protocols.</summary>
public static class EidReader
{
    /// <summary>Reads one group.</summary>
    /// <param name="card">The channel after chip authentication.</param>
    /// <param name="group">1 to 21.</param>
    /// <param name="cancel">Breaks the reading off.</param>
    /// <returns>The content inside the group's tag; or NotPermitted without the right, NoSuchFile when it is
    /// absent.</returns>
    /// <exception cref="CardChannelException">The card is gone.</exception>
    public static async ValueTask<CardResult<ReadOnlyMemory<byte>>> ReadGroup(
        ChipAuthenticated card, int group, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(group, EidGroup.First);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(group, EidGroup.Last);
        // Selected once per session: selecting again would drop what an EidWriter has staged.
        if (!await card.SelectEid(cancel)) return CardRefusal.NoSuchApplication;
        var (status, file) = await TransparentFile.Read(card, (byte)group, cancel);
        if (file is not { } wrapped) return CardRefusals.Of(status);
        return EidGroup.TryUnwrap(group, wrapped, out var content) ? content : CardRefusal.Malformed;
    }
}
