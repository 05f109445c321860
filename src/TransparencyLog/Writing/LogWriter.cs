using System.Threading.Channels;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Tiles;

namespace Musubi.TransparencyLog.Writing;

/// <summary>Writes one log, alone. An entry is <em>taken</em> when its index is durable: that is what
/// <see cref="Append"/> answers. It is <em>integrated</em> when a published checkpoint covers it, with the cosignatures
/// that were asked for: <see cref="Integrated"/> waits for that.</summary>
/// <remarks>Any error that leaves it not knowing what is on the disk stops the writer for good; a new start finds out.
/// Safe for several threads.</remarks>
public sealed class LogWriter : IAsyncDisposable
{
    /// <summary>Name of the published folder in the log's folder: this one is served.</summary>
    public const string PublicFolder = "public";

    /// <summary>Appenders that may wait for a batch; beyond it they are told to come later.</summary>
    public const int QueueLimit = 65_536;

    /// <summary>Bytes of entries that are taken and not yet published. With the witnesses away it fills, and then
    /// appenders are told to come later: memory and journal stay bounded.</summary>
    public const long MostPendingBytes = 256L << 20;

    private readonly Channel<Waiting> queue = Channel.CreateBounded<Waiting>(
        new BoundedChannelOptions(QueueLimit) { SingleReader = true });

    private readonly StartedLog log;
    private readonly LogWriterSettings settings;
    private readonly Integration integration;
    private readonly Sequencing sequencing;
    private readonly CancellationTokenSource closing = new();
    private readonly Task loops;
    private volatile PublishedCheckpoint published;
    private volatile TaskCompletionSource nextRound = NewRound();
    private volatile LogWriterException? stopped;

    private LogWriter(
        StartedLog log, Integration integration, PublishedCheckpoint published, LogWriterSettings settings)
    {
        (this.log, this.integration, this.published, this.settings) = (log, integration, published, settings);
        sequencing = new(log, integration, settings);
        loops = Task.WhenAll(Task.Run(Sequence), Task.Run(Integrate));
    }

    /// <summary>The checkpoint that the world sees.</summary>
    public PublishedCheckpoint Published => published;

    /// <summary>Entries that are taken, published or not.</summary>
    public long Taken => log.Pending.End;

    /// <summary>What keeps entries from being published just now.</summary>
    public LogTrouble Trouble { get; private set; }

    /// <summary>Why the writer has stopped, or null: it works.</summary>
    public LogWriterException? StoppedBy => stopped;

    /// <summary>Reads entries and makes proofs from the published files.</summary>
    public TileReader Reader => log.Reader;

    /// <summary>Opens a log or begins one, for this process alone.</summary>
    /// <param name="folder">The log's own folder; what is published stands in <see cref="PublicFolder"/> in it.</param>
    /// <param name="signers">The log's keys, one of them Ed25519 (tlog-tiles, Checkpoints); the caller disposes them.
    /// </param>
    /// <exception cref="LogWriterException">In use, or not whole.</exception>
    public static async Task<LogWriter> Open(
        string folder, LogOrigin origin, IReadOnlyList<NoteSigner> signers, LogWriterSettings? settings = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(signers);
        if (!signers.Any(signer => signer.Key.Algorithm is NoteAlgorithm.Ed25519))
            throw new ArgumentException("a log signs with Ed25519, whatever else it signs with", nameof(signers));
        settings ??= new();
        var log = await LogStart.Run(folder, origin, signers, settings, cancel);
        try
        {
            var integration = new Integration(log, origin, signers, settings);
            var note = log.Note;
            if (note is null)
            {
                // The empty tree needs no witness: it is the beginning of every log.
                note = integration.SignNow();
                integration.Publish(note);
            }
            return new(log, integration, new(Checkpoint.Parse(note.Text), note), settings);
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>Takes an entry and answers once its index is durable. The same key again has the same index.</summary>
    /// <param name="key">The entry's name for its appender.</param>
    /// <param name="entry">At most 65,535 bytes; it must not change until the answer.</param>
    /// <exception cref="LogWriterException">Not taken, or not known to be.</exception>
    /// <exception cref="InvalidOperationException">The key names another entry already.</exception>
    public Task<LogPlace> Append(AppendKey key, ReadOnlyMemory<byte> entry)
    {
        if (entry.Length > EntryBundle.MostEntryBytes)
            throw new ArgumentException($"an entry has at most {EntryBundle.MostEntryBytes} bytes", nameof(entry));
        if (stopped is { } why) return Task.FromException<LogPlace>(AsStopped(why));
        var waiting = new Waiting(new(key, entry));
        if (log.Pending.Bytes < MostPendingBytes && queue.Writer.TryWrite(waiting)) return waiting.Answer.Task;
        return Task.FromException<LogPlace>(stopped is { } since ? AsStopped(since) : new LogWriterException(
            LogFault.Overloaded, $"{queue.Reader.Count} entries wait to be written, "
                + $"{log.Pending.Bytes >> 20} MB to be published."));
    }

    /// <summary>Waits until a published checkpoint covers an index.</summary>
    /// <exception cref="LogWriterException">The writer has stopped.</exception>
    public async Task<PublishedCheckpoint> Integrated(long index, CancellationToken cancel = default)
    {
        while (true)
        {
            var round = nextRound;
            if (published is var now && now.Size > index) return now;
            if (stopped is { } why) throw AsStopped(why);
            await round.Task.WaitAsync(cancel);
        }
    }

    /// <summary>Ends the writer. What is taken and not published is published after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await closing.CancelAsync();
        await loops;
        Stop(new LogWriterException(LogFault.Stopped, "The log is closed."));
        log.Dispose();
        closing.Dispose();
    }

    private async Task Sequence()
    {
        try
        {
            while (await queue.Reader.WaitToReadAsync())
            {
                var batch = new List<Waiting>();
                for (var bytes = 0; batch.Count < Sequencing.MostEntries && bytes < Sequencing.MostBytes
                    && queue.Reader.TryRead(out var next);)
                {
                    batch.Add(next);
                    bytes += next.Entry.Bytes.Length;
                }
                try
                {
                    await sequencing.Take(batch);
                }
                catch (Exception fault)
                {
                    foreach (var one in batch) one.Answer.TrySetException(AsStopped(fault));
                    throw;
                }
            }
        }
#pragma warning disable CA1031 // whatever it was, this writer no longer knows what is on the disk
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Stop(fault);
        }
    }

    private async Task Integrate()
    {
        try
        {
            while (true)
            {
                await log.Pending.WaitBeyond(published.Size, closing.Token);
                var pause = Task.Delay(settings.RoundEvery, settings.Time, closing.Token);
                var (now, trouble) = await integration.Round(closing.Token);
                Trouble = trouble;
                if (now is not null)
                {
                    published = now;
                    Interlocked.Exchange(ref nextRound, NewRound()).SetResult();
                }
                await (now is null ? Task.Delay(settings.RetryAfter, settings.Time, closing.Token) : pause);
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // Closed: what is pending is in the journal.
        }
#pragma warning disable CA1031 // whatever it was, this writer no longer knows what is on the disk
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Stop(fault);
        }
    }

    /// <summary>The end, for every appender and everyone who waits.</summary>
    private void Stop(Exception fault)
    {
        Interlocked.CompareExchange(ref stopped, AsStopped(fault), null);
        queue.Writer.TryComplete();
        while (queue.Reader.TryRead(out var waiting)) waiting.Answer.TrySetException(AsStopped(fault));
        Interlocked.Exchange(ref nextRound, NewRound()).SetResult();
    }

    private static LogWriterException AsStopped(Exception fault) => fault switch
    {
        LogWriterException known => new(known.Fault, known.Message, known),
        _ => new(LogFault.Stopped, $"The log has stopped: {fault.Message}", fault),
    };

    private static TaskCompletionSource NewRound() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
