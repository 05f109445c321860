using System.Collections.Immutable;
using System.Text.Json;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>The words of the desk that are ours and not a jurisdiction's: one embedded file a language.</summary>
public static class CounterTexts
{
    private static readonly ImmutableDictionary<string, LocalText> All = Load();

    public static LocalText Of(StepId step) => Of("step." + Key(step));

    public static LocalText Of(StepActor actor) => Of("actor." + Key(actor));

    public static LocalText Of(Document document) => Of("document." + Key(document));

    /// <summary>The name of what a consent is for, as the receipt states it.</summary>
    public static LocalText Purpose(ActKind kind, ActChoice? choice = null) => Of("purpose." + About(kind, choice));

    public static LocalText Consent(ActKind kind, ActChoice? choice = null) => Of("consent." + About(kind, choice));

    public static LocalText NotYetInTheLog => Of("receipt.not-in-log");

    public static LocalText OldCardsStayValid => Of("valid-meanwhile.old-cards");

    public static LocalText SameCardStaysValid => Of("valid-meanwhile.same-card");

    public static LocalText NothingStaysValid => Of("valid-meanwhile.none");

    /// <summary>What must stand beside every answer that came from a separate card.</summary>
    public static LocalText SeparateCardsAreUnprotected => Of("separate-unprotected");

    /// <summary>Every key, for the test that looks for a missing one.</summary>
    public static IEnumerable<string> Keys => All.Keys;

    internal static string Key<T>(T value) where T : struct, Enum =>
        JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    public static LocalText Find(string key) => Of(key);

    /// <summary>Filing an application changes no stay, so another text is agreed to.</summary>
    private static string About(ActKind kind, ActChoice? choice) =>
        choice is ActChoice.Received ? "application" : kind.Stored;

    private static LocalText Of(string key) =>
        All.TryGetValue(key, out var text) ? text : throw new KeyNotFoundException($"Counter has no text {key}.");

    private static ImmutableDictionary<string, LocalText> Load()
    {
        var byLanguage = Language.All.ToDictionary(language => language, Read);
        return byLanguage[Language.English].Keys.ToImmutableDictionary(
            key => key,
            key => new LocalText(
                byLanguage.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.GetValueOrDefault(key, ""))),
            StringComparer.Ordinal);
    }

    private static Dictionary<string, string> Read(Language language)
    {
        var name = $"Musubi.Counter.Texts.counter.{language}.json";
        using var stream = typeof(CounterTexts).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        return JsonSerializer.Deserialize<Dictionary<string, string>>(stream)
            ?? throw new InvalidOperationException($"The resource {name} is empty.");
    }
}
