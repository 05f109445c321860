namespace Musubi.Office.Components;

public enum Sign
{
    Lock,
    Open,
    Yes,
    No,
    Warning,
    Note,
    Unknown,
    Card,
    Clock,
    Register,
}

/// <summary>How a state is meant; the colour follows from it, the icon and the word say it.</summary>
public enum Mood
{
    Neutral,
    Good,
    Careful,
    Bad,
}

internal static class Moods
{
    public static string Css(this Mood mood) => mood switch
    {
        Mood.Neutral => "",
        Mood.Good => "ok",
        Mood.Careful => "warn",
        Mood.Bad => "bad",
    };

    public static Sign Sign(this Mood mood) => mood switch
    {
        Mood.Neutral => Components.Sign.Note,
        Mood.Good => Components.Sign.Yes,
        Mood.Careful => Components.Sign.Warning,
        Mood.Bad => Components.Sign.No,
    };
}
