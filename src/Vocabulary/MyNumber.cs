using System.Text.Json.Serialization;

namespace Musubi.Vocabulary;

/// <summary>The individual number (My Number): eleven digits and a check digit.</summary>
/// <remarks><see cref="ToString"/> hides it, so that it never lands in a log; <see cref="Reveal"/> is the only way out.
/// JSON carries the digits: it is written to the number register and nowhere else.</remarks>
[JsonConverter(typeof(IdentifierJson<MyNumber>))]
public readonly record struct MyNumber : IIdentifier<MyNumber>
{
    public const int Length = 12;
    private const string Hidden = "************";

    private readonly string? digits;

    private MyNumber(string digits) => this.digits = digits;

    public static string Shape => "twelve digits, the last of them the check digit";

    string IIdentifier<MyNumber>.Stored => Reveal();

    /// <summary>The twelve digits. Every call is a place to justify.</summary>
    public string Reveal() => digits ?? "";

    public static bool TryParse(string? text, out MyNumber value)
    {
        var valid = Identifier.IsDigits(text, Length) && text[^1] == CheckDigit(text);
        value = valid ? new MyNumber(text!) : default;
        return valid;
    }

    /// <summary>As a person types it: full-width digits, spaces and hyphens are forgiven.</summary>
    public static bool TryParseTyped(string? typed, out MyNumber value) => TryParse(Typed.Compact(typed), out value);

    public static MyNumber Parse(string text) => Identifier.Parse<MyNumber>(text);

    /// <summary>Completes eleven digits with their check digit.</summary>
    public static MyNumber FromEleven(string eleven) =>
        Identifier.IsDigits(eleven, Length - 1)
            ? new MyNumber(eleven + CheckDigit(eleven))
            : throw new IdentifierFormatException("A My Number has eleven digits before its check digit.");

    public override string ToString() => Hidden;

    /// <summary>Ordinance of the Ministry of Internal Affairs No. 85 of 2014, art. 5: with P n the n-th digit from the
    /// right (check digit not counted) and Q n = n + 1 up to n = 6, n − 5 from n = 7, the check digit is
    /// 11 − (Σ P n · Q n mod 11), and 0 where the remainder is 0 or 1.</summary>
    private static char CheckDigit(string text)
    {
        var sum = 0;
        for (var n = 1; n <= Length - 1; n++)
            sum += (text[Length - 1 - n] - '0') * (n <= 6 ? n + 1 : n - 5);
        var remainder = sum % 11;
        return (char)('0' + (remainder <= 1 ? 0 : 11 - remainder));
    }
}
