using System.Collections.Frozen;
using System.Collections.Immutable;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Storage;

namespace Musubi.TransparencyLog.Witnesses;

/// <summary>A witness (C2SP tlog-witness): cosigns a log's checkpoint when it is consistent with all that it cosigned
/// before, so that a log cannot show two histories to people who ask for its cosignature. Safe for many threads; it
/// knows no HTTP server: give it a request's method, path and body.</summary>
/// <remarks>Served: <c>POST /add-checkpoint</c>, <c>GET /&lt;SHA-256 of the origin&gt;/checkpoint</c>, and of our own
/// <c>GET /&lt;SHA-256 of the origin&gt;/split-view</c>, the proof that a log showed two histories, where there is one.
/// </remarks>
public sealed class Witness : IDisposable
{
    private const string AddCheckpointPath = "add-checkpoint";
    private readonly FrozenDictionary<LogOrigin, Served> logs;
    private readonly FrozenDictionary<string, Served> logsByHash;
    private readonly ImmutableArray<NoteSigner> signers;
    private readonly WitnessMemory memory;
    private readonly TimeProvider clock;

    /// <summary>Opens the memory and reads what was cosigned.</summary>
    /// <param name="folder">Of this witness alone; made when it is not there.</param>
    /// <param name="signers">Cosigning keys (types 0x04 and 0x06): every one signs. They stay the caller's.</param>
    /// <param name="logs">Whose checkpoints are cosigned.</param>
    /// <exception cref="ArgumentException">No key, a key that makes no cosignatures, or two logs of one origin.
    /// </exception>
    /// <exception cref="IOException">The folder cannot be used, or another witness uses it.</exception>
    /// <exception cref="WitnessException">The memory cannot be trusted.</exception>
    public Witness(string folder, IEnumerable<NoteSigner> signers, IEnumerable<TrustedLog> logs, TimeProvider clock)
        : this(folder, signers, logs, clock, Disk.System)
    {
    }

    internal Witness(
        string folder, IEnumerable<NoteSigner> signers, IEnumerable<TrustedLog> logs, TimeProvider clock, Disk disk)
    {
        this.signers = [.. signers];
        this.clock = clock;
        if (this.signers.IsEmpty || this.signers.Any(signer => !signer.Key.Algorithm.HasTime()))
            throw new ArgumentException("a witness has keys that make cosignatures", nameof(signers));
        ImmutableArray<NoteVerifier> own = [.. this.signers.Select(signer => new NoteVerifier(signer.Key))];
        memory = new WitnessMemory(folder, disk);
        try
        {
            this.logs = logs.Select(log => new Served(log, memory.Load(log, own), own))
                .ToFrozenDictionary(log => log.Log.Origin);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
        logsByHash = this.logs.Values.ToFrozenDictionary(log => log.Log.OriginHash, StringComparer.Ordinal);
    }

    /// <summary>The public keys of the cosignatures.</summary>
    public IEnumerable<NoteKey> Keys => signers.Select(signer => signer.Key);

    /// <summary>Answers a request.</summary>
    /// <param name="method">GET or POST.</param>
    /// <param name="path">Below the submission or the monitoring prefix; a slash before it is passed over.</param>
    /// <param name="body">Of a POST; a server reads at most <see cref="AddCheckpoint.MostBytes"/>.</param>
    public WitnessAnswer Answer(string method, string path, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(path);
        var parts = path.TrimStart('/').Split('/', 3);
        if (parts is [AddCheckpointPath]) return method is "POST" ? Add(body) : WitnessAnswer.OtherMethod("POST");
        if (parts is not [var hash, var what] || !logsByHash.TryGetValue(hash, out var served))
            return WitnessAnswer.NothingThere();
        if (method is not "GET") return WitnessAnswer.OtherMethod("GET");
        if (what is "checkpoint" && served.Last is { } last) return WitnessAnswer.Text(last.ToString());
        if (what is "split-view" && memory.TryLoadEvidence(served.Log, out var evidence))
            return WitnessAnswer.Json(evidence);
        return WitnessAnswer.NothingThere();
    }

    /// <summary>Answers the body of <c>POST /add-checkpoint</c>.</summary>
    public WitnessAnswer Add(ReadOnlySpan<byte> body)
    {
        AddCheckpoint request;
        try
        {
            request = AddCheckpoint.Parse(body);
        }
        catch (NoteException fault)
        {
            return WitnessAnswer.Refused(WitnessRefusal.Malformed, fault.Message);
        }
        // 1. A log that we serve.
        if (!logs.TryGetValue(request.Checkpoint.Origin, out var served))
            return WitnessAnswer.Refused(WitnessRefusal.UnknownOrigin);
        // 2. Its signature.
        if (!served.Log.HasSigned(request.Note)) return WitnessAnswer.Refused(WitnessRefusal.NotSigned);
        // 3. Checking against what we know and writing down what we know from now on is one step: between the two
        // nobody else may come, or a slower request could take the tree back.
        lock (served.Gate) return Cosign(served, request);
    }

    public void Dispose() => memory.Dispose();

    private WitnessAnswer Cosign(Served served, AddCheckpoint request)
    {
        // What the file says is unknown since a write failed: a cosignature now could contradict it.
        if (served.IsUncertain) return WitnessAnswer.Refused(WitnessRefusal.CannotRemember);
        if (WitnessRules.Refuse(served.Known, request) is { } refusal) return Refuse(served, request, refusal);

        // A clock set back must not make a later cosignature look earlier: it would claim that the larger tree was
        // the largest before the smaller one was.
        var now = clock.GetUtcNow();
        if (served.Known.At is { } last && last > now) now = last;
        var text = request.Note.Text;
        ImmutableArray<NoteSignature> cosignatures = [.. signers.Select(signer => signer.Sign(text, now))];
        try
        {
            // The same checkpoint again says nothing new. A crash before Save: we know the old tree, and the log asks
            // again. After it, before the answer: we know the new tree, and the log hears that in a 409, asks from
            // there and is answered.
            var note = new SignedNote(text, [.. served.SignaturesOfLog(request.Note), .. cosignatures]);
            if (served.Last?.Text != text) memory.Save(served.Log, note);
            served.Remember(note, now);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            served.IsUncertain = true;
            return WitnessAnswer.Refused(WitnessRefusal.CannotRemember);
        }
        return WitnessAnswer.Text(string.Concat(cosignatures.Select(line => $"{line}\n")));
    }

    private WitnessAnswer Refuse(Served served, AddCheckpoint request, WitnessRefusal refusal)
    {
        if (refusal is WitnessRefusal.Stale) return WitnessAnswer.Stale(served.Known.Size);
        if (refusal is WitnessRefusal.OtherRoot && served.Last is { } last)
        {
            try
            {
                var other = new SignedNote(request.Note.Text, [.. served.SignaturesOfLog(request.Note)]);
                memory.Save(served.Log, SplitView.OfOneSize(last, other));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // The refusal stands without the evidence, and who asked has both notes.
                return WitnessAnswer.Refused(refusal, "the evidence could not be written down");
            }
        }
        return WitnessAnswer.Refused(refusal);
    }

    /// <summary>One log, and what we know of it.</summary>
    private sealed class Served
    {
        public Served(TrustedLog log, SignedNote? last, ImmutableArray<NoteVerifier> own)
        {
            Log = log;
            // Written under other keys of ours, it says no time that we can check.
            if (last is not null) Remember(last, last.Verify(own).Signatures.Max(signature => signature.At));
        }

        public TrustedLog Log { get; }

        public Lock Gate { get; } = new();

        public WitnessedTree Known { get; private set; } = WitnessedTree.None;

        public SignedNote? Last { get; private set; }

        public bool IsUncertain { get; set; }

        public void Remember(SignedNote note, DateTimeOffset? at)
        {
            var tree = Checkpoint.Parse(note.Text);
            Known = new WitnessedTree(tree.Size, tree.Root, at);
            Last = note;
        }

        /// <summary>One line of each known key: they were all checked, and a stranger's lines are not kept.</summary>
        public IEnumerable<NoteSignature> SignaturesOfLog(SignedNote note) =>
            Log.Verifiers.Select(verifier => note.Signatures.FirstOrDefault(line => line.IsBy(verifier.Key)))
                .OfType<NoteSignature>();
    }
}
