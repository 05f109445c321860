using System.Text.RegularExpressions;
using Musubi.Office.Texts;
using Musubi.Tests.Vocabulary;
using Musubi.Vocabulary;

namespace Musubi.Tests.Office;

public sealed partial class TextTests
{
    private static readonly string BuildFolder = $"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}";

    private static readonly PageTexts texts = PageTexts.Load();

    [Fact]
    public void Every_key_that_a_page_uses_is_written_in_every_language()
    {
        var used = Sources().SelectMany(source => KeyInCode().Matches(source))
            .Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var written = texts.Keys.ToHashSet(StringComparer.Ordinal);

        Assert.NotEmpty(used);
        Assert.DoesNotContain(used, key => !written.Contains(key));
    }

    [Fact]
    public void Every_written_text_is_used_by_a_page()
    {
        var sources = string.Join('\n', Sources());
        var prefixes = KeyPrefix().Matches(sources).Select(match => match.Groups[1].Value)
            .ToHashSet(StringComparer.Ordinal);
        var unused = texts.Keys.Where(key => !sources.Contains($"\"{key}\"", StringComparison.Ordinal)
            && !sources.Contains($"\"{key.Split('.')[1]}\"", StringComparison.Ordinal)
            && !prefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal)));

        Assert.Empty(unused);
    }

    [Fact]
    public void Easy_Japanese_has_a_reading_on_every_kanji()
    {
        var bare = texts.Keys.Where(key => Ruby.Segments(texts.Raw(Language.EasyJapanese, key))
            .Any(segment => segment.Reading is null && segment.Text.Any(Ruby.IsKanji)));

        Assert.Empty(bare);
    }

    [Fact]
    public void Every_language_fills_in_the_same_places()
    {
        foreach (var key in texts.Keys)
        {
            var places = Places(texts.Raw(Language.English, key));
            foreach (var language in Language.All)
                Assert.True(Places(texts.Raw(language, key)).IsSubsetOf(places),
                    $"{key} in {language} fills in another place.");
        }
    }

    [Fact]
    public void A_reading_becomes_ruby_and_nothing_else_is_markup()
    {
        Assert.Equal(
            "<ruby>人<rp>（</rp><rt>ひと</rt><rp>）</rp></ruby>&lt;b&gt;",
            Words.Markup("人《ひと》<b>").Value);
    }

    [Theory]
    [InlineData("2019-05-01", "ja", "2019年（令和元年）5月1日")]
    [InlineData("2019-04-30", "ja", "2019年（平成31年）4月30日")]
    [InlineData("1926-12-25", "ja", "1926年（昭和元年）12月25日")]
    [InlineData("2026-11-24", "ja-easy", "2026年《ねん》11月《がつ》24日《にち》")]
    [InlineData("2026-11-24", "en", "24 November 2026")]
    public void A_date_is_written_as_its_reader_writes_it(string date, string language, string expected)
    {
        Assert.Equal(expected, DateForms.Long(DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture),
            Language.Parse(language)));
    }

    private static HashSet<string> Places(string text) => [.. Place().Matches(text).Select(match => match.Value)];

    private static IEnumerable<string> Sources() => new[] { "*.razor", "*.cs" }
        .SelectMany(pattern => Directory.EnumerateFiles(
            Repository.Folder("src", "Office"), pattern, SearchOption.AllDirectories))
        .Where(file => !file.Contains(BuildFolder, StringComparison.Ordinal))
        .Select(File.ReadAllText);

    [GeneratedRegex("""\b(?:T|Own|words|texts)(?:\[|\.(?:Say|Plain|Raw|Local)\()"([a-z-]+\.[a-z0-9-]+)["]""")]
    private static partial Regex KeyInCode();

    [GeneratedRegex("""\$"([a-z-]+\.)\{""")]
    private static partial Regex KeyPrefix();

    [GeneratedRegex(@"\{[a-z-]+\}")]
    private static partial Regex Place();
}
