namespace Musubi.CrashHost;

/// <summary>One file as the disk surely has it, and what was written since the last synchronisation.</summary>
public sealed class DiskImage(byte[] content)
{
    private readonly List<(long Offset, byte[]? Bytes)> unsynchronised = [];

    public byte[] Synchronised { get; private set; } = content;

    public void Write(long offset, ReadOnlySpan<byte> bytes) => unsynchronised.Add((offset, bytes.ToArray()));

    public void Truncate(long size) => unsynchronised.Add((size, null));

    /// <summary>What a failed synchronisation may do: the bytes can still be read, and are never written again.
    /// </summary>
    public void Drop() => unsynchronised.Clear();

    public void Sync()
    {
        foreach (var (offset, bytes) in unsynchronised)
        {
            var content = Synchronised;
            var end = checked((int)(offset + (bytes?.Length ?? 0)));
            if (bytes is null || end > content.Length) Array.Resize(ref content, end);
            bytes?.CopyTo(content, offset);
            Synchronised = content;
        }
        unsynchronised.Clear();
    }
}
