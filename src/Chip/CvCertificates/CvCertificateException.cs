namespace Musubi.Chip.CvCertificates;

/// <summary>Bytes that are no card-verifiable certificate, key, reference, date or CHAT of TR-03110.</summary>
/// <param name="message">What is wrong; never the bytes themselves.</param>
public sealed class CvCertificateException(string message) : FormatException(message);
