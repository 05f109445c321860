using System.Text.Json.Serialization;

namespace Musubi.Vocabulary;

/// <summary>Number of one residence card: two letters, eight digits, two letters. Every reissue has a new one
/// (Immigration Control Act art. 19-4 (2)). No check digit is published.</summary>
[JsonConverter(typeof(IdentifierJson<ResidenceCardNumber>))]
public readonly record struct ResidenceCardNumber : IIdentifier<ResidenceCardNumber>
{
    public const int Length = 12;

    private readonly string? text;

    private ResidenceCardNumber(string text) => this.text = text;

    public static string Shape => "two letters, eight digits and two letters, such as AA12345678BB";

    public string Stored => text ?? "";

    public static bool TryParse(string? text, out ResidenceCardNumber value)
    {
        var valid = IsNumber(text);
        value = valid ? new ResidenceCardNumber(text!) : default;
        return valid;
    }

    /// <summary>As a person types it: full-width, lower case, spaces and hyphens are forgiven.</summary>
    public static bool TryParseTyped(string? typed, out ResidenceCardNumber value) =>
        TryParse(Typed.Compact(typed), out value);

    public static ResidenceCardNumber Parse(string text) => Identifier.Parse<ResidenceCardNumber>(text);

    public override string ToString() => Stored;

    private static bool IsNumber(string? text)
    {
        if (text is not { Length: Length }) return false;
        for (var i = 0; i < Length; i++)
            if (i is >= 2 and < 10 ? !char.IsAsciiDigit(text[i]) : !char.IsAsciiLetterUpper(text[i])) return false;
        return true;
    }
}
