using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.PassiveAuthentication;

namespace Musubi.Cli.Card;

/// <summary>Whose signatures count. Only public parts are kept.</summary>
/// <remarks>Without a folder nobody is trusted: the anchors are made here and have signed nothing.</remarks>
internal sealed class ReaderTrust : IDisposable
{
    private const int RootBits = 2048;
    private readonly bool nobody;

    private ReaderTrust(
        bool nobody, X509Certificate2 residence, RSA number, ImmutableArray<X509Certificate2> country, RSA? delivery) =>
        (this.nobody, ResidenceAuthority, NumberRoot, CountrySigners, Delivery) =
            (nobody, residence, number, country, delivery);

    /// <summary>Above the signer of residence cards.</summary>
    public X509Certificate2 ResidenceAuthority { get; }

    /// <summary>Above the signer of the text and face applications.</summary>
    public RSA NumberRoot { get; }

    /// <summary>Above the document signers.</summary>
    public ImmutableArray<X509Certificate2> CountrySigners { get; }

    /// <summary>What the issuer of specified cards publishes to read them; null where the folder has none.</summary>
    public RSA? Delivery { get; }

    /// <summary>Reads residence-authority.crt.pem, country-signer.crt.pem and text-root.rsa.pem, and
    /// session-delivery.rsa.pem where it is.</summary>
    /// <exception cref="IOException">One is missing or not readable.</exception>
    public static ReaderTrust Load(string folder)
    {
        try
        {
            var delivery = Path.Combine(folder, "session-delivery.rsa.pem");
            return new(
                nobody: false,
                X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder, "residence-authority.crt.pem")),
                PublicPart(Path.Combine(folder, "text-root.rsa.pem")),
                [X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder, "country-signer.crt.pem"))],
                File.Exists(delivery) ? PublicPart(delivery) : null);
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or ArgumentException)
        {
            throw new IOException($"Folder {folder} holds no readable certificates of issuers.", unreadable);
        }
    }

    private static RSA PublicPart(string path)
    {
        using var key = RSA.Create();
        key.ImportFromPem(File.ReadAllText(path));
        return RSA.Create(key.ExportParameters(includePrivateParameters: false));
    }

    public static ReaderTrust Nobody(TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=nobody", key, HashAlgorithmName.SHA256);
        var now = time.GetUtcNow();
        var nobody = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return new(nobody: true, nobody, RSA.Create(RootBits), [], delivery: null);
    }

    public string Sentence(SignatureVerdict verdict) => verdict switch
    {
        SignatureVerdict.Genuine => Genuine,
        SignatureVerdict.NotSignedByIssuer => NotSigned,
        SignatureVerdict.ForeignIssuer => Foreign,
        SignatureVerdict.SignerNotValidToday => SignerNotValid,
        SignatureVerdict.Unreadable => Unreadable,
    };

    public string Sentence(SignedContentVerdict verdict) => verdict switch
    {
        SignedContentVerdict.Genuine => Genuine,
        SignedContentVerdict.NotSignedByIssuer => NotSigned,
        SignedContentVerdict.ForeignIssuer => Foreign,
        SignedContentVerdict.SignerNotValidToday => SignerNotValid,
        SignedContentVerdict.SignerMayNotSign => "NOT GENUINE: the signer's certificate is for something else",
        SignedContentVerdict.CountrySignerMayNotIssue => "the country signer's certificate is none of an issuer",
        SignedContentVerdict.CountrySignerNotValidToday => "the country signer's certificate is not valid today",
        SignedContentVerdict.FileNotAsSigned => "NOT GENUINE: a file was changed after it was signed",
        SignedContentVerdict.Unreadable => Unreadable,
    };

    public string Sentence(IntegrityVerdict verdict) => verdict switch
    {
        IntegrityVerdict.NotChecked => "not checked: nothing was read",
        IntegrityVerdict.Genuine => Genuine,
        IntegrityVerdict.ContentChanged => "NOT GENUINE: the content was changed after it was signed",
        IntegrityVerdict.NotSignedByIssuer => NotSigned,
        IntegrityVerdict.ForeignIssuer => Foreign,
        IntegrityVerdict.Unreadable => Unreadable,
    };

    public void Dispose()
    {
        ResidenceAuthority.Dispose();
        NumberRoot.Dispose();
        Delivery?.Dispose();
        foreach (var signer in CountrySigners) signer.Dispose();
    }

    private const string Genuine =
        "genuine: signed by the issuer, unchanged; whether the card still counts it cannot say";
    private const string NotSigned = "NOT GENUINE: the signature does not fit the content";
    private const string SignerNotValid = "the signer's certificate is not valid today";
    private const string Unreadable = "the signature cannot be read";

    private string Foreign => nobody
        ? "not checked: name the issuers' certificates with --trust"
        : "NOT GENUINE for this reader: signed by an issuer that --trust does not name";
}
