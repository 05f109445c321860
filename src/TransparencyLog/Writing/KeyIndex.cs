namespace Musubi.TransparencyLog.Writing;

/// <summary>Which published entry a key has: a file of 16 bytes for each entry, in order, and a table in memory over
/// it, built at the start. The table takes 12 to 23 bytes an entry: about 130 MB at ten million.</summary>
/// <remarks>Trust: the file is the truth. It is flushed before the journal forgets an entry, and a start writes again
/// what the journal still has.</remarks>
internal sealed class KeyIndex : IDisposable
{
    /// <summary>Entries of a log that a table can hold: 2^31.</summary>
    public const long MostEntries = 1L << IndexBits;

    private const int IndexBits = 31;
    private const int FirstSlots = 1024;
    private const int ReadAtOnce = 1 << 20;

    private readonly LogDisk disk;
    private readonly DiskFile file;
    private readonly Lock gate = new();

    // Index plus one in the low 32 bits, the key's low 32 bits above; 0 is a free slot. The key's high bits choose the
    // first slot: keys that meet in both are told apart by the file.
    private ulong[] slots = new ulong[FirstSlots];
    private long count;

    private KeyIndex(LogDisk disk, DiskFile file) => (this.disk, this.file) = (disk, file);

    /// <summary>Opens the file and believes its first keys; those after them come with <see cref="Add"/>.</summary>
    /// <param name="believed">Entries before the journal's first.</param>
    /// <exception cref="LogWriterException">The file has fewer keys than that.</exception>
    public static KeyIndex Open(LogDisk disk, string path, long believed)
    {
        var file = disk.OpenOrCreate(path);
        var index = new KeyIndex(disk, file);
        try
        {
            var there = RandomAccess.GetLength(file.Handle) / AppendKey.Length;
            if (there < believed)
                throw new LogWriterException(LogFault.NotWhole, $"{path} has {there} keys for {believed} entries.");
            index.Load(believed);
            return index;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The entry of a key, or null: none has it.</summary>
    public long? Find(AppendKey key)
    {
        lock (gate)
        {
            for (var slot = SlotOf(key); slots[slot] != 0; slot = Next(slot))
                if (Matches(slots[slot], key)) return IndexOf(slots[slot]);
            return null;
        }
    }

    /// <summary>Appends the keys of the next entries. They are durable after <see cref="Flush"/>.</summary>
    public void Add(IReadOnlyList<AppendKey> keys)
    {
        var bytes = new byte[keys.Count * AppendKey.Length];
        for (var i = 0; i < keys.Count; i++) keys[i].Write(bytes.AsSpan(i * AppendKey.Length));
        disk.Write(file, bytes, count * AppendKey.Length);
        foreach (var key in keys) Enter(key);
    }

    public void Flush() => disk.Flush(file);

    public void Dispose() => file.Dispose();

    private void Load(long believed)
    {
        var buffer = new byte[ReadAtOnce];
        while (count < believed)
        {
            var wanted = (int)Math.Min(ReadAtOnce, (believed - count) * AppendKey.Length);
            var read = RandomAccess.Read(file.Handle, buffer.AsSpan(0, wanted), count * AppendKey.Length);
            if (read < AppendKey.Length) throw new IOException($"{file.Path} became shorter while it was read.");
            for (var at = 0; at + AppendKey.Length <= read; at += AppendKey.Length)
                Enter(AppendKey.Read(buffer.AsSpan(at)));
        }
    }

    private void Enter(AppendKey key)
    {
        lock (gate)
        {
            if (count == MostEntries)
                throw new LogWriterException(LogFault.NotWhole, $"A log has at most {MostEntries} entries.");
            // Above 70 % the walks over taken slots grow long.
            if (count * 10 >= slots.Length * 7L) Widen();
            count++;
            Put(slots, key, ((ulong)Low(key) << 32) | (uint)count);
        }
    }

    private void Widen()
    {
        var wider = new ulong[slots.Length * 2];
        // The first slot comes from a key's high bits, which only the file has: read it once more, in order.
        var buffer = new byte[ReadAtOnce];
        for (var at = 0L; at < count;)
        {
            var wanted = (int)Math.Min(ReadAtOnce, (count - at) * AppendKey.Length);
            var read = RandomAccess.Read(file.Handle, buffer.AsSpan(0, wanted), at * AppendKey.Length);
            if (read < AppendKey.Length) throw new IOException($"{file.Path} became shorter while it was read.");
            for (var place = 0; place + AppendKey.Length <= read; place += AppendKey.Length)
            {
                var key = AppendKey.Read(buffer.AsSpan(place));
                Put(wider, key, ((ulong)Low(key) << 32) | (uint)++at);
            }
        }
        slots = wider;
    }

    private static void Put(ulong[] table, AppendKey key, ulong value)
    {
        var slot = SlotOf(table, key);
        while (table[slot] != 0) slot = (slot + 1) & (table.Length - 1);
        table[slot] = value;
    }

    private bool Matches(ulong slot, AppendKey key)
    {
        if ((uint)(slot >> 32) != Low(key)) return false;
        Span<byte> stored = stackalloc byte[AppendKey.Length];
        return RandomAccess.Read(file.Handle, stored, IndexOf(slot) * AppendKey.Length) == AppendKey.Length
            && AppendKey.Read(stored) == key;
    }

    private static long IndexOf(ulong slot) => (long)(slot & uint.MaxValue) - 1;

    private static uint Low(AppendKey key) => unchecked((uint)key.Value);

    private int SlotOf(AppendKey key) => SlotOf(slots, key);

    private int Next(int slot) => (slot + 1) & (slots.Length - 1);

    // UUIDs of version 7 begin with the time, so neighbours in time would be neighbours in the table: multiply.
    private static int SlotOf(ulong[] table, AppendKey key) => (int)(unchecked(
        ((ulong)(key.Value >> 64) ^ ((ulong)key.Value * 0x9E3779B97F4A7C15UL)) * 0xD6E8FEB86659FD93UL)
        >> (64 - System.Numerics.BitOperations.Log2((uint)table.Length)));
}
