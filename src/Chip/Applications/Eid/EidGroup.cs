using System.Text;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Eid;

/// <summary>The form of data groups (TR-03110-4 §2.2.2): the content inside one application tag 61 to 75.</summary>
public static class EidGroup
{
    /// <summary>The first group.</summary>
    public const int First = 1;

    /// <summary>The last group.</summary>
    public const int Last = 21;

    /// <summary>The first group that can be rewritten.</summary>
    public const int FirstWritable = 17;

    /// <summary>Names and addresses are far below; the sum of all groups fits a card file.</summary>
    public const int MaximumLength = 4096;

    private const uint Utf8String = 0x0C;

    /// <summary>Name of the application.</summary>
    public static ReadOnlyMemory<byte> Aid { get; } =
        new byte[] { 0xE8, 0x07, 0x04, 0x00, 0x7F, 0x00, 0x07, 0x03, 0x02 };

    /// <summary>A group as it stands on the card, from its content (itself TLV).</summary>
    /// <exception cref="ArgumentException">The content is not TLV, or too long.</exception>
    public static byte[] Wrap(int group, ReadOnlySpan<byte> content)
    {
        var wrapped = TlvWriter.Encode(Tag(group), content);
        return IsWellFormed(group, wrapped)
            ? wrapped
            : throw new ArgumentException("A data group holds TLV objects, 4,096 bytes at most.", nameof(content));
    }

    /// <summary>The content of a group as read; false when it is not that group.</summary>
    public static bool TryUnwrap(int group, ReadOnlyMemory<byte> wrapped, out ReadOnlyMemory<byte> content)
    {
        content = default;
        if (!BerTlv.TryRead(wrapped, out var outer) || outer.Value.Tag != Tag(group)) return false;
        content = outer.Value.Value;
        return true;
    }

    /// <summary>A text as content: one UTF8String.</summary>
    public static byte[] Text(string text) => TlvWriter.Encode(Utf8String, Encoding.UTF8.GetBytes(text));

    /// <summary>The text in a content; false when it is no UTF8String.</summary>
    public static bool TryText(ReadOnlyMemory<byte> content, out string text)
    {
        text = "";
        if (!BerTlv.TryRead(content, out var only) || only.Value.Tag != Utf8String) return false;
        text = Encoding.UTF8.GetString(only.Value.Value.Span);
        return true;
    }

    internal static bool IsWellFormed(int group, ReadOnlyMemory<byte> wrapped) =>
        wrapped.Length <= MaximumLength && BerTlv.TryRead(wrapped, out var outer) && outer.Value.Tag == Tag(group)
        && outer.Value.TryChildren(out var inner) && !inner.IsEmpty;

    private static uint Tag(int group) => group is >= First and <= Last
        ? (uint)(0x60 + group)
        : throw new ArgumentOutOfRangeException(nameof(group), group, "Data groups are numbered 1 to 21.");
}
