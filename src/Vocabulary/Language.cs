using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Musubi.Vocabulary;

/// <summary>A language that every text of the product exists in.</summary>
[JsonConverter(typeof(IdentifierJson<Language>))]
public readonly record struct Language : IIdentifier<Language>
{
    private readonly string? tag;

    private Language(string tag) => this.tag = tag;

    public static Language Japanese { get; } = new("ja");

    /// <summary>Easy Japanese (やさしい日本語): short sentences, spaces between words, furigana on every kanji.</summary>
    public static Language EasyJapanese { get; } = new("ja-easy");

    public static Language English { get; } = new("en");

    /// <summary>The languages that are complete. A missing string in one of them fails the tests.</summary>
    public static ImmutableArray<Language> All { get; } = [Japanese, EasyJapanese, English];

    public static string Shape => "one of " + string.Join(", ", All);

    /// <summary>The tag of our files; Japanese for the default value.</summary>
    public string Stored => tag ?? "ja";

    /// <summary>The tag for the lang attribute: easy Japanese is Japanese to a screen reader.</summary>
    public string HtmlTag => this == EasyJapanese ? "ja" : Stored;

    /// <summary>The language's name in itself, as a person looks for it.</summary>
    public string OwnName => Stored switch
    {
        "ja-easy" => "やさしい日本語",
        "en" => "English",
        _ => "日本語",
    };

    public static bool TryParse(string? text, out Language value)
    {
        value = All.FirstOrDefault(language => string.Equals(language.Stored, text, StringComparison.Ordinal));
        return value.tag is not null;
    }

    public static Language Parse(string text) => Identifier.Parse<Language>(text);

    public bool Equals(Language other) => string.Equals(Stored, other.Stored, StringComparison.Ordinal);

    public override int GetHashCode() => Stored.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Stored;
}
