using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Eid;

/// <summary>The chip's own count of readings, as its holder reads it (docs/apdu/read-binary.md): Musubi's own file,
/// which no other card has.</summary>
public static class CardReadings
{
    /// <summary>The file's short identifier in the master file.</summary>
    internal const byte ShortId = 0x17;

    /// <summary>Reads counter and ring.</summary>
    /// <param name="holder">The channel of PACE with the PIN, without rights named: nobody but the holder.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <returns>The readings; NotPermitted in any other channel, NoSuchFile when the card does not count.</returns>
    /// <exception cref="CardChannelException">The card is gone.</exception>
    public static async ValueTask<CardResult<CountedReadings>> Read(
        PaceChannel holder, CancellationToken cancel = default)
    {
        var (status, content) = await TransparentFile.Read(holder, ShortId, cancel);
        if (content is not { } file) return CardRefusals.Of(status);
        return TryParse(file, out var readings) ? readings : CardRefusal.Malformed;
    }

    private static bool TryParse(ReadOnlyMemory<byte> file, [NotNullWhen(true)] out CountedReadings? readings)
    {
        readings = null;
        if (!BerTlv.TryRead(file, out var ring) || ring.Value.Tag != ReadingTags.Ring
            || !ring.Value.TryChildren(out var level) || level.IsEmpty
            || level[0].Tag != ReadingTags.Count || ReadingTags.TryNumber(level[0].Value) is not { } count
            || level.Length - 1 > ReadingRing.MaximumRows)
            return false;
        var rows = ImmutableArray.CreateBuilder<ReadingRow>(level.Length - 1);
        foreach (var encoded in level.AsSpan()[1..])
        {
            if (encoded.Tag != ReadingTags.Row || !TryRow(encoded, out var row)) return false;
            rows.Add(row);
        }

        readings = new CountedReadings(count, rows.ToImmutable());
        return true;
    }

    private static bool TryRow(TlvObject encoded, [NotNullWhen(true)] out ReadingRow? row)
    {
        row = null;
        if (!encoded.TryChildren(out var fields)
            || ReadingTags.TryNumber(fields.FindValue(ReadingTags.RowNumber)) is not { } number
            || fields.FindValue(ReadingTags.Terminal) is not { } name
            || !CvReference.TryParse(Encoding.Latin1.GetString(name.Span), out var terminal)
            || fields.FindValue(ReadingTags.EffectiveFrom) is not { } day || !CvDate.TryRead(day.Span, out var from)
            || ReadingTags.TryNumber(fields.FindValue(ReadingTags.Uses)) is not { } uses)
            return false;
        row = new ReadingRow(number, terminal.ToString(), from, (CardUses)uses);
        return true;
    }
}

/// <summary>What a card says of its readings.</summary>
/// <param name="Count">Sessions in the card's life.</param>
/// <param name="Last">The last of them, at most 32, the newest first.</param>
public sealed record CountedReadings(int Count, ImmutableArray<ReadingRow> Last);

/// <summary>The file's objects: private class, so that nobody takes them for a standard's.</summary>
internal static class ReadingTags
{
    public const uint Ring = 0xE0;
    public const uint Count = 0x80;
    public const uint Row = 0xE1;
    public const uint RowNumber = 0x80;
    public const uint Terminal = 0x81;
    public const uint EffectiveFrom = 0x82;
    public const uint Uses = 0x83;

    /// <summary>Four bytes, big-endian.</summary>
    public static byte[] Number(uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    public static int? TryNumber(ReadOnlyMemory<byte>? bytes) =>
        bytes is { Length: sizeof(uint) } four && four.Span[0] < 0x80
            ? BinaryPrimitives.ReadInt32BigEndian(four.Span)
            : null;
}
