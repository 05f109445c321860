namespace Musubi.TransparencyLog.Notes;

/// <summary>The name of a key in a signature line: not empty, without spaces and plus signs (C2SP signed-note, Format);
/// best a URL without scheme, such as <c>log.example.jp/readings</c>.</summary>
public sealed record KeyName
{
    /// <summary>Longest name in UTF-8: the ML-DSA-44 message gives its length in one byte.</summary>
    public const int MostBytes = 255;

    /// <exception cref="ArgumentException">No such name.</exception>
    public KeyName(string value)
    {
        if (!IsName(value))
            throw new ArgumentException("a key name has 1 to 255 bytes, no space and no plus sign", nameof(value));
        Value = value;
    }

    public string Value { get; }

    /// <summary>The name, or null: this is none.</summary>
    public static KeyName? TryRead(string value) => IsName(value) ? new KeyName(value) : null;

    public override string ToString() => Value;

    private static bool IsName(string value) =>
        value.Length > 0 && !value.Contains('+', StringComparison.Ordinal) && !value.Any(char.IsWhiteSpace)
        && NoteText.CanStand(value) && NoteText.Utf8.GetByteCount(value) <= MostBytes;
}
