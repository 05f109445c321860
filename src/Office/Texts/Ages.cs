using Microsoft.AspNetCore.Components;

namespace Musubi.Office.Texts;

/// <summary>How long something has been waiting, in the largest unit that says it.</summary>
public static class Ages
{
    public static MarkupString Of(TimeSpan age, Words words) => age switch
    {
        { TotalMinutes: < 1 } => words["age.now"],
        { TotalHours: < 1 } => words.Say("age.minutes", ("n", (int)age.TotalMinutes)),
        { TotalDays: < 1 } => words.Say("age.hours", ("n", (int)age.TotalHours)),
        _ => Words.Markup(words.Count((int)age.TotalDays, "age.day", "age.days")),
    };
}
