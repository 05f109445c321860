using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Policies;

namespace Musubi.TransparencyLog.Proofs;

/// <summary>A proof that an entry was logged and that witnesses saw the log (C2SP tlog-proof): one text file, ending in
/// <c>.tlog-proof</c>, that anybody can check offline against a policy and will be able to check in thirty years.
/// </summary>
public sealed class TlogProof
{
    /// <summary>What a file of this kind ends in.</summary>
    public const string FileExtension = ".tlog-proof";

    /// <summary>Most bytes of extra data.</summary>
    public const int MostExtra = 65_535;

    /// <summary>Most hashes: the height of a tree of 2^63 entries.</summary>
    public const int MostHashes = 63;

    /// <summary>Most bytes of a file: a note, extra data in base64, and the lines before the note.</summary>
    public const int MostBytes = SignedNote.MostBytes + 4 * (MostExtra / 3 + 1) + 65 * 45 + 64;

    private const string Header = "c2sp.org/tlog-proof@v1";
    private const string ExtraWord = "extra ";
    private const string IndexWord = "index ";

    /// <param name="index">Of the entry, from 0.</param>
    /// <param name="hashes">The inclusion proof, from the leaf's neighbour up.</param>
    /// <param name="note">The checkpoint with its signatures.</param>
    /// <param name="extra">Bytes that help to rebuild the entry and that nobody signed; null: the line is left out.
    /// </param>
    /// <exception cref="ArgumentException">Beyond a bound, or the note is no checkpoint.</exception>
    public TlogProof(long index, ImmutableArray<TreeHash> hashes, SignedNote note, ReadOnlyMemory<byte>? extra = null)
        : this(index, hashes, note, CheckpointOf(note), extra)
    {
    }

    private TlogProof(long index, ImmutableArray<TreeHash> hashes, SignedNote note, Checkpoint checkpoint,
        ReadOnlyMemory<byte>? extra)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (hashes.Length > MostHashes)
            throw new ArgumentException($"a proof has at most {MostHashes} hashes", nameof(hashes));
        if (extra?.Length > MostExtra)
            throw new ArgumentException($"extra data has at most {MostExtra} bytes", nameof(extra));
        Index = index;
        Hashes = hashes;
        Note = note;
        Checkpoint = checkpoint;
        Extra = extra;
    }

    public long Index { get; }

    public ImmutableArray<TreeHash> Hashes { get; }

    public SignedNote Note { get; }

    /// <summary>What the note says; believed only after <see cref="Verify(TrustPolicy,ReadOnlySpan{byte})"/>.</summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>Extra data, signed by nobody; null: there is no such line.</summary>
    public ReadOnlyMemory<byte>? Extra { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="NoteException">It is no proof.</exception>
    public static TlogProof Parse(ReadOnlySpan<byte> file)
    {
        if (file.Length > MostBytes) throw new NoteException($"a proof has at most {MostBytes} bytes");
        // No line before the checkpoint is empty.
        var split = file.IndexOf("\n\n"u8);
        if (split < 0) throw new NoteException("a proof is lines, an empty line and a checkpoint");
        var head = NoteText.Read(file[..split]) ?? throw new NoteException("the first lines are no text");
        var lines = head.Split('\n').AsSpan();
        if (lines[0] != Header) throw new NoteException($"line 1 is not {Header}");
        lines = lines[1..];
        byte[]? extra = null;
        if (lines is [var first, ..] && first.StartsWith(ExtraWord, StringComparison.Ordinal))
        {
            if (!NoteText.TryBase64(first.AsSpan(ExtraWord.Length), MostExtra, out extra))
                throw new NoteException($"the extra data is not base64 of at most {MostExtra} bytes");
            lines = lines[1..];
        }
        if (lines.IsEmpty || !lines[0].StartsWith(IndexWord, StringComparison.Ordinal)
            || !NoteText.TryNumber(lines[0].AsSpan(IndexWord.Length), out var index))
            throw new NoteException("the index line is 'index' and a decimal number without leading zeroes");
        if (lines.Length > 1 + MostHashes) throw new NoteException($"a proof has at most {MostHashes} hashes");
        var hashes = NoteText.Hashes(lines[1..]);
        var note = SignedNote.Parse(file[(split + 2)..]);
        return new TlogProof(index, hashes, note, Checkpoint.Parse(note.Text),
            // A bare null would become empty memory by way of the array's conversion, and empty is not absent.
            extra is null ? default(ReadOnlyMemory<byte>?) : extra);
    }

    /// <summary>Reads a file; false says that it is no proof.</summary>
    public static bool TryParse(ReadOnlySpan<byte> file, [NotNullWhen(true)] out TlogProof? proof)
    {
        proof = null;
        try
        {
            proof = Parse(file);
            return true;
        }
        catch (NoteException)
        {
            return false;
        }
    }

    /// <summary>Whether the policy's log and witnesses have an entry at this index, offline.</summary>
    /// <param name="entry">The entry's bytes, rebuilt by whoever asks: the proof does not hold them.</param>
    public TlogProofVerdict Verify(TrustPolicy policy, ReadOnlySpan<byte> entry) =>
        Verify(policy, TreeHash.Leaf(entry));

    /// <inheritdoc cref="Verify(TrustPolicy,ReadOnlySpan{byte})"/>
    public TlogProofVerdict Verify(TrustPolicy policy, in TreeHash leaf)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.Check(Note) switch
        {
            PolicyVerdict.BadSignature => TlogProofVerdict.BadSignature,
            PolicyVerdict.UnknownLog or PolicyVerdict.NoCheckpoint => TlogProofVerdict.UnknownLog,
            PolicyVerdict.QuorumMissed => TlogProofVerdict.QuorumMissed,
            PolicyVerdict.Accepted =>
                InclusionProof.Verify(Index, Checkpoint.Size, leaf, Hashes.AsSpan(), Checkpoint.Root)
                    is ProofVerdict.Holds ? TlogProofVerdict.Logged : TlogProofVerdict.NotIncluded,
        };
    }

    public override string ToString()
    {
        var text = new StringBuilder(Header).Append('\n');
        if (Extra is { } extra) text.Append(ExtraWord).Append(Convert.ToBase64String(extra.Span)).Append('\n');
        text.Append(IndexWord).Append(NoteText.Number(Index)).Append('\n');
        foreach (var hash in Hashes) text.Append(hash).Append('\n');
        return text.Append('\n').Append(Note).ToString();
    }

    public byte[] ToBytes() => NoteText.Utf8.GetBytes(ToString());

    private static Checkpoint CheckpointOf(SignedNote note)
    {
        ArgumentNullException.ThrowIfNull(note);
        return Checkpoint.TryParse(note.Text, out var checkpoint)
            ? checkpoint
            : throw new ArgumentException("the note is no checkpoint", nameof(note));
    }
}
