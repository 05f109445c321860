using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Musubi.Vocabulary;

/// <summary>One value of a data file. Asking it for a key it lacks or a shape it has not notes a problem and gives a
/// harmless stand-in, so that one load finds every mistake; a load with a problem yields nothing.</summary>
/// <remarks>Its place is "file:line" in a jurisdiction's folder and a JSON path in a document of its own.</remarks>
internal sealed class DataNode(string place, JsonTokenType kind, List<string> problems)
{
    /// <summary>Anything longer on a page is a mistake.</summary>
    private const int MaxText = 1000;

    private static readonly LocalText NoText = new(Language.All.ToImmutableDictionary(l => l, _ => "-"));

    private readonly HashSet<string> asked = new(StringComparer.Ordinal);

    public Dictionary<string, DataNode> Members { get; } = new(StringComparer.Ordinal);
    public List<DataNode> Elements { get; } = [];
    public string? Text { get; set; }
    private JsonTokenType Kind { get; } = kind;

    /// <summary>A file that could not be read was reported once; its stand-in complains no more.</summary>
    private bool IsStandIn => Kind is JsonTokenType.None;

    public void Problem(string wrong, string right)
    {
        if (!IsStandIn) problems.Add($"{place}: {wrong}; it would be {right}.");
    }

    public bool Has(string key)
    {
        asked.Add(key);
        return Members.ContainsKey(key);
    }

    public DataNode At(string key)
    {
        asked.Add(key);
        if (Members.TryGetValue(key, out var member)) return member;
        if (Kind is JsonTokenType.StartObject) Problem($"\"{key}\" is missing", $"an object with \"{key}\"");
        else Problem("this is not an object", $"an object with \"{key}\"");
        return new DataNode(place, JsonTokenType.None, problems);
    }

    public List<DataNode> List(string key)
    {
        var list = At(key);
        if (list.Kind is not JsonTokenType.StartArray) list.Problem($"\"{key}\" is not a list", "a list");
        return list.Elements;
    }

    public List<DataNode> OptionalList(string key) => Has(key) ? List(key) : [];

    public string String(string key, int longest = MaxText) => At(key).AsString(key, longest);

    public T Id<T>(string key) where T : struct, IIdentifier<T> => At(key).AsId<T>();

    public T? OptionalId<T>(string key) where T : struct, IIdentifier<T> => Has(key) ? Id<T>(key) : null;

    public ImmutableArray<T> Ids<T>(string key) where T : struct, IIdentifier<T> =>
        [.. OptionalList(key).Select(element => element.AsId<T>())];

    public bool Flag(string key)
    {
        var node = At(key);
        if (node.Kind is not (JsonTokenType.True or JsonTokenType.False))
            node.Problem($"\"{key}\" is neither true nor false", "true or false");
        return node.Kind is JsonTokenType.True;
    }

    public int Number(string key, int from, int to)
    {
        var node = At(key);
        if (node.Kind is JsonTokenType.Number
            && int.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= from && number <= to)
            return number;
        node.Problem($"\"{key}\" is not a whole number in its range", $"a number from {from} to {to}");
        return from;
    }

    public DateOnly Date(string key) => At(key).AsDate();

    public DateOnly? OptionalDate(string key) => Has(key) ? Date(key) : null;

    public DateOnly AsDate()
    {
        if (DateOnly.TryParseExact(Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return date;
        Problem("this is not a date", "a date such as 2026-06-14");
        return DateOnly.MinValue;
    }

    public T Enum<T>(string key) where T : struct, Enum
    {
        var node = At(key);
        if (node.Kind is JsonTokenType.String && System.Enum.GetNames<T>().Contains(node.Text, StringComparer.Ordinal))
            return System.Enum.Parse<T>(node.Text!);
        node.Problem($"\"{key}\" is not a known word", "one of " + string.Join(", ", System.Enum.GetNames<T>()));
        return default;
    }

    /// <summary>A text in every language of the product; a language too many is an unknown key.</summary>
    public LocalText Local(string key)
    {
        var node = At(key);
        var texts = Language.All.ToImmutableDictionary(language => language, language => node.String(language.Stored));
        return texts.Values.All(text => !string.IsNullOrWhiteSpace(text)) ? new LocalText(texts) : NoText;
    }

    public LocalText? OptionalLocal(string key) => Has(key) ? Local(key) : null;

    /// <summary>Elements by their key; a key that comes twice is a problem at the second place.</summary>
    public ImmutableDictionary<TKey, T> Table<TKey, T>(string key, Func<DataNode, T> read, Func<T, TKey> keyOf)
        where TKey : notnull
    {
        var table = ImmutableDictionary.CreateBuilder<TKey, T>();
        foreach (var element in List(key))
        {
            var value = read(element);
            if (!table.TryAdd(keyOf(value), value))
                element.Problem($"{keyOf(value)} stands here twice", "in the list once");
        }
        return table.ToImmutable();
    }

    /// <summary>Keys that nobody asked for are misspelt or meant for something that does not exist.</summary>
    public void ReportUnknownKeys()
    {
        foreach (var (key, member) in Members)
        {
            if (asked.Contains(key)) member.ReportUnknownKeys();
            else member.Problem($"\"{key}\" is not known here", "one of "
                + string.Join(", ", asked.Order(StringComparer.Ordinal)));
        }
        foreach (var element in Elements) element.ReportUnknownKeys();
    }

    private T AsId<T>() where T : struct, IIdentifier<T>
    {
        if (Kind is JsonTokenType.String && T.TryParse(Text, out var value)) return value;
        Problem($"this is not a {typeof(T).Name}", T.Shape);
        return default;
    }

    private string AsString(string key, int longest)
    {
        if (Kind is JsonTokenType.String && !string.IsNullOrWhiteSpace(Text) && Text.Length <= longest
            && !Text.Any(char.IsControl))
            return Text;
        Problem($"\"{key}\" is not a text of 1 to {longest} characters on one line", "such a text in quotation marks");
        return "";
    }
}
