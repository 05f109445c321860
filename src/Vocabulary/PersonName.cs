using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Musubi.Vocabulary;

[JsonConverter(typeof(JsonStringEnumConverter<NameScript>))]
public enum NameScript
{
    /// <summary>Latin letters as in the passport; the name of record.</summary>
    Roman,

    /// <summary>Chinese characters, entered on request beside the Latin ones.</summary>
    Kanji,

    /// <summary>Reading in katakana; not authoritative.</summary>
    Kana,

    /// <summary>The registered alias (通称); it stands in the resident record and never on a residence card.</summary>
    Alias,
}

/// <summary>One way of writing a person's name. A single name is the family name, and Given is empty.</summary>
public sealed record NameForm
{
    /// <summary>No register of either authority holds a longer part.</summary>
    public const int MaxPart = 100;

    public NameForm(NameScript script, string family, string given)
    {
        Script = script;
        Family = CheckedText.Of(family, MaxPart, nameof(family));
        Given = given is "" ? "" : CheckedText.Of(given, MaxPart, nameof(given));
    }

    public NameScript Script { get; }
    public string Family { get; }
    public string Given { get; }

    /// <summary>Family name first, the order of the register.</summary>
    [JsonIgnore]
    public string Display => Given is "" ? Family : Script is NameScript.Kanji ? Family + Given : $"{Family} {Given}";

    public override string ToString() => Display;
}

/// <summary>A name as the set of its written forms: the Roman one first, at most one of each script.</summary>
public sealed record PersonName
{
    public PersonName(ImmutableArray<NameForm> forms)
    {
        if (forms.IsDefaultOrEmpty || forms[0].Script is not NameScript.Roman)
            throw new ArgumentException("A name begins with its Roman form.", nameof(forms));
        var seen = 0;
        foreach (var form in forms) seen |= 1 << (int)form.Script;
        if (System.Numerics.BitOperations.PopCount((uint)seen) != forms.Length)
            throw new ArgumentException("A name has at most one form of each script.", nameof(forms));
        Forms = forms;
    }

    public ImmutableArray<NameForm> Forms { get; }

    [JsonIgnore]
    public NameForm Roman => Forms[0];

    /// <summary>The Roman form, and the kanji form in brackets where there is one: what the card shows.</summary>
    [JsonIgnore]
    public string Display => In(NameScript.Kanji) is { } kanji ? $"{Roman.Display}（{kanji.Display}）" : Roman.Display;

    public static PersonName OfRoman(string family, string given) =>
        new([new NameForm(NameScript.Roman, family, given)]);

    public NameForm? In(NameScript script)
    {
        foreach (var form in Forms)
            if (form.Script == script) return form;
        return null;
    }

    public bool Equals(PersonName? other) => other is not null && Forms.AsSpan().SequenceEqual(other.Forms.AsSpan());

    public override int GetHashCode() => Roman.GetHashCode();

    public override string ToString() => Display;
}
