using Musubi.Chip.VirtualCards;

namespace Musubi.Tests.Chip.VirtualCards;

/// <summary>A process that dies at a step: nothing after it happens, and nobody gets an answer.</summary>
internal sealed class KilledException : Exception;

internal sealed class KilledDisk(string at) : BrokenDisk(at)
{
    protected override Exception Failure => new KilledException();
}

internal sealed class FullDisk(string at) : BrokenDisk(at)
{
    protected override Exception Failure => new IOException("No space left on device.");
}

internal abstract class BrokenDisk(string at) : DiskSteps
{
    public bool Full { get; set; } = true;

    protected abstract Exception Failure { get; }

    public override Stream CreateTemporary(string path)
    {
        FailIf("create");
        var stream = base.CreateTemporary(path);
        if (!Full || !string.Equals(at, "write", StringComparison.Ordinal)) return stream;
        stream.WriteByte((byte)'m');
        stream.Dispose();
        throw Failure;
    }

    public override void Flush(Stream stream)
    {
        FailIf("flush");
        base.Flush(stream);
    }

    public override void Rename(string from, string to)
    {
        FailIf("rename");
        base.Rename(from, to);
    }

    public override void FlushFolder(string folder)
    {
        FailIf("folder");
        base.FlushFolder(folder);
    }

    private void FailIf(string step)
    {
        if (Full && string.Equals(at, step, StringComparison.Ordinal)) throw Failure;
    }
}

/// <summary>A disk that takes so many bytes and then no more.</summary>
internal sealed class ShortDisk(int taken) : DiskSteps
{
    public override Stream CreateTemporary(string path) => new ShortStream(base.CreateTemporary(path), taken);
}

internal sealed class ShortStream(Stream inner, int room) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer[..Math.Min(room, buffer.Length)]);
        inner.Flush();
        if (buffer.Length > room) throw new IOException("No space left on device.");
    }

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
