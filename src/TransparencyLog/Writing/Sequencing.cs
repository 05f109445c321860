using System.Collections.Immutable;
using Musubi.TransparencyLog.Merkle;

namespace Musubi.TransparencyLog.Writing;

/// <summary>An appender that waits for its entry's index.</summary>
internal sealed class Waiting(JournalEntry entry)
{
    public JournalEntry Entry => entry;

    public TaskCompletionSource<LogPlace> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Gives entries their indexes, batch by batch: one thread's work.</summary>
internal sealed class Sequencing(StartedLog log, Integration integration, LogWriterSettings settings)
{
    /// <summary>Entries of one batch, so that a batch stays well under 100 ms.</summary>
    public const int MostEntries = 16_384;

    /// <summary>Bytes of entries after which a batch is full.</summary>
    public const int MostBytes = 8 << 20;

    /// <summary>Many appenders, one flush.</summary>
    public async Task Take(List<Waiting> batch)
    {
        // 1. Each entry's index: an old one where the key is known, the next one otherwise.
        var next = log.Journal.End;
        var fresh = ImmutableArray.CreateBuilder<JournalEntry>();
        var inBatch = new Dictionary<AppendKey, int>();
        var answers = new List<(Waiting Waiting, LogPlace Place, bool IsFresh)>(batch.Count);
        foreach (var waiting in batch)
        {
            if (inBatch.TryGetValue(waiting.Entry.Key, out var earlier))
            {
                if (IsSame(waiting, next + earlier, fresh[earlier]))
                    answers.Add((waiting, new(next + earlier, WasThere: true), IsFresh: true));
            }
            else if (await Find(waiting) is { } known)
            {
                if (known.IsSame) answers.Add((waiting, new(known.Index, WasThere: true), IsFresh: false));
            }
            else
            {
                inBatch.Add(waiting.Entry.Key, fresh.Count);
                answers.Add((waiting, new(next + fresh.Count, WasThere: false), IsFresh: true));
                fresh.Add(waiting.Entry);
            }
        }
        if (fresh.Count > 0 && !Write(new(next, integration.PublishedSize, fresh.DrainToImmutable())))
        {
            foreach (var (waiting, _, _) in answers.Where(answer => answer.IsFresh))
                waiting.Answer.SetException(new LogWriterException(LogFault.DiskFull, "There is no room for it."));
            answers.RemoveAll(answer => answer.IsFresh);
        }
        // 4. The answers. Crash before this: some are taken and nobody knows; asking again with the same key tells.
        foreach (var (waiting, place, _) in answers) waiting.Answer.SetResult(place);
        log.Journal.RotateWhenLarge();
    }

    /// <returns>Whether it was taken; false where there is no room.</returns>
    private bool Write(JournalBatch batch)
    {
        // 2. Into the journal. Crash here: a torn batch, which the next start cuts off; nobody was answered.
        try
        {
            log.Journal.Write(batch);
        }
        catch (DiskFullException)
        {
            return false;
        }
        settings.Reached(LogStep.BatchWritten);
        // 3. Durable. An error here ends the writer: the pages may be gone from memory and not on the disk.
        log.Journal.Flush();
        // Another process that has read the journal before this batch would never see it.
        log.Owner.Check();
        settings.Reached(LogStep.BatchFlushed);
        log.Pending.Add(batch.Entries);
        return true;
    }

    /// <summary>Where a key stands already, and whether with the same entry.</summary>
    private async Task<(long Index, bool IsSame)?> Find(Waiting waiting)
    {
        if (log.Pending.Find(waiting.Entry.Key) is { } pending)
            return (pending.Index, IsSame(waiting, pending.Index, pending.Entry));
        if (log.Keys.Find(waiting.Entry.Key) is not { } index) return null;
        var leaf = await log.Reader.ReadLeaf(index, integration.PublishedSize);
        return (index, leaf == TreeHash.Leaf(waiting.Entry.Bytes.Span) || Differs(waiting, index));
    }

    private static bool IsSame(Waiting waiting, long index, JournalEntry known) =>
        known.Bytes.Span.SequenceEqual(waiting.Entry.Bytes.Span) || Differs(waiting, index);

    private static bool Differs(Waiting waiting, long index)
    {
        waiting.Answer.SetException(new InvalidOperationException($"The key names another entry, at index {index}."));
        return false;
    }
}
