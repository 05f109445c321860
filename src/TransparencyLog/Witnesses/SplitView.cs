using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;

namespace Musubi.TransparencyLog.Witnesses;

/// <summary>Proof that a log showed two histories: two checkpoints that it signed, of which no tree can have both. It
/// needs nothing else to be checked, so it can be published and believed by anybody who has the log's key.</summary>
/// <remarks>Of one size, two roots are enough. Of two sizes, the larger tree's own consistency proof shows which root
/// its first entries have (<see cref="PrefixRoot"/>), and it is not the one that was signed.</remarks>
public sealed class SplitView
{
    /// <summary>Most bytes of the JSON form: two notes, a proof, and what escaping them adds.</summary>
    public const int MostBytes = 4 * SignedNote.MostBytes;

    private const string Kind = "tlog-split-view/v1";

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        // The file is shown to people and never put into a page: signatures stay readable as they were made.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <param name="smaller">A checkpoint of the log.</param>
    /// <param name="larger">Another, of the same size or a larger one.</param>
    /// <param name="prefixRoot">Root of the larger tree's first entries, as many as the smaller has.</param>
    /// <param name="proof">From there to the larger tree; empty for equal sizes.</param>
    public SplitView(SignedNote smaller, SignedNote larger, TreeHash prefixRoot, ImmutableArray<TreeHash> proof)
    {
        Smaller = smaller;
        Larger = larger;
        PrefixRoot = prefixRoot;
        Proof = proof;
    }

    public SignedNote Smaller { get; }

    public SignedNote Larger { get; }

    public TreeHash PrefixRoot { get; }

    public ImmutableArray<TreeHash> Proof { get; }

    /// <summary>Two checkpoints of one size.</summary>
    public static SplitView OfOneSize(SignedNote one, SignedNote other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new SplitView(one, other, Checkpoint.Parse(other.Text).Root, []);
    }

    /// <summary>Whether it proves that this log showed two histories.</summary>
    public bool Proves(TrustedLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (!log.HasSigned(Smaller) || !log.HasSigned(Larger)
            || !Checkpoint.TryParse(Smaller.Text, out var small) || !Checkpoint.TryParse(Larger.Text, out var large)
            || small.Origin != log.Origin || large.Origin != log.Origin)
            return false;
        // Every history begins with the same empty tree: another root for it belongs to none.
        if (small.Size == 0) return small.Root != TreeHash.Empty;
        // The proof shows what the larger tree begins with; the signature on the smaller says something else.
        return small.Root != PrefixRoot && ConsistencyProof.Verify(
            small.Size, large.Size, PrefixRoot, large.Root, Proof.AsSpan()) is ProofVerdict.Holds;
    }

    /// <summary>Reads the JSON form.</summary>
    /// <exception cref="NoteException">It is none.</exception>
    public static SplitView Parse(ReadOnlySpan<byte> json)
    {
        if (json.Length > MostBytes) throw new NoteException($"a split view has at most {MostBytes} bytes");
        try
        {
            var written = JsonSerializer.Deserialize<Written>(json, Form);
            if (written?.Kind != Kind) throw new NoteException($"a split view is of the kind {Kind}");
            if (written.Proof.Length > AddCheckpoint.MostHashes)
                throw new NoteException($"a proof has at most {AddCheckpoint.MostHashes} hashes");
            return new SplitView(SignedNote.Parse(written.Smaller), SignedNote.Parse(written.Larger),
                NoteText.Hashes([written.PrefixRoot])[0], NoteText.Hashes(written.Proof));
        }
        catch (JsonException fault)
        {
            throw new NoteException($"a split view is JSON: {fault.Message}");
        }
    }

    /// <summary>JSON with both notes as they were signed.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(
        new Written(Kind, Smaller.ToString(), Larger.ToString(), PrefixRoot.ToString(),
            [.. Proof.Select(hash => hash.ToString())]), Form);

    private sealed record Written(string Kind, string Smaller, string Larger, string PrefixRoot, string[] Proof);
}
