using System.Collections.Immutable;
using System.Text;

namespace Musubi.Vocabulary;

/// <summary>A piece of text with its reading, or without one (null).</summary>
public readonly record struct RubySegment(string Text, string? Reading);

/// <summary>Furigana in plain strings: 漢字《かんじ》. The reading belongs to the kanji directly before it, or to all that
/// follows a ｜ where the base is longer (｜2号《にごう》).</summary>
public static class Ruby
{
    private const char Start = '｜';
    private const char Open = '《';
    private const char Close = '》';

    public static ImmutableArray<RubySegment> Segments(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var segments = ImmutableArray.CreateBuilder<RubySegment>();
        var position = 0;
        while (position < text.Length)
        {
            var open = text.IndexOf(Open, position);
            var close = open < 0 ? -1 : text.IndexOf(Close, open);
            if (close < 0) break;
            var start = text.IndexOf(Start, position, open - position);
            var bare = start >= 0 ? start : KanjiBefore(text, open, position);
            if (bare > position) segments.Add(new(text[position..bare], null));
            var from = start >= 0 ? bare + 1 : bare;
            if (open > from) segments.Add(new(text[from..open], text[(open + 1)..close]));
            position = close + 1;
        }
        if (position < text.Length) segments.Add(new(text[position..], null));
        return segments.DrainToImmutable();
    }

    public static string Plain(string text)
    {
        var plain = new StringBuilder();
        foreach (var segment in Segments(text)) plain.Append(segment.Text);
        return plain.ToString();
    }

    /// <summary>CJK unified ideographs, their first extension, and the iteration mark 々.</summary>
    public static bool IsKanji(char c) => c is >= '\u4E00' and <= '\u9FFF' or >= '\u3400' and <= '\u4DBF' or '々';

    private static int KanjiBefore(string text, int open, int earliest)
    {
        var start = open;
        while (start > earliest && IsKanji(text[start - 1])) start--;
        return start;
    }
}
