using System.Globalization;
using System.Text.Json.Serialization;

namespace Musubi.Vocabulary;

/// <summary>A date of birth as far as it is known: year, year and month, or all three.</summary>
[JsonConverter(typeof(IdentifierJson<PartialDate>))]
public readonly record struct PartialDate : IIdentifier<PartialDate>
{
    public const int EarliestYear = 1868;
    public const int LatestYear = 2199;

    private PartialDate(int year, int month, int day) => (Year, Month, Day) = (year, month, day);

    public static string Shape => "YYYY-MM-DD, with 00 for an unknown month or day";

    public int Year { get; }

    /// <summary>1–12, or 0 when unknown.</summary>
    public int Month { get; }

    /// <summary>1–31, or 0 when unknown; always 0 when the month is.</summary>
    public int Day { get; }

    public bool IsComplete => Day != 0;

    /// <summary>The first day it may be. For a complete date, that date.</summary>
    public DateOnly Earliest => new(Year, Math.Max(Month, 1), Math.Max(Day, 1));

    /// <summary>The last day it may be. For a complete date, that date.</summary>
    public DateOnly Latest => IsComplete ? Earliest
        : Month == 0 ? new(Year, 12, 31)
        : new(Year, Month, DateTime.DaysInMonth(Year, Month));

    public string Stored => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Month:00}-{Day:00}");

    /// <summary>Eight digits, as cards hold it: 19900000 for a date of which only the year is known.</summary>
    public string Compact => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}{Month:00}{Day:00}");

    public static PartialDate Of(int year, int month = 0, int day = 0) =>
        IsDate(year, month, day)
            ? new(year, month, day)
            : throw new IdentifierFormatException($"There is no such date. It would be {Shape}.");

    public static PartialDate Of(DateOnly date) => Of(date.Year, date.Month, date.Day);

    public static bool TryParse(string? text, out PartialDate value)
    {
        value = default;
        return text is { Length: 10 } && text[4] == '-' && text[7] == '-'
            && TryParseCompact(string.Concat(text.AsSpan(0, 4), text.AsSpan(5, 2), text.AsSpan(8, 2)), out value);
    }

    public static bool TryParseCompact(string? text, out PartialDate value)
    {
        value = default;
        if (!Identifier.IsDigits(text, 8)) return false;
        var digits = int.Parse(text, CultureInfo.InvariantCulture);
        var (year, month, day) = (digits / 10_000, digits / 100 % 100, digits % 100);
        if (!IsDate(year, month, day)) return false;
        value = new(year, month, day);
        return true;
    }

    public static PartialDate Parse(string text) => Identifier.Parse<PartialDate>(text);

    public override string ToString() => Stored;

    private static bool IsDate(int year, int month, int day) =>
        year is >= EarliestYear and <= LatestYear && month is >= 0 and <= 12
        && (month == 0 ? day == 0 : day >= 0 && day <= DateTime.DaysInMonth(year, month));
}
