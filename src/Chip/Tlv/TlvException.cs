namespace Musubi.Chip.Tlv;

/// <summary>Bytes that are not BER-TLV, lack a mandatory object, or go beyond a bound of
/// <see cref="BerTlv"/>.</summary>
/// <param name="message">What is wrong; never the bytes themselves.</param>
public sealed class TlvException(string message) : FormatException(message);
