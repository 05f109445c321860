using System.Collections.Immutable;
using System.Text;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;

namespace Musubi.TransparencyLog.Witnesses;

/// <summary>The body of <c>POST /add-checkpoint</c> (C2SP tlog-witness): the size that the log believes the witness
/// knows, the proof from there, and the new checkpoint with its signatures.</summary>
public sealed class AddCheckpoint
{
    /// <summary>Most proof lines: "The client MUST NOT send more than 63".</summary>
    public const int MostHashes = 63;

    /// <summary>Most bytes of a body: a note, and before it 64 lines of at most 45 bytes and an empty one.</summary>
    public const int MostBytes = SignedNote.MostBytes + 64 * 45 + 1;

    private const string OldWord = "old ";

    /// <exception cref="ArgumentException">A negative size, or more hashes than a proof has.</exception>
    public AddCheckpoint(long oldSize, ImmutableArray<TreeHash> proof, SignedNote note)
        : this(oldSize, proof, note, CheckpointOf(note))
    {
    }

    private AddCheckpoint(long oldSize, ImmutableArray<TreeHash> proof, SignedNote note, Checkpoint checkpoint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        if (proof.Length > MostHashes)
            throw new ArgumentException($"a proof has at most {MostHashes} hashes", nameof(proof));
        OldSize = oldSize;
        Proof = proof;
        Note = note;
        Checkpoint = checkpoint;
    }

    public long OldSize { get; }

    public ImmutableArray<TreeHash> Proof { get; }

    /// <summary>The checkpoint with its signatures, unchecked.</summary>
    public SignedNote Note { get; }

    /// <summary>What the note says, unchecked.</summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>Reads a body.</summary>
    /// <exception cref="NoteException">It is none.</exception>
    public static AddCheckpoint Parse(ReadOnlySpan<byte> body)
    {
        if (body.Length > MostBytes) throw new NoteException($"an add-checkpoint body has at most {MostBytes} bytes");
        // The first empty line ends the proof: neither an old size nor a hash is empty.
        var split = body.IndexOf("\n\n"u8);
        if (split < 0) throw new NoteException("an add-checkpoint body is a size, hashes, an empty line, a checkpoint");
        var head = NoteText.Read(body[..split]) ?? throw new NoteException("the first lines are no text");
        var lines = head.Split('\n', 1 + MostHashes + 1);
        if (lines.Length > 1 + MostHashes) throw new NoteException($"a proof has at most {MostHashes} hashes");
        if (!lines[0].StartsWith(OldWord, StringComparison.Ordinal)
            || !NoteText.TryNumber(lines[0].AsSpan(OldWord.Length), out var oldSize))
            throw new NoteException("line 1 is 'old' and a decimal number without leading zeroes");
        var note = SignedNote.Parse(body[(split + 2)..]);
        return new AddCheckpoint(oldSize, NoteText.Hashes(lines.AsSpan(1)), note, Checkpoint.Parse(note.Text));
    }

    public byte[] ToBytes()
    {
        var text = new StringBuilder(OldWord).Append(NoteText.Number(OldSize)).Append('\n');
        foreach (var hash in Proof) text.Append(hash).Append('\n');
        return NoteText.Utf8.GetBytes(text.Append('\n').Append(Note).ToString());
    }

    private static Checkpoint CheckpointOf(SignedNote note)
    {
        ArgumentNullException.ThrowIfNull(note);
        return Checkpoint.TryParse(note.Text, out var checkpoint)
            ? checkpoint
            : throw new ArgumentException("the note is no checkpoint", nameof(note));
    }
}
