using System.Text;
using Musubi.Chip.Apdu;

namespace Musubi.Chip.Applications;

/// <summary>Reader side of the commands that the My Number card's applications share.</summary>
internal static class IsoCommands
{
    private const byte Select = 0xA4;
    private const byte VerifyInstruction = 0x20;
    private const byte ChangeReferenceData = 0x24;
    private const byte CurrentReference = 0x80;

    /// <summary>SELECT of an application by its full name; false when the card does not have it.</summary>
    public static async ValueTask<bool> SelectApplication(
        ICardChannel card, ReadOnlyMemory<byte> aid, CancellationToken cancel) =>
        (await card.Transmit(new(0x00, Select, 0x04, 0x0C, aid), cancel)).IsSuccess;

    /// <summary>SELECT of a file and READ BINARY to its end.</summary>
    public static async ValueTask<CardResult<ReadOnlyMemory<byte>>> ReadFile(
        ICardChannel card, ushort id, CancellationToken cancel)
    {
        var selected = await SelectFile(card, id, cancel);
        if (!selected.IsSuccess) return CardRefusals.Of(selected.Status);

        var (status, content) = await TransparentFile.ReadCurrent(card, cancel);
        return content is { } read ? read : CardRefusals.Of(status);
    }

    /// <summary>VERIFY against a key reference.</summary>
    public static async ValueTask<PinVerdict> Verify(
        ICardChannel card, ushort id, string value, CancellationToken cancel)
    {
        var selected = await SelectFile(card, id, cancel);
        if (!selected.IsSuccess) return PinVerdict.NotOnThisCard;
        var answer = await card.Transmit(
            new(0x00, VerifyInstruction, 0, CurrentReference, Encoding.ASCII.GetBytes(value)), cancel);
        return VerdictOf(answer.Status);
    }

    /// <summary>Tries left of a key reference without using one; null when the card has no such reference.</summary>
    public static async ValueTask<int?> TriesLeft(ICardChannel card, ushort id, CancellationToken cancel)
    {
        var selected = await SelectFile(card, id, cancel);
        if (!selected.IsSuccess) return null;
        var answer = await card.Transmit(new(0x00, VerifyInstruction, 0, CurrentReference), cancel);
        return answer.Status.TriesLeft;
    }

    /// <summary>VERIFY with the old value, then CHANGE REFERENCE DATA to the new one.</summary>
    public static async ValueTask<CardResult<PinVerdict>> Change(
        ICardChannel card, ushort id, string old, string replacement, CancellationToken cancel)
    {
        var verdict = await Verify(card, id, old, cancel);
        if (!verdict.IsAccepted) return verdict;
        var answer = await card.Transmit(
            new(0x00, ChangeReferenceData, 0x01, CurrentReference, Encoding.ASCII.GetBytes(replacement)), cancel);
        return answer.IsSuccess ? verdict : CardRefusals.Of(answer.Status);
    }

    /// <summary>SELECT of a file or key reference.</summary>
    public static ValueTask<ResponseApdu> SelectFile(ICardChannel card, ushort id, CancellationToken cancel) =>
        card.Transmit(new(0x00, Select, 0x02, 0x0C, (byte[])[(byte)(id >> 8), (byte)(id & 0xFF)]), cancel);

    private static PinVerdict VerdictOf(StatusWord status)
    {
        if (status.IsSuccess) return PinVerdict.Accepted;
        if (status.TriesLeft is { } left) return PinVerdict.Wrong(left);
        var blocked = status == StatusWord.ReferenceDataNotUsable || status == StatusWord.AuthenticationBlocked;
        return blocked ? PinVerdict.Blocked : PinVerdict.NotOnThisCard;
    }
}
