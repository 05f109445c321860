using System.Text;

namespace Musubi.Chip.CvCertificates;

/// <summary>
/// Name of a key in a certificate (TR-03110-3 §C.2): country (2 letters), mnemonic (1 to 9), sequence number (5).
/// </summary>
public readonly record struct CvReference
{
    private const int MinimumLength = 8;
    private const int MaximumLength = 16;
    private readonly string? text;

    private CvReference(string text) => this.text = text;

    /// <summary>Reads the textual form.</summary>
    /// <exception cref="CvCertificateException">Not 8 to 16 printable characters that begin with a country.</exception>
    public static CvReference Parse(string text) =>
        TryParse(text, out var reference)
            ? reference
            : throw new CvCertificateException("A reference has a country, a mnemonic and five more characters.");

    /// <summary>Reads the textual form.</summary>
    public static bool TryParse(string? text, out CvReference reference)
    {
        reference = default;
        if (text is null || text.Length is < MinimumLength or > MaximumLength) return false;
        if (!char.IsAsciiLetterUpper(text[0]) || !char.IsAsciiLetterUpper(text[1])) return false;
        foreach (var c in text)
        {
            if (c is < ' ' or (> '~' and < '\u00A0') or > '\u00FF') return false;
        }

        reference = new CvReference(text);
        return true;
    }

    /// <summary>ISO 8859-1, as certificates and commands carry it.</summary>
    public byte[] ToBytes() => Encoding.Latin1.GetBytes(ToString());

    /// <summary>The textual form; empty for the default value.</summary>
    public override string ToString() => text ?? "";

    internal static CvReference Read(ReadOnlySpan<byte> bytes) => Parse(Encoding.Latin1.GetString(bytes));
}
