using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Musubi.Vocabulary;

namespace Musubi.Office.Texts;

/// <summary>Every sentence of the pages in every language of <see cref="Language.All"/>: one file a language, keyed by
/// page. A key that one language lacks stops the start.</summary>
/// <remarks>A reading stands after its kanji in double brackets (漢字《かんじ》); {name} is filled in by the page.</remarks>
public sealed class PageTexts
{
    private readonly FrozenDictionary<Language, FrozenDictionary<string, string>> languages;

    private PageTexts(FrozenDictionary<Language, FrozenDictionary<string, string>> languages) =>
        this.languages = languages;

    public static PageTexts Load()
    {
        var read = Language.All.ToFrozenDictionary(language => language, ReadEmbedded);
        var missing =
            from language in Language.All
            from key in read.Values.SelectMany(texts => texts.Keys).Distinct(StringComparer.Ordinal)
            where !read[language].ContainsKey(key)
            select $"{language}: {key}";
        var list = missing.ToList();
        if (list.Count > 0) throw new InvalidDataException("Page texts are missing: " + string.Join(", ", list));
        return new(read);
    }

    public IEnumerable<string> Keys => languages[Language.Japanese].Keys;

    /// <summary>The text as written, with its readings and places. An unknown key is our mistake and throws.</summary>
    public string Raw(Language language, string key) => languages[language].TryGetValue(key, out var text)
        ? text
        : throw new KeyNotFoundException($"No page text has the key {key}.");

    /// <summary>One key in every language.</summary>
    public LocalText Local(string key) =>
        new(Language.All.ToImmutableDictionary(language => language, language => Raw(language, key)));

    private static FrozenDictionary<string, string> ReadEmbedded(Language language)
    {
        using var file = typeof(PageTexts).Assembly.GetManifestResourceStream($"texts/{language.Stored}.json")
            ?? throw new InvalidDataException($"Texts/{language.Stored}.json is missing.");
        using var document = JsonDocument.Parse(file);
        return (from page in document.RootElement.EnumerateObject()
                from text in page.Value.EnumerateObject()
                select KeyValuePair.Create($"{page.Name}.{text.Name}", text.Value.GetString() ?? ""))
            .ToFrozenDictionary(StringComparer.Ordinal);
    }
}
