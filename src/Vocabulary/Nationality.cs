using System.Text.Json.Serialization;

namespace Musubi.Vocabulary;

/// <summary>Nationality or region as three capital letters (ISO 3166-1 alpha-3 and the codes that cards add to
/// it).</summary>
[JsonConverter(typeof(IdentifierJson<Nationality>))]
public readonly record struct Nationality : IIdentifier<Nationality>
{
    private readonly string? text;

    private Nationality(string text) => this.text = text;

    public static string Shape => "three capital letters, such as VNM";

    public string Stored => text ?? "";

    public static bool TryParse(string? text, out Nationality value)
    {
        var valid = text is { Length: 3 } && text.All(char.IsAsciiLetterUpper);
        value = valid ? new Nationality(text!) : default;
        return valid;
    }

    public static Nationality Parse(string text) => Identifier.Parse<Nationality>(text);

    public override string ToString() => Stored;
}
