namespace Musubi.Vocabulary;

/// <summary>Free text at the door of a record: there, not too long, on one line.</summary>
internal static class CheckedText
{
    public static string Of(string? text, int longest, string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text, parameter);
        if (text.Length > longest) throw new ArgumentException($"Longer than {longest} characters.", parameter);
        foreach (var c in text)
            if (char.IsControl(c)) throw new ArgumentException("Control characters are not text.", parameter);
        return text;
    }
}
