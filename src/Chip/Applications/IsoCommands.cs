using System.Text;
using Musubi.Chip.Apdu;

namespace Musubi.Chip.Applications;

/// <summary>Reader side of the commands that the My Number card's applications share.</summary>
internal static class IsoCommands
{
    /// <summary>Nothing on such a card is longer: certificates stay below 4 KiB.</summary>
    private const int MaximumFileLength = 16 * 1024;
    private const byte Select = 0xA4;
    private const byte ReadBinary = 0xB0;
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

        var content = new List<byte>();
        while (content.Count < MaximumFileLength)
        {
            var (high, low) = ((byte)(content.Count >> 8), (byte)(content.Count & 0xFF));
            var part = await card.Transmit(new(0x00, ReadBinary, high, low, Ne: CommandApdu.ShortNe), cancel);
            if (part.Status == StatusWord.OffsetOutsideFile && content.Count > 0) break;
            if (!part.IsSuccess && part.Status != StatusWord.EndOfFile) return CardRefusals.Of(part.Status);
            content.AddRange(part.Data.Span);
            // A short answer is the end only where nothing caps answers; asking once more is cheap and always right.
            if (part.Data.IsEmpty) break;
        }
        return content.Count < MaximumFileLength ? (ReadOnlyMemory<byte>)content.ToArray() : CardRefusal.Malformed;
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
