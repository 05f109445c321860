using System.Collections.Concurrent;
using Musubi.Chip;
using Musubi.Chip.Readers.InProcess;

namespace Musubi.Office.Demo;

/// <summary>What a page says of the reader it is bound to.</summary>
/// <param name="PinTyped">A PIN waits at the PIN pad beside it.</param>
public sealed record ReaderState(string Name, bool CardPresent, bool PinTyped);

/// <summary>Readers by name: a desk and a verifier's place are bound to one each. In the demonstration the card tray
/// lays virtual cards on them.</summary>
public sealed class Readers(PinPads pads)
{
    /// <summary>More than any office has; a reader is made when it is first named.</summary>
    public const int MostReaders = 256;

    private const int LongestName = 32;

    private readonly ConcurrentDictionary<string, InProcessReader> readers = new(StringComparer.Ordinal);

    public static bool IsName(string? name) => name is { Length: > 0 and <= LongestName }
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>The reader of that name, or null where the name is none or there are too many.</summary>
    public InProcessReader? Find(string name) =>
        !IsName(name) || (readers.Count >= MostReaders && !readers.ContainsKey(name))
            ? null
            : readers.GetOrAdd(name, static name => new InProcessReader(name));

    public ReaderState State(string name) =>
        new(name, Find(name) is { CardPresent: true }, pads.HasAnswer(name));

    /// <summary>The card on that reader, or null where none lies.</summary>
    public ICardChannel? Card(string name) => Find(name) is { CardPresent: true } reader ? reader.Connect() : null;
}
