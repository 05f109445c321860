using System.Text.Json.Serialization;

namespace Musubi.Vocabulary;

/// <summary>Code of a local public body: two digits of prefecture, three of municipality, one check digit.</summary>
[JsonConverter(typeof(IdentifierJson<MunicipalityCode>))]
public readonly record struct MunicipalityCode : IIdentifier<MunicipalityCode>
{
    public const int Length = 6;

    private readonly string? digits;

    private MunicipalityCode(string digits) => this.digits = digits;

    public static string Shape => "six digits, the last of them the check digit, such as 131016";

    public string Stored => digits ?? "";

    /// <summary>Without the check digit, as the My Number card's chip holds it.</summary>
    public string Five => Stored[..(Length - 1)];

    /// <summary>The first two digits.</summary>
    public string Prefecture => Stored[..2];

    public static bool TryParse(string? text, out MunicipalityCode value)
    {
        var valid = Identifier.IsDigits(text, Length) && text[^1] == CheckDigit(text);
        value = valid ? new MunicipalityCode(text!) : default;
        return valid;
    }

    public static MunicipalityCode Parse(string text) => Identifier.Parse<MunicipalityCode>(text);

    /// <summary>Completes the five digits of a chip with the check digit.</summary>
    public static MunicipalityCode FromFive(string five) =>
        Identifier.IsDigits(five, Length - 1)
            ? new MunicipalityCode(five + CheckDigit(five))
            : throw new IdentifierFormatException("A municipality code has five digits before its check digit.");

    public override string ToString() => Stored;

    /// <summary>Ministry of Internal Affairs, codes of local public bodies: weights 6 to 2 from the left; the last
    /// digit of 11 − (sum mod 11).</summary>
    private static char CheckDigit(string text)
    {
        var sum = 0;
        for (var i = 0; i < Length - 1; i++) sum += (text[i] - '0') * (Length - i);
        return (char)('0' + ((11 - (sum % 11)) % 10));
    }
}
