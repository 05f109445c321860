using System.Globalization;
using Musubi.Vocabulary;

namespace Musubi.Office.Texts;

/// <summary>Dates as the reader writes them. Japanese shows the era beside the year, as Japanese documents
/// do.</summary>
public static class DateForms
{
    /// <summary>First day of each era, newest first.</summary>
    private static readonly (DateOnly From, string Name)[] eras =
    [
        (new(2019, 5, 1), "令和"), (new(1989, 1, 8), "平成"), (new(1926, 12, 25), "昭和"),
        (new(1912, 7, 30), "大正"), (new(1868, 1, 25), "明治"),
    ];

    public static string Long(DateOnly date, Language language) => language.Stored switch
    {
        "ja" => $"{date.Year}年{Era(date)}{date.Month}月{date.Day}日",
        "ja-easy" => $"{date.Year}年《ねん》{date.Month}月《がつ》{date.Day}日《にち》",
        _ => date.ToString("d MMMM yyyy", CultureInfo.InvariantCulture),
    };

    /// <param name="there">The moment as the offices' clocks show it.</param>
    public static string Moment(DateTimeOffset there, Language language)
    {
        var day = Long(DateOnly.FromDateTime(there.DateTime), language);
        return $"{day} {there.ToString("HH:mm", CultureInfo.InvariantCulture)}";
    }

    /// <summary>An unknown month or day is left out; a year before the eras has none.</summary>
    public static string Partial(PartialDate date, Language language) =>
        date.IsComplete ? Long(date.Earliest, language)
        : date.Month == 0 ? Year(date, language)
        : language.Stored switch
        {
            "ja" => $"{date.Year}年{date.Month}月",
            "ja-easy" => $"{date.Year}年《ねん》{date.Month}月《がつ》",
            _ => date.Earliest.ToString("MMMM yyyy", CultureInfo.InvariantCulture),
        };

    private static string Year(PartialDate date, Language language) => language.Stored switch
    {
        "ja" => $"{date.Year}年",
        "ja-easy" => $"{date.Year}年《ねん》",
        _ => date.Year.ToString(CultureInfo.InvariantCulture),
    };

    private static string Era(DateOnly date)
    {
        foreach (var (from, name) in eras)
            if (date >= from)
                return $"（{name}{(date.Year == from.Year ? "元" : date.Year - from.Year + 1)}年）";
        return "";
    }
}
