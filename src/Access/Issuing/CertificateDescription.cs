using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>What a terminal certificate says about itself in words (TR-03110-4 §A.1, plain text form): who issued it,
/// for whom, and under which entry of which version of the list. The certificate carries its hash.</summary>
public static class CertificateDescription
{
    /// <summary>id-plainFormat, 0.4.0.127.0.7.3.1.3.1.1.</summary>
    private const string PlainFormat = "0.4.0.127.0.7.3.1.3.1.1";

    private static readonly Asn1Tag IssuerName = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag SubjectName = new(TagClass.ContextSpecific, 3);
    private static readonly Asn1Tag TermsOfUsage = new(TagClass.ContextSpecific, 5);

    /// <param name="logIndex">The version's index in the public log; null while it is not yet in it.</param>
    public static byte[] Write(string issuer, AccessEntry entry, int listVersion, long? logIndex)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(PlainFormat);
            Text(writer, IssuerName, issuer);
            Text(writer, SubjectName, entry.LegalName.PlainIn(Language.English));
            Text(writer, TermsOfUsage, Terms(entry, listVersion, logIndex));
        }
        return writer.Encode();
    }

    public static byte[] Hash(byte[] description) => SHA256.HashData(description);

    /// <summary>One line an auditor can compare with the published list.</summary>
    public static string Terms(AccessEntry entry, int listVersion, long? logIndex)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var log = logIndex is { } index
            ? string.Create(CultureInfo.InvariantCulture, $"log index {index}")
            : "not yet in the log";
        return string.Create(CultureInfo.InvariantCulture,
            $"entry {entry.Id}; list version {listVersion}; {log}; reader {entry.Identifier}; "
            + $"{entry.Purpose.PlainIn(Language.English)}");
    }

    private static void Text(AsnWriter writer, Asn1Tag tag, string text)
    {
        using (writer.PushSequence(tag)) writer.WriteCharacterString(UniversalTagNumber.UTF8String, text);
    }
}
