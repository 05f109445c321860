using System.Collections.Frozen;

namespace Musubi.Vocabulary;

/// <summary>The days on which public offices work. Known for the stated years only: beyond them a question is refused
/// rather than answered wrongly.</summary>
public sealed class Calendar
{
    private readonly FrozenSet<DateOnly> holidays;
    private readonly FrozenSet<DateOnly> closures;
    private readonly FrozenSet<DayOfWeek> weekend;

    private Calendar(int firstYear, int lastYear, IEnumerable<DateOnly> holidays, IEnumerable<DateOnly> closures,
        IEnumerable<DayOfWeek> weekend)
    {
        (FirstYear, LastYear) = (firstYear, lastYear);
        (this.holidays, this.closures, this.weekend) =
            (holidays.ToFrozenSet(), closures.ToFrozenSet(), weekend.ToFrozenSet());
    }

    public int FirstYear { get; }
    public int LastYear { get; }

    public bool IsHoliday(DateOnly day) => holidays.Contains(Known(day));

    public bool IsBusinessDay(DateOnly day) =>
        !holidays.Contains(Known(day)) && !closures.Contains(day) && !weekend.Contains(day.DayOfWeek);

    /// <summary>The <paramref name="count"/>-th business day after <paramref name="start"/>.</summary>
    public DateOnly AddBusinessDays(DateOnly start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var day = start;
        while (count > 0)
            if (IsBusinessDay(day = day.AddDays(1))) count--;
        return day;
    }

    internal static Calendar Read(DataNode root)
    {
        var (first, last) = (root.Number("firstYear", 1950, 2199), root.Number("lastYear", 1950, 2199));
        root.String("source");
        if (last < first) root.Problem("\"lastYear\" is before \"firstYear\"", "a later year");
        var free = root.List("holidays").SelectMany(node => Days(node, first, last)).ToHashSet();
        var substitute = root.Has("substituteForWeekday")
            ? root.Enum<DayOfWeek>("substituteForWeekday")
            : (DayOfWeek?)null;
        if (substitute is { } weekday) AddSubstitutes(free, weekday);
        if (root.Has("dayBetweenHolidays") && root.Flag("dayBetweenHolidays")) AddDaysBetween(free);
        var closed = root.OptionalList("officesClosed").SelectMany(node => Days(node, first, last)).ToList();
        return new(first, last, free, closed, root.List("weekend").Select(Weekday));
    }

    /// <summary>A holiday on that weekday moves on to the next day that is not a holiday itself.</summary>
    private static void AddSubstitutes(HashSet<DateOnly> holidays, DayOfWeek weekday)
    {
        foreach (var holiday in holidays.Where(day => day.DayOfWeek == weekday).ToList())
        {
            var next = holiday.AddDays(1);
            while (!holidays.Add(next)) next = next.AddDays(1);
        }
    }

    private static void AddDaysBetween(HashSet<DateOnly> holidays)
    {
        var between = holidays.Where(day => holidays.Contains(day.AddDays(2))).Select(day => day.AddDays(1)).ToList();
        foreach (var day in between)
            holidays.Add(day);
    }

    /// <summary>A holiday is a fixed day, the n-th weekday of a month, or a list of dates (one for each
    /// year).</summary>
    private static IEnumerable<DateOnly> Days(DataNode node, int firstYear, int lastYear)
    {
        node.Local("name");
        var years = Enumerable.Range(firstYear, Math.Max(0, lastYear - firstYear + 1));
        if (node.Has("dates")) return Listed(node, years);
        var month = node.Number("month", 1, 12);
        if (node.Has("weekday"))
        {
            var (weekday, nth) = (node.Enum<DayOfWeek>("weekday"), node.Number("nth", 1, 4));
            return years.Select(year => NthWeekday(year, month, weekday, nth));
        }
        var day = node.Number("day", 1, DateTime.DaysInMonth(2001, month));
        return years.Select(year => new DateOnly(year, month, day));
    }

    private static List<DateOnly> Listed(DataNode node, IEnumerable<int> years)
    {
        var dates = node.List("dates").ConvertAll(date => date.AsDate());
        foreach (var year in years)
            if (dates.Count(date => date.Year == year) != 1)
                node.Problem($"\"dates\" is not clear about {year}", "one date for each year of the calendar");
        return dates;
    }

    private static DateOnly NthWeekday(int year, int month, DayOfWeek weekday, int nth)
    {
        var first = new DateOnly(year, month, 1);
        var ahead = ((int)weekday - (int)first.DayOfWeek + 7) % 7;
        return first.AddDays(ahead + ((nth - 1) * 7));
    }

    private static DayOfWeek Weekday(DataNode node)
    {
        if (Enum.TryParse<DayOfWeek>(node.Text, out var day) && Enum.IsDefined(day)) return day;
        node.Problem("this is no weekday", "a weekday in English, such as Sunday");
        return DayOfWeek.Sunday;
    }

    private DateOnly Known(DateOnly day) => day.Year >= FirstYear && day.Year <= LastYear ? day
        : throw new ArgumentOutOfRangeException(nameof(day), $"The calendar knows {FirstYear} to {LastYear}.");
}
