using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Musubi.Chip.Readers.Pcsc;

/// <summary>
/// The array of SCARD_READERSTATE that <c>SCardGetStatusChange</c> reads and writes: name, own pointer, known state,
/// state now, length of the answer to reset, its room. Written by hand because the platforms lay it out differently.
/// </summary>
internal sealed class PcscReaderStates : IDisposable
{
    /// <summary>Asks for news about readers themselves (PC/SC part 5; also pcsc-lite).</summary>
    private const string PlugAndPlay = @"\\?PnP?\Notification";

    private const uint Empty = 0x10, Present = 0x20, Exclusive = 0x80, InUse = 0x100, Mute = 0x200;
    private const uint Unknown = 0x04, Unavailable = 0x08, Changed = 0x02;

    private static readonly int Word = Marshal.SizeOf<CULong>();
    private static readonly int AtrRoom = OperatingSystem.IsWindows() ? 36 : 33;
    private static readonly int KnownAt = 2 * nint.Size;
    private static readonly int NowAt = KnownAt + Word;
    private static readonly int AtrLengthAt = NowAt + Word;
    private static readonly int AtrAt = AtrLengthAt + Word;
    private static readonly int EntrySize = (AtrAt + AtrRoom + nint.Size - 1) / nint.Size * nint.Size;

    private readonly ImmutableArray<string> names;
    private readonly GCHandle[] pinned;

    /// <summary>Knows the readers, and nothing of their state yet.</summary>
    public PcscReaderStates(IEnumerable<string> readers)
    {
        names = [.. readers];
        Count = names.Length + 1;
        Bytes = new byte[Count * EntrySize];
        pinned = [.. names.Append(PlugAndPlay).Select(name =>
            GCHandle.Alloc(PcscLibrary.Name(name), GCHandleType.Pinned))];
        foreach (var (i, name) in pinned.Index())
            MemoryMarshal.Write(Bytes.AsSpan(i * EntrySize), name.AddrOfPinnedObject());
    }

    /// <summary>The readers, and one more for news of readers.</summary>
    public int Count { get; }

    /// <summary>The array.</summary>
    public byte[] Bytes { get; }

    /// <summary>Takes what is now as known: the next call waits for something else.</summary>
    public void Acknowledge()
    {
        for (var i = 0; i < Count; i++) SetWord(i, KnownAt, GetWord(i, NowAt) & ~(nuint)Changed);
    }

    /// <summary>The readers as the last call found them.</summary>
    public ImmutableArray<PcscReader> Read() => [.. names.Select((name, index) =>
    {
        var state = (uint)(GetWord(index, NowAt) & 0xFFFF);
        var length = (int)Math.Min(GetWord(index, AtrLengthAt), (nuint)AtrRoom);
        var atr = Bytes.AsSpan(index * EntrySize + AtrAt, length).ToArray();
        return new PcscReader(name, Slot(state), Slot(state) == PcscSlot.Empty ? [] : [.. atr]);
    })];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var handle in pinned) handle.Free();
    }

    private static PcscSlot Slot(uint state)
    {
        if ((state & (Unknown | Unavailable)) != 0) return PcscSlot.Gone;
        if ((state & Present) == 0 || (state & Empty) != 0) return PcscSlot.Empty;
        if ((state & Mute) != 0) return PcscSlot.CardUnresponsive;
        return (state & (Exclusive | InUse)) != 0 ? PcscSlot.CardInUse : PcscSlot.Card;
    }

    private nuint GetWord(int entry, int at)
    {
        var word = Bytes.AsSpan(entry * EntrySize + at, Word);
        return Word == sizeof(uint) ? MemoryMarshal.Read<uint>(word) : (nuint)MemoryMarshal.Read<ulong>(word);
    }

    private void SetWord(int entry, int at, nuint value)
    {
        var word = Bytes.AsSpan(entry * EntrySize + at, Word);
        if (Word == sizeof(uint)) MemoryMarshal.Write(word, (uint)value);
        else MemoryMarshal.Write(word, (ulong)value);
    }
}
