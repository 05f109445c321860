namespace Musubi.TransparencyLog.Notes;

/// <summary>Which log: the first line of its checkpoints (C2SP tlog-checkpoint). Best a URL without scheme; it need not
/// lead anywhere.</summary>
public sealed record LogOrigin
{
    /// <summary>Longest origin in UTF-8: the ML-DSA-44 message gives its length in one byte.</summary>
    public const int MostBytes = 255;

    /// <exception cref="ArgumentException">Empty, more than one line, or longer than <see cref="MostBytes"/>.
    /// </exception>
    public LogOrigin(string value)
    {
        if (!IsOrigin(value))
            throw new ArgumentException("an origin is one line of 1 to 255 bytes", nameof(value));
        Value = value;
    }

    public string Value { get; }

    /// <summary>The origin, or null: this is none.</summary>
    public static LogOrigin? TryRead(string value) => IsOrigin(value) ? new LogOrigin(value) : null;

    public override string ToString() => Value;

    private static bool IsOrigin(string value) =>
        value.Length > 0 && !value.Contains('\n', StringComparison.Ordinal) && NoteText.CanStand(value)
        && NoteText.Utf8.GetByteCount(value) <= MostBytes;
}
