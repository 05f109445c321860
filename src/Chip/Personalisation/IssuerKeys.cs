using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.PassiveAuthentication;

namespace Musubi.Chip.Personalisation;

/// <summary>
/// All keys that issue demonstration cards, made once and kept in one folder. Every name in them says demonstration;
/// nobody else trusts them. A production issuer keeps such keys in a security module and signs there.
/// </summary>
public sealed class IssuerKeys : IDisposable
{
    private const string ResidenceAuthorityName = "residence-authority";
    private const string ResidenceSignerName = "residence-signer";
    private const string AuthenticationAuthorityName = "jpki-authentication-authority";
    private const string SigningAuthorityName = "jpki-signing-authority";
    private const string TextRootName = "text-root";
    private const string TextSignerName = "text-signer";
    private const string DeliveryKeyName = "session-delivery";
    private const string TextRootNumber = "9000033";
    private const string FaceRootNumber = "9000023";
    private const string CountrySignerName = "country-signer";
    private const string DocumentSignerName = "document-signer";
    private const string EidRootKeyName = "eid-root-key";
    private const string EidRootCertificateName = "eid-root-certificate";
    private const string EidVerifierKeyName = "eid-verifier-key";
    private const string EidRootReference = "JPMUSUBI00001";
    private const int EidRootYears = 20;
    private const string CardMasterName = "card-master";
    private const string CompleteMark = "complete";
    private const int CardMasterLength = 32;
    private const int CardKeyLength = 16;

    private readonly IssuerKeySet keys;
    private readonly CvKey rootKey;
    private readonly CvKey verifierKey;

    private IssuerKeys(IssuerKeySet keys)
    {
        this.keys = keys;
        ResidenceSigner = new(keys.Ec(ResidenceSignerName), keys.Certificate(ResidenceSignerName));
        AuthenticationAuthority = new(
            keys.Rsa(AuthenticationAuthorityName), keys.Certificate(AuthenticationAuthorityName));
        SigningAuthority = new(keys.Rsa(SigningAuthorityName), keys.Certificate(SigningAuthorityName));
        TextSigner = SignerUnder(TextRootNumber);
        FaceSigner = SignerUnder(FaceRootNumber);
        using var documentSigner = keys.CertificateWithKey(DocumentSignerName);
        DocumentSigner = new(documentSigner);
        rootKey = CvKey.FromPkcs8(keys.Secret(EidRootKeyName));
        verifierKey = CvKey.FromPkcs8(keys.Secret(EidVerifierKeyName));
        EidRoot = new(CvCertificate.Parse(keys.Secret(EidRootCertificateName)), rootKey);
    }

    /// <summary>Signs residence cards.</summary>
    public ResidenceCardSigner ResidenceSigner { get; }

    /// <summary>The authority above the residence card signer: a reader's trust anchor.</summary>
    public X509Certificate2 ResidenceAuthority => keys.Certificate(ResidenceAuthorityName);

    /// <summary>Issues authentication certificates.</summary>
    public JpkiAuthority AuthenticationAuthority { get; }

    /// <summary>Issues signing certificates.</summary>
    public JpkiAuthority SigningAuthority { get; }

    /// <summary>Signs integrity records of the text application.</summary>
    public RecordSigner TextSigner { get; }

    /// <summary>Signs the records of the face application: the same key under another certificate.</summary>
    public RecordSigner FaceSigner { get; }

    /// <summary>The root above the text and face signer: a reader's trust anchor.</summary>
    public RSA TextRoot => keys.Rsa(TextRootName);

    /// <summary>Signs what a merged card's chip says: SOD and EF.CardSecurity.</summary>
    public DocumentSigner DocumentSigner { get; }

    /// <summary>The country signer above the document signer: a reader's trust anchor.</summary>
    public X509Certificate2 CountrySigner => keys.Certificate(CountrySignerName);

    /// <summary>The root of terminal certificates (CVCA), which merged cards trust.</summary>
    public CvCertificateAuthority EidRoot { get; }

    /// <summary>The document verifier's key, on the root's curve.</summary>
    public ICvSigner EidVerifierKey => verifierKey;

    /// <summary>Makes new keys. Nothing is written.</summary>
    /// <param name="clock">Certificates begin a year before its now and last twenty years.</param>
    public static IssuerKeys CreateDemo(TimeProvider clock)
    {
        var keys = new IssuerKeySet(clock.GetUtcNow());
        keys.AddEcAuthority(ResidenceAuthorityName, ECCurve.NamedCurves.nistP384, ResidenceName("ZairyuCard CA2 DEMO"));
        keys.AddEcSigner(ResidenceSignerName, ResidenceAuthorityName, ResidenceName("ZairyuCard Signer DEMO"));
        keys.AddRsaAuthority(AuthenticationAuthorityName, UnitName("JPKI for user authentication (demonstration)"));
        keys.AddRsaAuthority(SigningAuthorityName, UnitName("JPKI for digital signature (demonstration)"));
        keys.AddRsa(TextRootName);
        keys.AddRsa(TextSignerName);
        keys.AddRsa(DeliveryKeyName);
        keys.AddEcAuthority(
            CountrySignerName, ECCurve.NamedCurves.nistP256, UnitName("Country signer (demonstration)"));
        keys.AddEcSigner(DocumentSignerName, CountrySignerName, UnitName("Document signer (demonstration)"));
        AddEidRoot(keys, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
        keys.AddSecret(CardMasterName, RandomNumberGenerator.GetBytes(CardMasterLength));
        return new(keys);
    }

    private static void AddEidRoot(IssuerKeySet keys, DateOnly today)
    {
        using var rootKey = CvKey.Create(DomainParameters.BrainpoolP256r1);
        using var verifierKey = CvKey.Create(DomainParameters.BrainpoolP256r1);
        var making = CvCertificateAuthority.CreateRoot(
            CvReference.Parse(EidRootReference),
            rootKey,
            EidRights.All,
            today.AddYears(-1),
            today.AddYears(EidRootYears));
#pragma warning disable VSTHRD002, CA2012, MA0042 // A key in memory signs at once: there is nothing to wait for.
        var root = making.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002, CA2012, MA0042
        keys.AddSecret(EidRootKeyName, rootKey.ToPkcs8());
        keys.AddSecret(EidVerifierKeyName, verifierKey.ToPkcs8());
        keys.AddSecret(EidRootCertificateName, root.Certificate.Encoded.ToArray());
    }

    /// <summary>The keys of a folder; where there are none they are made and saved first.</summary>
    /// <exception cref="IOException">The folder holds some of the files only, or one that is not readable.</exception>
    public static IssuerKeys LoadOrCreateDemo(string folder, TimeProvider clock)
    {
        if (File.Exists(Path.Combine(folder, CompleteMark))) return Load(folder);
        var made = CreateDemo(clock);
        made.Save(folder);
        return made;
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="IOException">A file is missing or not readable; the message names it.</exception>
    public static IssuerKeys Load(string folder)
    {
        if (!File.Exists(Path.Combine(folder, CompleteMark)))
            throw new FileNotFoundException($"Folder {folder} holds no complete set of issuer keys.");
        return new(IssuerKeySet.Load(folder));
    }

    /// <summary>Writes all keys for their owner only. A crash in between leaves a folder that is not used.</summary>
    public void Save(string folder)
    {
        keys.Save(folder);
        IssuerKeySet.Write(Path.Combine(folder, CompleteMark), "complete\n"u8);
    }

    /// <summary>The key of one card for the counter's commands: HMAC-SHA-256(master, serial), 16 bytes.</summary>
    /// <param name="serial">The card's serial: of the plastic, or the residence card's number.</param>
    public byte[] CardKey(string serial) =>
        HMACSHA256.HashData(keys.Secret(CardMasterName), Encoding.UTF8.GetBytes(serial))[..CardKeyLength];

    /// <summary>Lets go of all keys.</summary>
    public void Dispose()
    {
        DocumentSigner.Dispose();
        rootKey.Dispose();
        verifierKey.Dispose();
        keys.Dispose();
    }

    /// <summary>What readers of specified cards (07, 08) deliver session keys under; an issuer publishes it.</summary>
    public RSA Delivery => keys.Rsa(DeliveryKeyName);

    /// <summary>The same with its private part, PKCS#8: one for all cards of this issuer, in text and residence
    /// application.</summary>
    internal byte[] DeliveryKey() => keys.Rsa(DeliveryKeyName).ExportPkcs8PrivateKey();

    private RecordSigner SignerUnder(string rootNumber) => new(
        keys.Rsa(TextSignerName),
        RecordSigner.IssueCertificate(keys.Rsa(TextRootName), rootNumber, keys.Rsa(TextSignerName)));

    // Names of about the real ones' length: the signer's certificate has to come near 598 bytes and fit 602.
    private static X500DistinguishedName ResidenceName(string commonName)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(commonName);
        name.AddOrganizationalUnitName("Residence cards of nobody");
        name.AddOrganizationName("Musubi demonstration");
        name.AddCountryOrRegion("JP");
        return name.Build();
    }

    private static X500DistinguishedName UnitName(string unit)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddOrganizationalUnitName(unit);
        name.AddOrganizationName("Musubi demonstration");
        name.AddCountryOrRegion("JP");
        return name.Build();
    }
}
