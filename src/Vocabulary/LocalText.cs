using System.Collections.Immutable;

namespace Musubi.Vocabulary;

/// <summary>One text in several languages, as jurisdiction data carries it. Japanese, easy Japanese and English are
/// always there: the loader refuses a text without them.</summary>
/// <remarks>A reading stands after its kanji in double brackets, as in 漢字《かんじ》; <see cref="Ruby"/> takes it apart.
/// Easy Japanese has one on every kanji.</remarks>
public sealed class LocalText
{
    private readonly ImmutableDictionary<Language, string> texts;

    public LocalText(ImmutableDictionary<Language, string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        foreach (var language in Language.All)
            if (!texts.TryGetValue(language, out var text) || string.IsNullOrWhiteSpace(text))
                throw new ArgumentException($"The text in {language} is missing.", nameof(texts));
        this.texts = texts;
    }

    public string In(Language language) => texts[language];

    /// <summary>Without readings, for places that cannot show them.</summary>
    public string PlainIn(Language language) => Ruby.Plain(In(language));

    public override string ToString() => In(Language.English);
}
