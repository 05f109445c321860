using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Tiles;

namespace Musubi.TransparencyLog.Witnesses;

/// <summary>Asks one witness for cosignatures (C2SP tlog-witness). It remembers which size the witness knows, so that
/// one request is enough while all goes well, and asks one thing at a time.</summary>
public sealed class WitnessClient : IDisposable
{
    // 409 tells the size; another asker may come between two of our requests, but not for ever.
    private const int MostTries = 4;

    // What a witness answers: cosignature lines of all its keys, or a size.
    private const int MostAnswerBytes = SignedNote.MostBytes;

    private readonly TrustedLog log;
    private readonly ImmutableArray<NoteVerifier> keys;
    private readonly HttpClient http;
    private readonly Uri addCheckpoint;
    private readonly Uri latest;
    private readonly SemaphoreSlim oneAtATime = new(1, 1);
    private long known;

    /// <param name="log">Whose checkpoints.</param>
    /// <param name="prefix">Submission prefix; what the witness holds is looked up there too.</param>
    /// <param name="keys">The witness' keys: what others signed is passed over.</param>
    /// <param name="http">Stays the caller's.</param>
    public WitnessClient(TrustedLog log, Uri prefix, IEnumerable<NoteKey> keys, HttpClient http)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(prefix);
        this.log = log;
        this.keys = [.. keys.Select(key => new NoteVerifier(key))];
        this.http = http;
        var root = prefix.AbsoluteUri.EndsWith('/') ? prefix : new Uri(prefix.AbsoluteUri + "/");
        addCheckpoint = new Uri(root, "add-checkpoint");
        latest = new Uri(root, $"{log.OriginHash}/checkpoint");
    }

    /// <summary>Asks for cosignatures of a checkpoint.</summary>
    /// <param name="note">The checkpoint, signed by the log.</param>
    /// <param name="tree">Where proofs come from; holds at least the checkpoint's tree.</param>
    /// <param name="cancel">Ends the wait; the reply then says <see cref="WitnessOutcome.Slow"/>.</param>
    /// <exception cref="TileException">Our own tree could not be read.</exception>
    /// <exception cref="IOException">Our own tree could not be read.</exception>
    public async Task<WitnessReply> Ask(SignedNote note, TileReader tree, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(note);
        ArgumentNullException.ThrowIfNull(tree);
        var checkpoint = Checkpoint.Parse(note.Text);
        try
        {
            await oneAtATime.WaitAsync(cancel);
            try
            {
                return await Ask(note, checkpoint, tree, cancel);
            }
            finally
            {
                oneAtATime.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // Ours or the HttpClient's own: either way it took too long.
            return WitnessReply.Of(WitnessOutcome.Slow, "no answer in time");
        }
        catch (Exception fault) when (fault is HttpRequestException or HttpIOException)
        {
            return WitnessReply.Of(WitnessOutcome.Down, fault.Message);
        }
    }

    public void Dispose() => oneAtATime.Dispose();

    private async Task<WitnessReply> Ask(
        SignedNote note, Checkpoint checkpoint, TileReader tree, CancellationToken cancel)
    {
        var old = Math.Min(known, checkpoint.Size);
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            var proof = old == 0 || old == checkpoint.Size
                ? []
                : await tree.ProveConsistency(old, checkpoint.Size, cancel);
            var (status, type, body) = await Post(new AddCheckpoint(old, proof, note), cancel);
            switch (status)
            {
                case HttpStatusCode.OK:
                    return TakeCosignatures(note, checkpoint, body);
                case HttpStatusCode.Conflict when SizeIn(type, body) is { } size && size > checkpoint.Size:
                    return await Differs(note, checkpoint, tree, cancel);
                case HttpStatusCode.Conflict when SizeIn(type, body) is { } size && size != old:
                    old = size;
                    continue;
                // 409 for another root is what the specification said before 422.
                case HttpStatusCode.UnprocessableEntity or HttpStatusCode.Conflict:
                    return await Differs(note, checkpoint, tree, cancel);
                case HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.NotFound:
                    return WitnessReply.Of(WitnessOutcome.Refused, Said(status, body));
                case HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                    return WitnessReply.Of(WitnessOutcome.Down, Said(status, body));
                default:
                    return WitnessReply.Of(WitnessOutcome.WrongAnswer, Said(status, body));
            }
        }
        return WitnessReply.Of(WitnessOutcome.WrongAnswer, "it says another size each time");
    }

    private WitnessReply TakeCosignatures(SignedNote note, Checkpoint checkpoint, byte[] body)
    {
        ImmutableArray<NoteSignature> lines;
        try
        {
            lines = SignedNote.ParseLines(NoteText.Read(body) ?? throw new NoteException("the answer is no text"));
        }
        catch (NoteException fault)
        {
            return WitnessReply.Of(WitnessOutcome.WrongAnswer, fault.Message);
        }
        var ours = lines.Where(line => keys.Any(key => line.IsBy(key.Key))).ToImmutableArray();
        if (ours.IsEmpty) return WitnessReply.Of(WitnessOutcome.WrongAnswer, "no line is of a key of this witness");
        if (!new SignedNote(note.Text, ours).Verify(keys).IsTrusted)
            return WitnessReply.Of(WitnessOutcome.WrongAnswer, "a cosignature does not hold");
        known = checkpoint.Size;
        return new WitnessReply(WitnessOutcome.Cosigned, ours, "cosigned");
    }

    /// <summary>The witness holds a tree that ours does not continue, or says so: what it holds tells which.</summary>
    private async Task<WitnessReply> Differs(
        SignedNote note, Checkpoint ours, TileReader tree, CancellationToken cancel)
    {
        if (await Latest(cancel) is not { } held)
            return WitnessReply.Of(WitnessOutcome.WrongAnswer, "it refuses and shows no checkpoint of this log");
        var theirs = Checkpoint.Parse(held.Text);
        if (theirs.Size > ours.Size)
            return new WitnessReply(WitnessOutcome.Ahead, [],
                string.Create(CultureInfo.InvariantCulture, $"it holds size {theirs.Size}, we offer {ours.Size}"),
                held);
        var prefix = await tree.PrefixRoot(theirs.Size, ours.Size, cancel);
        if (prefix == theirs.Root)
            return WitnessReply.Of(WitnessOutcome.WrongAnswer, "it refuses although its checkpoint begins ours");
        var proof = theirs.Size == 0 || theirs.Size == ours.Size
            ? []
            : await tree.ProveConsistency(theirs.Size, ours.Size, cancel);
        return new WitnessReply(WitnessOutcome.OtherHistory, [], "the log has signed another history", held,
            new SplitView(held, note, prefix, proof));
    }

    /// <summary>What the witness holds, if the log signed it: an unsigned one would be its word alone.</summary>
    private async Task<SignedNote?> Latest(CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, latest);
        var (status, _, body) = await Send(request, cancel);
        return status is HttpStatusCode.OK && SignedNote.TryParse(body, out var held) && log.HasSigned(held)
            && Checkpoint.TryParse(held.Text, out var checkpoint) && checkpoint.Origin == log.Origin ? held : null;
    }

    private async Task<(HttpStatusCode, string?, byte[])> Post(AddCheckpoint body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, addCheckpoint);
        request.Content = new ByteArrayContent(body.ToBytes());
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        return await Send(request, cancel);
    }

    private async Task<(HttpStatusCode, string?, byte[])> Send(HttpRequestMessage request, CancellationToken cancel)
    {
        // Over a kept connection that the witness has just closed a checkpoint would be lost: nothing sends it again.
        request.Headers.ConnectionClose = true;
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        // A longer body is an HttpRequestException: the witness is as good as down.
        await answer.Content.LoadIntoBufferAsync(MostAnswerBytes, cancel);
        return (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType,
            await answer.Content.ReadAsByteArrayAsync(cancel));
    }

    private static long? SizeIn(string? type, byte[] body) =>
        type == WitnessAnswer.SizeType && NoteText.Read(body) is { } text && text.EndsWith('\n')
        && NoteText.TryNumber(text.AsSpan(0, text.Length - 1), out var size) ? size : null;

    // A stranger's words go to an operator's eye: one short line of them.
    private static string Said(HttpStatusCode status, byte[] body)
    {
        const int Most = 160;
        var text = NoteText.Read(body.AsSpan(0, Math.Min(body.Length, Most))) ?? "";
        return string.Create(CultureInfo.InvariantCulture, $"status {(int)status}: {text.Split('\n')[0]}");
    }
}
