using System.Text;

namespace Musubi.Chip.Applications.Emrtd;

/// <summary>The machine readable zone of a card: three lines of thirty characters (ICAO 9303-5 §4.2).</summary>
public sealed record Td1Mrz
{
    /// <summary>Three lines of thirty.</summary>
    public const int Length = 3 * Line;

    private const int Line = 30;
    private const int NumberField = 9;
    private const int OptionalField = 15;
    private const char Filler = '<';

    /// <summary>Two characters; the first is A, C or I.</summary>
    public required string DocumentCode { get; init; }

    /// <summary>Three letters.</summary>
    public required string IssuingState { get; init; }

    /// <summary>At most 22 letters and digits; beyond nine they run on into the optional data (9303-5, note
    /// j).</summary>
    public required string DocumentNumber { get; init; }

    /// <summary>YYMMDD; <c>&lt;&lt;</c> for an unknown month or day.</summary>
    public required string BirthDate { get; init; }

    /// <summary>M, F or <c>&lt;</c>.</summary>
    public required char Sex { get; init; }

    /// <summary>YYMMDD.</summary>
    public required string ExpiryDate { get; init; }

    /// <summary>Three letters.</summary>
    public required string Nationality { get; init; }

    /// <summary>Surname; may be the only name.</summary>
    public required string PrimaryIdentifier { get; init; }

    /// <summary>Given names; empty for a single name.</summary>
    public required string SecondaryIdentifier { get; init; }

    /// <summary>The ninety characters.</summary>
    /// <exception cref="MrzException">A value has characters that a zone cannot hold, or is too long.</exception>
    public string Encode()
    {
        var (number, optional) = EncodeNumber();
        var upper = Fill(DocumentCode, 2) + Fill(IssuingState, 3) + number + optional;
        var dates = Fill(BirthDate, 6) + CheckDigit(Fill(BirthDate, 6)) + Sex + Fill(ExpiryDate, 6)
            + CheckDigit(Fill(ExpiryDate, 6)) + Fill(Nationality, 3);
        var lower = dates + new string(Filler, 11);
        var composite = CheckDigit(upper[5..] + lower[..7] + lower[8..15] + lower[18..29]);
        return upper + lower + composite + EncodeName();
    }

    /// <summary>Reads and checks ninety characters.</summary>
    /// <exception cref="MrzException">Not a zone, or a check digit is wrong.</exception>
    public static Td1Mrz Decode(string zone)
    {
        if (zone.Length != Length || zone.Any(one => !IsAllowed(one)))
            throw new MrzException("Not three lines of thirty characters.");
        var (upper, lower, names) = (zone[..Line], zone[Line..(2 * Line)], zone[(2 * Line)..]);
        var number = DecodeNumber(upper);
        RequireDigit(lower[..6], lower[6], "birth date");
        RequireDigit(lower[8..14], lower[14], "expiry date");
        RequireDigit(upper[5..] + lower[..7] + lower[8..15] + lower[18..29], lower[29], "whole zone");
        var parts = names.Split("<<", 2);
        return new Td1Mrz
        {
            DocumentCode = Unfill(upper[..2]),
            IssuingState = Unfill(upper[2..5]),
            DocumentNumber = number,
            BirthDate = lower[..6],
            Sex = lower[7],
            ExpiryDate = lower[8..14],
            Nationality = Unfill(lower[15..18]),
            PrimaryIdentifier = Unfill(parts[0]).Replace(Filler, ' '),
            SecondaryIdentifier = parts.Length == 2 ? Unfill(parts[1]).Replace(Filler, ' ') : "",
        };
    }

    /// <summary>What PACE derives its key from: number, birth date and expiry date with their check digits
    /// (9303-11 §4.3.3; a number of more than nine characters counts in full).</summary>
    public string KeySeed()
    {
        var number = DocumentNumber.PadRight(NumberField, Filler);
        return number + CheckDigit(number) + BirthDate + CheckDigit(BirthDate) + ExpiryDate + CheckDigit(ExpiryDate);
    }

    /// <summary>The check digit of 9303-3 §4.9: weights 7, 3, 1.</summary>
    public static char CheckDigit(string field)
    {
        var sum = 0;
        for (var at = 0; at < field.Length; at++)
        {
            var weight = (at % 3) switch { 0 => 7, 1 => 3, _ => 1 };
            sum += weight * ValueOf(field[at]);
        }

        return (char)('0' + sum % 10);
    }

    private (string Number, string Optional) EncodeNumber()
    {
        if (DocumentNumber.Length <= NumberField)
        {
            var field = Fill(DocumentNumber, NumberField);
            return (field + CheckDigit(field), new string(Filler, OptionalField));
        }

        var rest = Checked(DocumentNumber)[NumberField..] + CheckDigit(DocumentNumber);
        return (DocumentNumber[..NumberField] + Filler, Fill(rest, OptionalField - 1) + Filler);
    }

    private static string DecodeNumber(string upper)
    {
        var (field, digit, optional) = (upper[5..14], upper[14], upper[15..]);
        if (digit != Filler)
        {
            RequireDigit(field, digit, "document number");
            return Unfill(field);
        }

        var rest = optional.Split(Filler, 2)[0];
        if (rest.Length < 2) throw new MrzException("The document number has no check digit.");
        var number = field + rest[..^1];
        RequireDigit(number, rest[^1], "document number");
        return number;
    }

    private string EncodeName()
    {
        var primary = Joined(PrimaryIdentifier);
        var name = SecondaryIdentifier.Length == 0 ? primary : primary + "<<" + Joined(SecondaryIdentifier);
        // A name that does not fit is cut at the end; readers must treat what is there as a beginning (9303-5 §4.2.3).
        return name.Length > Line ? name[..Line] : name.PadRight(Line, Filler);
    }

    private static string Joined(string name)
    {
        var joined = new StringBuilder(name.Length);
        foreach (var one in name)
        {
            if (one is '\'' or ',' or '.') continue;
            joined.Append(one is ' ' or '-' ? Filler : one);
        }

        return Checked(joined.ToString());
    }

    private static string Fill(string value, int length) => value.Length <= length
        ? Checked(value).PadRight(length, Filler)
        : throw new MrzException($"{value.Length} characters do not fit a field of {length}.");

    private static string Unfill(string field) => field.TrimEnd(Filler);

    private static string Checked(string value) => value.All(IsAllowed)
        ? value
        : throw new MrzException("A machine readable zone holds A to Z, digits and < only.");

    private static bool IsAllowed(char one) => one is (>= 'A' and <= 'Z') or (>= '0' and <= '9') or Filler;

    private static void RequireDigit(string field, char digit, string name)
    {
        if (CheckDigit(field) != digit) throw new MrzException($"The check digit of the {name} is wrong.");
    }

    private static int ValueOf(char one) => one switch
    {
        Filler => 0,
        >= '0' and <= '9' => one - '0',
        >= 'A' and <= 'Z' => one - 'A' + 10,
        _ => throw new MrzException("A machine readable zone holds A to Z, digits and < only."),
    };
}

/// <summary>A machine readable zone that cannot be written or read.</summary>
public sealed class MrzException(string message) : FormatException(message);
