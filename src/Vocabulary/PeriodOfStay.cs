using System.Globalization;
using System.Text.Json.Serialization;

namespace Musubi.Vocabulary;

/// <summary>How long a stay is granted for: years and months, or days, or without end. Text is ISO 8601 (P4Y3M, P90D)
/// or "indefinite".</summary>
[JsonConverter(typeof(IdentifierJson<PeriodOfStay>))]
public readonly record struct PeriodOfStay : IIdentifier<PeriodOfStay>, IComparable<PeriodOfStay>
{
    private const string IndefiniteText = "indefinite";

    private PeriodOfStay(int months, int days) => (TotalMonths, Days) = (months, days);

    public static string Shape => "P5Y, P4Y3M, P6M, P90D or indefinite";

    /// <summary>The default value: without end.</summary>
    public static PeriodOfStay Indefinite => default;

    public bool IsIndefinite => TotalMonths == 0 && Days == 0;
    public int Years => TotalMonths / 12;

    /// <summary>Months beyond the full years, 0–11.</summary>
    public int Months => TotalMonths % 12;

    /// <summary>1–999, or 0 when the period is in years and months.</summary>
    public int Days { get; }

    private int TotalMonths { get; }

    public string Stored => IsIndefinite ? IndefiniteText
        : Days > 0 ? "P" + Text(Days, 'D')
        : "P" + (Years > 0 ? Text(Years, 'Y') : "") + (Months > 0 ? Text(Months, 'M') : "");

    /// <summary>Residence card, tag CE: YYMM, or DDD, or 0000 without end.</summary>
    public string Chip => Days > 0
        ? Days.ToString("000", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Years:00}{Months:00}");

    public static PeriodOfStay OfMonths(int years, int months = 0) =>
        years is >= 0 and <= 99 && months is >= 0 and <= 11 && years + months > 0
            ? new((years * 12) + months, 0)
            : throw new IdentifierFormatException("A period has 1 month to 99 years 11 months.");

    public static PeriodOfStay OfDays(int days) =>
        days is > 0 and <= 999 ? new(0, days) : throw new IdentifierFormatException("A period has 1 to 999 days.");

    /// <summary>The last day of a stay that begins on <paramref name="start"/>; null without end.</summary>
    public DateOnly? EndFrom(DateOnly start) =>
        IsIndefinite ? null : Days > 0 ? start.AddDays(Days) : start.AddMonths(TotalMonths);

    public static bool TryParse(string? text, out PeriodOfStay value)
    {
        value = default;
        if (string.Equals(text, IndefiniteText, StringComparison.Ordinal)) return true;
        if (text is not { Length: >= 3 and <= 7 } || text[0] != 'P') return false;
        var (years, months, days) = (0, 0, 0);
        var rest = text.AsSpan(1);
        if (!Take(ref rest, 'Y', ref years) || !Take(ref rest, 'M', ref months) || !Take(ref rest, 'D', ref days))
            return false;
        if (rest.Length > 0 || years > 99 || months > 11 || (days > 0) == (years + months > 0)) return false;
        value = new((years * 12) + months, days);
        // Only the canonical spelling: "P0Y3M" is not a second way to write P3M.
        return string.Equals(value.Stored, text, StringComparison.Ordinal);
    }

    public static bool TryParseChip(string? text, out PeriodOfStay value)
    {
        value = default;
        if (Identifier.IsDigits(text, 3))
        {
            value = new(0, int.Parse(text, CultureInfo.InvariantCulture));
            return value.Days > 0;
        }
        if (!Identifier.IsDigits(text, 4)) return false;
        var digits = int.Parse(text, CultureInfo.InvariantCulture);
        value = new((digits / 100 * 12) + (digits % 100), 0);
        return digits % 100 <= 11;
    }

    public static PeriodOfStay Parse(string text) => Identifier.Parse<PeriodOfStay>(text);

    /// <summary>Shorter before longer; a month counts as 30 days here, and without end is the longest.</summary>
    public int CompareTo(PeriodOfStay other) => Rough.CompareTo(other.Rough);

    public override string ToString() => Stored;

    private int Rough => IsIndefinite ? int.MaxValue : (TotalMonths * 30) + Days;

    private static string Text(int number, char unit) => number.ToString(CultureInfo.InvariantCulture) + unit;

    private static bool Take(ref ReadOnlySpan<char> rest, char unit, ref int number)
    {
        var end = rest.IndexOf(unit);
        if (end < 0) return true;
        if (end is 0 or > 3 || !int.TryParse(rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out number))
            return false;
        rest = rest[(end + 1)..];
        return true;
    }
}
