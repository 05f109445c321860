using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Musubi.TransparencyLog.Merkle;

namespace Musubi.TransparencyLog.Notes;

/// <summary>A log's tree head: whose, how many entries, which root (C2SP tlog-checkpoint, Note text). It is what a
/// signature covers; the signatures stand in a <see cref="SignedNote"/> around it.</summary>
public sealed record Checkpoint
{
    /// <summary>Most extension lines; their use is not recommended, and we write none.</summary>
    public const int MostExtensions = 16;

    // Origin, size, root.
    private const int FixedLines = 3;

    /// <param name="origin">Which log.</param>
    /// <param name="size">Number of entries, 0 … 2^63 − 1.</param>
    /// <param name="root">Root of the tree of that size.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is negative.</exception>
    public Checkpoint(LogOrigin origin, long size, TreeHash root)
        : this(origin, size, root, [])
    {
    }

    private Checkpoint(LogOrigin origin, long size, TreeHash root, ImmutableArray<string> extensions)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        Origin = origin;
        Size = size;
        Root = root;
        Extensions = extensions;
        Text = string.Join('\n', [origin.Value, NoteText.Number(size), root.ToString(), .. extensions, ""]);
    }

    public LogOrigin Origin { get; }

    public long Size { get; }

    public TreeHash Root { get; }

    /// <summary>Lines after the root, opaque to us.</summary>
    public ImmutableArray<string> Extensions { get; }

    /// <summary>The note text, with its final newline.</summary>
    public string Text { get; }

    /// <summary>Reads a note's text.</summary>
    /// <exception cref="NoteException">It is no checkpoint.</exception>
    public static Checkpoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!NoteText.CanStand(text) || !text.EndsWith('\n'))
            throw new NoteException("a checkpoint is lines of text, each ended by a newline");
        var lines = text[..^1].Split('\n', FixedLines + MostExtensions + 1);
        if (lines.Length is < FixedLines or > FixedLines + MostExtensions)
            throw new NoteException($"a checkpoint has {FixedLines} to {FixedLines + MostExtensions} lines");
        var origin = LogOrigin.TryRead(lines[0])
            ?? throw new NoteException($"line 1, the origin, is empty or longer than {LogOrigin.MostBytes} bytes");
        if (!NoteText.TryNumber(lines[1], out var size))
            throw new NoteException("line 2, the tree size, is no decimal number without leading zeroes");
        if (!TreeHash.TryParse(lines[2], out var root))
            throw new NoteException("line 3, the root, is not base64 of 32 bytes");
        var extensions = lines[FixedLines..];
        if (extensions.Contains(""))
            throw new NoteException("an extension line is empty");
        return new Checkpoint(origin, size, root, [.. extensions]);
    }

    /// <summary>Reads a note's text; false says that it is no checkpoint.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Checkpoint? checkpoint)
    {
        checkpoint = null;
        try
        {
            checkpoint = Parse(text);
            return true;
        }
        catch (NoteException)
        {
            return false;
        }
    }

    /// <summary>The text is all of it, so equal texts are equal checkpoints.</summary>
    public bool Equals(Checkpoint? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);
}
