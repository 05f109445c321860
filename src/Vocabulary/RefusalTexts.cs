using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Musubi.Vocabulary;

/// <summary>The sentences for every refusal: what happened, what it means, what to do. They are the product's own words
/// (Texts/refusals.*.json), not a jurisdiction's.</summary>
public static class RefusalTexts
{
    /// <summary>Stands where a sentence names a particular that the refusal does not carry.</summary>
    private const string Unnamed = "—";

    private static readonly FrozenDictionary<(RefusalCode, Language, Audience), string> Sentences = ReadAll();

    /// <summary>The sentence with its placeholders {triesLeft}, {fields}, {entry}, {rights}, {holders} and {otherAct}
    /// unfilled.</summary>
    public static string For(RefusalCode code, Language language, Audience audience) =>
        Sentences[(code, language, audience)];

    /// <summary>The sentence with its particulars, in the words of the jurisdiction.</summary>
    public static string For(Refusal refusal, Language language, Audience audience, Jurisdiction jurisdiction)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        ArgumentNullException.ThrowIfNull(jurisdiction);
        var fields = refusal.Fields.Select(id => jurisdiction.Card.Find(id)?.Label.In(language) ?? id.Stored);
        var entry = refusal.Entry is { } id
            ? jurisdiction.AccessList.Find(id)?.LegalName.In(language) ?? id.Stored
            : null;
        var act = refusal.OtherActKind is { } kind
            ? jurisdiction.Services.GetValueOrDefault(kind)?.Name.In(language)
            : null;
        var holders = refusal.Holders.Select(
            holder => jurisdiction.AccessList.Find(holder)?.LegalName.In(language) ?? holder.Stored);
        return WithRights(For(refusal.Code, language, audience), refusal)
            .Replace("{rights}", string.Join(", ", refusal.Rights), StringComparison.Ordinal)
            .Replace("{holders}", refusal.Holders.IsEmpty ? Unnamed : string.Join(", ", holders),
                StringComparison.Ordinal)
            .Replace("{triesLeft}", refusal.TriesLeft?.ToString(CultureInfo.InvariantCulture) ?? Unnamed,
                StringComparison.Ordinal)
            .Replace("{fields}", refusal.Fields.IsEmpty ? Unnamed : string.Join(", ", fields), StringComparison.Ordinal)
            .Replace("{entry}", entry ?? Unnamed, StringComparison.Ordinal)
            .Replace("{otherAct}", act ?? refusal.OtherAct?.ToString() ?? Unnamed, StringComparison.Ordinal);
    }

    /// <summary>What stands in brackets is said only when the refusal names rights.</summary>
    private static string WithRights(string sentence, Refusal refusal)
    {
        var (begin, end) = (sentence.IndexOf('['), sentence.IndexOf(']'));
        if (begin < 0 || end < begin) return sentence;
        var said = refusal.Rights.IsEmpty ? "" : sentence[(begin + 1)..end];
        return sentence[..begin] + said + sentence[(end + 1)..];
    }

    internal static string ResourceName(Language language) => $"Musubi.Vocabulary.Texts.refusals.{language}.json";

    private static FrozenDictionary<(RefusalCode, Language, Audience), string> ReadAll()
    {
        var sentences = new Dictionary<(RefusalCode, Language, Audience), string>();
        foreach (var language in Language.All)
        {
            using var file = typeof(RefusalTexts).Assembly.GetManifestResourceStream(ResourceName(language))!;
            var texts = JsonSerializer.Deserialize<Dictionary<RefusalCode, Sentence>>(file, JsonSerializerOptions.Web)!;
            foreach (var (code, sentence) in texts)
            {
                sentences.Add((code, language, Audience.Resident), sentence.Resident);
                sentences.Add((code, language, Audience.Clerk), sentence.Clerk);
            }
        }
        return sentences.ToFrozenDictionary();
    }

    private sealed record Sentence(string Resident, string Clerk);
}
