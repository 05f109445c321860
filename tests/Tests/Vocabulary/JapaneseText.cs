using System.Text.RegularExpressions;
using Musubi.Vocabulary;

namespace Musubi.Tests.Vocabulary;

/// <summary>What must hold of texts, beyond their being there.</summary>
internal static partial class JapaneseText
{
    public static string[] Placeholders(string text) =>
        [.. Placeholder().Matches(text).Select(match => match.Value).Order(StringComparer.Ordinal)];

    public static string KanjiWithoutReading(string text) => string.Concat(
        Ruby.Segments(text).Where(segment => segment.Reading is null)
            .SelectMany(segment => segment.Text).Where(Ruby.IsKanji));

    [GeneratedRegex(@"\{\w+\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
