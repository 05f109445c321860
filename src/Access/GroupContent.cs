using System.Collections.Immutable;
using System.Text;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.Tlv;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>What stands in a data group of the merged card: one UTF8String for each field of the group, in the order of
/// card.json. A field over several groups (a name: given, family) has one part in each.</summary>
/// <remarks>Both ends use it: whoever makes or rewrites a card, and whoever reads one.</remarks>
public static class GroupContent
{
    private const uint Utf8String = 0x0C;

    /// <summary>The content of a group (without its own tag) from the fields' parts.</summary>
    public static byte[] Write(CardLayout card, int group, IReadOnlyDictionary<FieldId, ImmutableArray<string>> parts)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(parts);
        var content = new TlvWriter();
        foreach (var field in card.InGroup(group))
            content.Write(Utf8String, Encoding.UTF8.GetBytes(parts[field.Id][field.Merged.Groups.IndexOf(group)]));
        return content.ToArray();
    }

    /// <summary>All groups that a card of this layout has.</summary>
    public static ImmutableSortedDictionary<int, byte[]> WriteAll(
        CardLayout card, IReadOnlyDictionary<FieldId, ImmutableArray<string>> parts)
    {
        ArgumentNullException.ThrowIfNull(card);
        return card.Fields.SelectMany(field => field.Merged.Groups).Distinct()
            .ToImmutableSortedDictionary(group => group, group => Write(card, group, parts));
    }

    /// <summary>A field's parts out of the groups that hold it; null when a group is not of this form.</summary>
    public static ImmutableArray<string>? Read(
        CardLayout card, CardField field, IReadOnlyDictionary<int, ReadOnlyMemory<byte>> groups)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(groups);
        var parts = ImmutableArray.CreateBuilder<string>(field.Merged.Groups.Length);
        foreach (var group in field.Merged.Groups)
        {
            var fields = card.InGroup(group).ToList();
            if (!groups.TryGetValue(group, out var content) || !BerTlv.TryReadAll(content, out var texts)
                || texts.Length != fields.Count || texts.Any(text => text.Tag != Utf8String)) return null;
            parts.Add(Encoding.UTF8.GetString(texts[fields.IndexOf(field)].Value.Span));
        }
        return parts.MoveToImmutable();
    }
}
