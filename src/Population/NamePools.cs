using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Musubi.Vocabulary;

namespace Musubi.Population;

/// <summary>Common names by origin, from which residents' names are put together (names.json). No name is a
/// person.</summary>
internal sealed class NamePools
{
    private static readonly FrozenDictionary<string, NamePools> All = Read();

    private readonly PoolText pool;
    private readonly Weighted<Word> family, male, female, middleMale, middleFemale;

    private NamePools(PoolText pool)
    {
        this.pool = pool;
        (family, male, female) = (Words(pool.Family), Words(pool.Male), Words(pool.Female));
        (middleMale, middleFemale) = (Words(pool.MiddleMale), Words(pool.MiddleFemale));
    }

    public static bool Has(string name) => All.ContainsKey(name);

    public static NamePools Of(string name) => All[name];

    public Part DrawFamily(ref Draw draw)
    {
        var first = family.Draw(ref draw);
        if (pool.FamilyNames == 1) return new(first.Roman, first.Kanji);
        var second = family.Draw(ref draw);
        return new($"{first.Roman} {second.Roman}", "");
    }

    /// <summary>A given name, with a middle name before it or glued syllables, as the pool's people have
    /// them.</summary>
    public Part DrawGiven(ref Draw draw, Sex sex)
    {
        if (draw.Chance(pool.SingleShare)) return new("", "");
        var (words, middles) = sex is Sex.Female ? (female, middleFemale) : (male, middleMale);
        var parts = new List<Word>();
        if (draw.Chance(pool.MiddleShare)) parts.Add(middles.Draw(ref draw));
        for (var i = draw.Between(pool.LeastWords, pool.MostWords); i > 0; i--) parts.Add(words.Draw(ref draw));
        return new(string.Join(pool.Glue, parts.Select(word => word.Roman)),
            string.Concat(parts.Select(word => word.Kanji)));
    }

    private static Weighted<Word> Words(ImmutableArray<string> texts) => new(texts.Select(Word.Parse));

    private static FrozenDictionary<string, NamePools> Read()
    {
        using var file = typeof(NamePools).Assembly.GetManifestResourceStream("Musubi.Population.names.json")!;
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        };
        return JsonSerializer.Deserialize<Dictionary<string, PoolText>>(file, options)!
            .ToFrozenDictionary(pair => pair.Key, pair => new NamePools(pair.Value));
    }

    /// <summary>One part of a name; Kanji is empty where the pool has none.</summary>
    internal readonly record struct Part(string Roman, string Kanji);

    /// <summary>"WANG/王*70": Latin letters, characters, weight. A plus stands for a space within a name.</summary>
    private readonly record struct Word(string Roman, string Kanji)
    {
        public static (Word, double) Parse(string text)
        {
            var weighted = text.Split('*');
            var scripts = weighted[0].Split('/');
            return (new(scripts[0].Replace('+', ' '), scripts.Length > 1 ? scripts[1] : ""),
                weighted.Length > 1 ? double.Parse(weighted[1], CultureInfo.InvariantCulture) : 1);
        }
    }

    private sealed record PoolText(
        ImmutableArray<string> Family,
        ImmutableArray<string> Male,
        ImmutableArray<string> Female,
        ImmutableArray<string> MiddleMale,
        ImmutableArray<string> MiddleFemale,
        double MiddleShare,
        int LeastWords,
        int MostWords,
        string Glue,
        int FamilyNames,
        double SingleShare);
}
