namespace Musubi.Chip.Apdu;

/// <summary>Bytes that are not a command or not an answer of ISO/IEC 7816-4.</summary>
/// <param name="message">What is wrong; never the bytes themselves.</param>
public sealed class ApduException(string message) : FormatException(message);
