using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Musubi.TransparencyLog.Notes;

/// <summary>Text with signature lines (C2SP signed-note). What the text says counts only after
/// <see cref="Verify"/>.</summary>
public sealed class SignedNote
{
    /// <summary>Most bytes of a whole note; the bound of Go's <c>sumdb/note</c>, so what it takes we take.</summary>
    public const int MostBytes = 1_000_000;

    /// <summary>Most signature lines; at least 16 must be taken, Go takes 100.</summary>
    public const int MostSignatures = 100;

    /// <exception cref="ArgumentException">The text cannot be a note's: empty, without a final newline, or with control
    /// characters; or there are no signatures or too many.</exception>
    public SignedNote(string text, ImmutableArray<NoteSignature> signatures)
    {
        if (!text.EndsWith('\n') || !NoteText.CanStand(text))
            throw new ArgumentException("a note's text ends in a newline and has no other control character",
                nameof(text));
        if (signatures.Length is 0 or > MostSignatures)
            throw new ArgumentException($"a note has 1 to {MostSignatures} signatures", nameof(signatures));
        Text = text;
        Signatures = signatures;
    }

    /// <summary>The text with its final newline, without the empty line after it.</summary>
    public string Text { get; }

    public ImmutableArray<NoteSignature> Signatures { get; }

    /// <summary>Reads a whole note.</summary>
    /// <exception cref="NoteException">It is none, or goes beyond a bound.</exception>
    public static SignedNote Parse(ReadOnlySpan<byte> note)
    {
        if (note.Length > MostBytes)
            throw new NoteException($"a note has at most {MostBytes} bytes");
        var all = NoteText.Read(note) ?? throw new NoteException("a note is UTF-8 without control characters");
        // The text may hold empty lines: the last one in the note separates.
        var split = all.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || !all.EndsWith('\n') || split + 2 == all.Length)
            throw new NoteException("a note is text, an empty line and signature lines, each ended by a newline");
        return new SignedNote(all[..(split + 1)], ParseLines(all[(split + 2)..]));
    }

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte})"/>
    public static SignedNote Parse(string note)
    {
        ArgumentNullException.ThrowIfNull(note);
        return NoteText.CanStand(note) && note.Length <= MostBytes
            ? Parse(NoteText.Utf8.GetBytes(note))
            : throw new NoteException("a note is UTF-8 without control characters");
    }

    /// <summary>Reads a whole note; false says that it is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> note, [NotNullWhen(true)] out SignedNote? signed)
    {
        signed = null;
        try
        {
            signed = Parse(note);
            return true;
        }
        catch (NoteException)
        {
            return false;
        }
    }

    /// <summary>Reads lines of signatures only, each with its newline: what a witness answers.</summary>
    /// <exception cref="NoteException">A line is none, or there are none or too many.</exception>
    public static ImmutableArray<NoteSignature> ParseLines(string lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        if (!lines.EndsWith('\n'))
            throw new NoteException("a signature line ends with a newline");
        var each = lines[..^1].Split('\n', MostSignatures + 1);
        return each.Length > MostSignatures
            ? throw new NoteException($"a note has at most {MostSignatures} signatures")
            : [.. each.Select(NoteSignature.Parse)];
    }

    /// <summary>Signs a text with every signer.</summary>
    /// <param name="text">With its final newline.</param>
    /// <param name="now">The time that cosignatures carry.</param>
    public static SignedNote Sign(string text, DateTimeOffset now, params ReadOnlySpan<NoteSigner> signers)
    {
        var signatures = ImmutableArray.CreateBuilder<NoteSignature>(signers.Length);
        foreach (var signer in signers)
            signatures.Add(signer.Sign(text, now));
        return new SignedNote(text, signatures.MoveToImmutable());
    }

    /// <summary>The same text with more signatures after those that it has.</summary>
    public SignedNote With(IEnumerable<NoteSignature> more) => new(Text, [.. Signatures, .. more]);

    /// <summary>Checks every signature of a known key; those of unknown keys are passed over (signed-note, Signatures).
    /// </summary>
    public NoteVerdict Verify(params IReadOnlyCollection<NoteVerifier> known)
    {
        var verified = ImmutableArray.CreateBuilder<VerifiedSignature>();
        foreach (var signature in Signatures)
        {
            if (known.FirstOrDefault(verifier => signature.IsBy(verifier.Key)) is not { } verifier)
                continue;
            if (verifier.Verify(Text, signature) is not { } holds)
                return new NoteVerdict(NoteTrust.BadSignature, []);
            verified.Add(holds);
        }
        return new NoteVerdict(verified.Count > 0 ? NoteTrust.Trusted : NoteTrust.NoKnownKey, verified.ToImmutable());
    }

    public override string ToString() => $"{Text}\n{string.Concat(Signatures.Select(line => $"{line}\n"))}";

    public byte[] ToBytes() => NoteText.Utf8.GetBytes(ToString());
}
