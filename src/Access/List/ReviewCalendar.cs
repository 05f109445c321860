using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>When each entry of a list is reviewed and when it ends, the next first; also as an iCalendar file
/// (RFC 5545) for the calendars that people have.</summary>
/// <param name="Days">Reviews and ends of entries that are not over yet.</param>
public sealed record ReviewCalendar(AccessList List, DateOnly Today, ImmutableArray<CalendarDay> Days)
{
    /// <summary>RFC 5545 §3.1: a line has at most 75 octets; the rest goes on after a line break and a space.</summary>
    private const int LineOctets = 75;

    public static ReviewCalendar Of(AccessList list, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(list);
        return new(list, today, [.. list.Entries
            .Where(entry => entry.StateOn(today) is EntryState.InForce or EntryState.NotYetInForce)
            .SelectMany(entry => new[]
            {
                new CalendarDay(entry.ReviewDate, CalendarDayKind.Review, entry, entry.ReviewDate < today),
                new CalendarDay(entry.ValidUntil, CalendarDayKind.End, entry, Overdue: false),
            })
            .OrderBy(day => day.Date).ThenBy(day => day.Entry.Id.Stored, StringComparer.Ordinal)]);
    }

    public byte[] ToICalendar(Language language)
    {
        var text = new StringBuilder();
        void Line(string name, string value) => Fold(text, $"{name}:{value}");
        Line("BEGIN", "VCALENDAR");
        Line("VERSION", "2.0");
        Line("PRODID", "-//Musubi//Access list//EN");
        Line("CALSCALE", "GREGORIAN");
        Line("X-WR-CALNAME", Escaped(AccessTexts.Of("calendar.name").PlainIn(language)));
        foreach (var day in Days)
        {
            var kind = AccessTexts.Key(day.Kind);
            Line("BEGIN", "VEVENT");
            Line("UID", string.Create(CultureInfo.InvariantCulture, $"{kind}-{day.Entry.Id}@access-list.musubi"));
            Line("DTSTAMP", Compact(List.PublishedOn) + "T000000Z");
            Line("SEQUENCE", List.Version.ToString(CultureInfo.InvariantCulture));
            Line("DTSTART;VALUE=DATE", Compact(day.Date));
            Line("SUMMARY", Escaped(AccessTexts.Fill(AccessTexts.Of("calendar." + kind).PlainIn(language),
                ("reader", day.Entry.LegalName.PlainIn(language)))));
            Line("DESCRIPTION", Escaped(day.Entry.Purpose.PlainIn(language)));
            Line("TRANSP", "TRANSPARENT");
            Line("END", "VEVENT");
        }
        Line("END", "VCALENDAR");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Compact(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>RFC 5545 §3.3.11.</summary>
    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace(";", "\\;", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>A line is cut between characters, never inside one.</summary>
    private static void Fold(StringBuilder text, string line)
    {
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > LineOctets)
            {
                text.Append("\r\n ");
                octets = 1;
            }
            text.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }
        text.Append("\r\n");
    }
}

/// <param name="Overdue">The review's day is past and the entry is still in force.</param>
public sealed record CalendarDay(DateOnly Date, CalendarDayKind Kind, AccessEntry Entry, bool Overdue);

public enum CalendarDayKind
{
    Review,
    End,
}
