namespace Musubi.TransparencyLog.Writing;

/// <summary>Entries that are durable in the journal and whose keys are not yet in the file of keys: what the next
/// rounds publish. Safe for several threads.</summary>
internal sealed class PendingEntries(long first)
{
    private readonly Lock gate = new();
    private readonly Queue<JournalEntry> entries = new();
    private readonly Dictionary<AppendKey, long> indexes = [];
    private TaskCompletionSource grown = New();
    private long bytes;

    /// <summary>Bytes that wait.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>Index of the first entry here.</summary>
    public long First { get; private set; } = first;

    /// <summary>Index after the last entry here: all entries that are taken.</summary>
    public long End
    {
        get
        {
            lock (gate) return First + entries.Count;
        }
    }

    public void Add(IEnumerable<JournalEntry> more)
    {
        TaskCompletionSource told;
        lock (gate)
        {
            foreach (var entry in more)
            {
                // The same key twice: the first place counts, as when it was taken.
                indexes.TryAdd(entry.Key, First + entries.Count);
                entries.Enqueue(entry);
                bytes += entry.Bytes.Length + JournalBatch.EntryOverhead;
            }
            (told, grown) = (grown, New());
        }
        told.SetResult();
    }

    /// <summary>The entry of a key and its index, or null: none here has it.</summary>
    public (long Index, JournalEntry Entry)? Find(AppendKey key)
    {
        lock (gate)
            return indexes.TryGetValue(key, out var index)
                ? (index, entries.ElementAt((int)(index - First)))
                : null;
    }

    /// <summary>The entries from an index on, in order.</summary>
    public JournalEntry[] From(long index, int most)
    {
        lock (gate) return [.. entries.Skip((int)(index - First)).Take(most)];
    }

    /// <summary>Forgets the entries before an index: their keys are in the file.</summary>
    public void Forget(long before)
    {
        lock (gate)
        {
            while (First < before)
            {
                var entry = entries.Dequeue();
                indexes.Remove(entry.Key);
                bytes -= entry.Bytes.Length + JournalBatch.EntryOverhead;
                First++;
            }
        }
    }

    /// <summary>Returns when there are entries after that size.</summary>
    public Task WaitBeyond(long size, CancellationToken cancel)
    {
        lock (gate)
            return First + entries.Count > size ? Task.CompletedTask : grown.Task.WaitAsync(cancel);
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
