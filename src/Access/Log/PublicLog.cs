using System.Buffers.Binary;
using System.Collections.Immutable;
using Musubi.Registers;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Policies;
using Musubi.TransparencyLog.Proofs;
using Musubi.TransparencyLog.Tiles;
using Musubi.TransparencyLog.Witnesses;
using Musubi.TransparencyLog.Writing;

namespace Musubi.Access;

/// <summary>How the house's log is kept.</summary>
/// <param name="Origin">Name of a new log, best the address at which it is served, without scheme. A log keeps the name
/// it was begun with: that is the name of its keys.</param>
/// <param name="Policy">Witnesses and their quorum; null asks none.</param>
public sealed record PublicLogSettings(string Origin, TrustPolicy? Policy = null)
{
    public LogWriterSettings Writer { get; init; } = new();
}

/// <summary>The house's public log: it takes the outbox' commitments, signs with both keys, asks the witnesses and
/// gives receipts.</summary>
/// <remarks>Trust: its storage is not trusted by anybody outside; its keys are, as far as the witnesses let them: a key
/// in wrong hands can add to the log and cannot take anything back unseen.</remarks>
public sealed class PublicLog : IAsyncDisposable
{
    private const string Ed25519File = "log.key";
    private const string MlDsaFile = "log-ml-dsa-44.key";

    /// <summary>Who has not cosigned by then is asked again with the next checkpoint.</summary>
    private static readonly TimeSpan QuorumDeadline = TimeSpan.FromSeconds(5);

    private readonly ImmutableArray<NoteSigner> signers;
    private readonly HttpClient http;
    private readonly WitnessQuorum? quorum;
    private readonly LogWriter writer;
    private readonly OutboxDrain drain;
    private readonly Outbox outbox;

    private PublicLog(string folder, ImmutableArray<NoteSigner> signers, HttpClient http, WitnessQuorum? quorum,
        LogWriter writer, Outbox outbox)
    {
        (Folder, this.signers, this.http, this.quorum, this.writer, this.outbox) =
            (folder, signers, http, quorum, writer, outbox);
        drain = new(outbox, writer);
    }

    /// <summary>The published folder: what is served.</summary>
    public string Folder { get; }

    /// <summary>The keys that sign: Ed25519 first.</summary>
    public ImmutableArray<NoteKey> Keys => [.. signers.Select(signer => signer.Key)];

    /// <summary>The checkpoint that the world sees.</summary>
    public PublishedCheckpoint Published => writer.Published;

    /// <summary>What keeps entries from being published just now.</summary>
    public LogTrouble Trouble => writer.Trouble;

    /// <summary>Whether the log has stopped for good and waits for a new start.</summary>
    public bool HasStopped => writer.StoppedBy is not null || drain.StoppedBy is not null;

    /// <summary>Witnesses that are asked; empty where there are none.</summary>
    public ImmutableArray<PolicyWitness> Witnesses { get; private init; } = [];

    /// <summary>Opens the log or begins one.</summary>
    /// <param name="folder">The log's own folder.</param>
    /// <param name="keyFolder">Where its keys are or are made; readable by the operator alone.</param>
    /// <exception cref="LogWriterException">It is in use, or not whole.</exception>
    public static async Task<PublicLog> Open(
        string folder, string keyFolder, Outbox outbox, PublicLogSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var ed25519 = Key(keyFolder, Ed25519File, settings.Origin, NoteAlgorithm.Ed25519);
        var mlDsa = Key(keyFolder, MlDsaFile, ed25519.Key.Name.Value, NoteAlgorithm.MlDsa44);
        var origin = new LogOrigin(ed25519.Key.Name.Value);
        var http = new HttpClient();
        var quorum = settings.Policy is null ? null : new WitnessQuorum(
            settings.Policy, new TrustedLog(origin, [ed25519.Key, mlDsa.Key]), http, settings.Writer.Time);
        try
        {
            var writer = await LogWriter.Open(folder, origin, [ed25519, mlDsa],
                settings.Writer with { Cosign = quorum is null ? null : Cosigner(quorum) });
            return new(Path.Combine(folder, LogWriter.PublicFolder), [ed25519, mlDsa], http, quorum, writer, outbox)
            {
                Witnesses = settings.Policy?.Witnesses ?? [],
            };
        }
        catch
        {
            quorum?.Dispose();
            http.Dispose();
            ed25519.Dispose();
            mlDsa.Dispose();
            throw;
        }
    }

    /// <summary>Waits until a published checkpoint covers a record, and proves it: without this nothing is handed over
    /// that must be recorded first.</summary>
    /// <exception cref="LogWriterException">The log does not take it.</exception>
    public async Task<TlogProof> Receipt(OutboxEntry entry, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var place = await OutboxDrain.Take(writer, entry);
        return await Prove(entry, place.Index, await writer.Integrated(place.Index, cancel), cancel);
    }

    /// <summary>The proof of a record that the log holds, or null: not yet.</summary>
    public async Task<TlogProof?> ProofOf(OutboxEntry entry, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.LogIndex is { } index && writer.Published is { } published && index < published.Size
            ? await Prove(entry, index, published, cancel)
            : null;
    }

    /// <summary>The same as a file to hand out, with its index; null: not yet.</summary>
    public async ValueTask<LogProof?> Find(OutboxEntry entry) =>
        await ProofOf(entry) is { } proof ? new LogProof(proof.Index, proof.ToString()) : null;

    /// <summary>Records that wait for the log.</summary>
    public Task<long> Waiting() => outbox.CountUnlogged();

    public async ValueTask DisposeAsync()
    {
        await drain.DisposeAsync();
        await writer.DisposeAsync();
        quorum?.Dispose();
        http.Dispose();
        foreach (var signer in signers) signer.Dispose();
    }

    /// <summary>The extra data are the bytes before the record in its commitment: whoever has the record hashes them
    /// together and has the entry (<see cref="RecordChain"/>).</summary>
    private async Task<TlogProof> Prove(
        OutboxEntry entry, long index, PublishedCheckpoint published, CancellationToken cancel)
    {
        var nonce = Convert.FromHexString(entry.Nonce);
        byte[] extra = entry.Number == 0 ? nonce
            : [.. nonce, .. BigEndian(entry.Number), .. Convert.FromHexString(entry.PreviousLink)];
        return new(index, await writer.Reader.ProveInclusion(index, published.Size, cancel), published.Note, extra);
    }

    private static byte[] BigEndian(long number)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }

    private static CheckpointCosigner Cosigner(WitnessQuorum quorum) => async (checkpoint, tree, cancel) =>
    {
        var result = await quorum.Collect(checkpoint, tree, QuorumDeadline, cancel);
        return result.IsReached ? result.Note : null;
    };

    private static NoteSigner Key(string folder, string file, string name, NoteAlgorithm algorithm)
    {
        var path = Path.Combine(folder, file);
        return File.Exists(path) ? NoteKeyFile.Read(path) : NoteKeyFile.Make(path, new KeyName(name), algorithm);
    }
}
