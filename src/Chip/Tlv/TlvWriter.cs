using System.Buffers;

namespace Musubi.Chip.Tlv;

/// <summary>Writes BER-TLV with minimal definite lengths (DER where the values are DER).</summary>
public sealed class TlvWriter
{
    /// <summary>Tag and length have at most four bytes each.</summary>
    private const int MaximumHeaderLength = 8;

    private readonly ArrayBufferWriter<byte> bytes;

    /// <summary>An empty writer.</summary>
    public TlvWriter() => bytes = new();

    private TlvWriter(int capacity) => bytes = new(capacity);

    /// <summary>One object, alone.</summary>
    public static byte[] Encode(uint tag, ReadOnlySpan<byte> value) =>
        new TlvWriter(value.Length + MaximumHeaderLength).Write(tag, value).ToArray();

    /// <summary>One object that holds others, alone.</summary>
    public static byte[] Encode(uint tag, Action<TlvWriter> children) =>
        new TlvWriter().Write(tag, children).ToArray();

    /// <summary>Appends one object.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is longer than <see cref="BerTlv"/> would
    /// read.</exception>
    public TlvWriter Write(uint tag, ReadOnlySpan<byte> value)
    {
        WriteHeader(tag, value.Length);
        bytes.Write(value);
        return this;
    }

    /// <summary>Appends one object that holds others.</summary>
    public TlvWriter Write(uint tag, Action<TlvWriter> children)
    {
        var inner = new TlvWriter();
        children(inner);
        return Write(tag, inner.bytes.WrittenSpan);
    }

    /// <summary>Appends bytes that are BER-TLV already.</summary>
    public TlvWriter WriteEncoded(ReadOnlySpan<byte> encoded)
    {
        bytes.Write(encoded);
        return this;
    }

    /// <summary>All that was written.</summary>
    public byte[] ToArray() => bytes.WrittenSpan.ToArray();

    private void WriteHeader(uint tag, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, BerTlv.MaximumValueLength);
        for (var shift = tag > 0xFFFF ? 16 : tag > 0xFF ? 8 : 0; shift >= 0; shift -= 8)
            Put((byte)(tag >> shift & 0xFF));
        if (length > 0xFFFF) Put(0x83, (byte)(length >> 16), (byte)(length >> 8 & 0xFF), (byte)(length & 0xFF));
        else if (length > 0xFF) Put(0x82, (byte)(length >> 8), (byte)(length & 0xFF));
        else if (length > 0x7F) Put(0x81, (byte)length);
        else Put((byte)length);
    }

    private void Put(params ReadOnlySpan<byte> some) => bytes.Write(some);
}
