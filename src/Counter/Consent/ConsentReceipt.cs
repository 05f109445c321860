using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>A record of one consent, in the sections of ISO/IEC TS 27560: who (a pseudonym), what was shown, what it
/// is for, who was there and when. It covers exactly one act.</summary>
public sealed record ConsentReceipt(
    [property: JsonPropertyName("schema_version")] string SchemaVersion,
    [property: JsonPropertyName("record_id")] ActId RecordId,
    [property: JsonPropertyName("pii_principal_id")] string PrincipalId,
    [property: JsonPropertyName("notice")] ConsentNotice Notice,
    [property: JsonPropertyName("processing")] ConsentProcessing Processing,
    [property: JsonPropertyName("event")] ConsentEvent Event)
{
    public const string Schema = "ISO/IEC TS 27560 shape, Musubi 1";

    /// <summary>No receipt is longer; a longer text is refused before it is parsed.</summary>
    public const int MaxLength = 16_384;

    private static readonly JsonSerializerOptions Json = new()
    {
        // The receipt is a legal text that people read: their letters stay letters.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The exact text that is signed and committed to. It is kept as it is and never written anew.</summary>
    public string ToText() => JsonSerializer.Serialize(this, Json);

    public static ConsentReceipt Read(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        if (text.Length > MaxLength) throw new ConsentFormatException($"A receipt has at most {MaxLength} characters.");
        try
        {
            return JsonSerializer.Deserialize<ConsentReceipt>(text, Json)
                ?? throw new ConsentFormatException("A receipt is an object.");
        }
        catch (JsonException e)
        {
            throw new ConsentFormatException("This is not a consent receipt.", e);
        }
    }
}

/// <summary>What was shown: language, version, the exact words and their SHA-256.</summary>
public sealed record ConsentNotice(
    [property: JsonPropertyName("language")] Language Language,
    [property: JsonPropertyName("version")] string Version,
    [property: JsonPropertyName("text")] string Text,
    [property: JsonPropertyName("text_sha256")] string TextHash);

/// <summary>What is agreed to: one act, on one route, with its purpose and its way back.</summary>
public sealed record ConsentProcessing(
    [property: JsonPropertyName("act")] ActKind Act,
    [property: JsonPropertyName("route")] Route Route,
    [property: JsonPropertyName("purpose")] string Purpose,
    [property: JsonPropertyName("legal_basis")] string LegalBasis,
    [property: JsonPropertyName("withdrawal")] string Withdrawal);

/// <summary>When and where it was given, and which clerk saw it.</summary>
public sealed record ConsentEvent(
    [property: JsonPropertyName("time")] DateTimeOffset Time,
    [property: JsonPropertyName("place")] OfficeId Place,
    [property: JsonPropertyName("witness")] StaffId Witness,
    [property: JsonPropertyName("type")] string Type)
{
    public const string GivenInPerson = "explicit-consent-given-in-person";
}

/// <summary>Bytes that are no consent receipt.</summary>
public sealed class ConsentFormatException(string message, Exception? inner = null) : FormatException(message, inner);

/// <summary>The receipt's exact text, and the signature of the card's authentication key over its SHA-256
/// (RSASSA-PKCS1-v1_5) with that key's certificate where a card was there. Both are empty where the card is
/// lost.</summary>
public sealed record SignedConsent(string Text, ImmutableArray<byte> Signature, ImmutableArray<byte> Certificate)
{
    [JsonIgnore]
    public bool IsSigned => !Signature.IsDefaultOrEmpty;

    [JsonIgnore]
    public byte[] Hash => SHA256.HashData(Encoding.UTF8.GetBytes(Text));

    /// <summary>True when the certificate's key made the signature over exactly this text.</summary>
    public bool Verify()
    {
        if (!IsSigned || Certificate.IsDefaultOrEmpty) return false;
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(Certificate.AsSpan());
            using var key = certificate.GetRSAPublicKey();
            return key is not null
                && key.VerifyHash(Hash, Signature.AsSpan(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            // Bytes that are no certificate prove nothing; that is an answer, not a fault.
            return false;
        }
    }
}
