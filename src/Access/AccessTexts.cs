using System.Collections.Immutable;
using System.Text.Json;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>The words about the list that are ours and not a jurisdiction's: one embedded file a language.</summary>
public static class AccessTexts
{
    private static readonly ImmutableDictionary<string, LocalText> All = Load();

    /// <summary>Every key, for the test that looks for a missing one.</summary>
    public static IEnumerable<string> Keys => All.Keys;

    public static LocalText Of(string key) =>
        All.TryGetValue(key, out var text) ? text : throw new KeyNotFoundException($"Access has no text {key}.");

    public static string Key<T>(T value) where T : struct, Enum =>
        JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    internal static string Fill(string text, params ReadOnlySpan<(string Place, string Value)> values)
    {
        foreach (var (place, value) in values)
            text = text.Replace("{" + place + "}", value, StringComparison.Ordinal);
        return text;
    }

    private static ImmutableDictionary<string, LocalText> Load()
    {
        var byLanguage = Language.All.ToDictionary(language => language, Read);
        return byLanguage.Values.SelectMany(texts => texts.Keys).Distinct(StringComparer.Ordinal)
            .ToImmutableDictionary(key => key, key => new LocalText(
                byLanguage.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.GetValueOrDefault(key, ""))),
                StringComparer.Ordinal);
    }

    private static Dictionary<string, string> Read(Language language)
    {
        var name = $"Musubi.Access.Texts.access.{language}.json";
        using var stream = typeof(AccessTexts).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        return JsonSerializer.Deserialize<Dictionary<string, string>>(stream)
            ?? throw new InvalidOperationException($"The resource {name} is empty.");
    }
}
