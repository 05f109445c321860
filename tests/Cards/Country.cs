using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Musubi.Chip;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.PassiveAuthentication;
using Musubi.Chip.RestrictedIdentification;
using Musubi.Chip.VirtualCards;

namespace Musubi.Cards;

/// <summary>A country: its root, verifier and terminals, its signers, and the day it is there.</summary>
public sealed class Country : IDisposable
{
    public const string Pin = "123456";
    public const string Can = "500540";
    public const string Puk = "9876543210";
    public const string MrzInformation = "T22000129364081251010318";

    private readonly X509Certificate2 countrySigner;
    private readonly X509Certificate2 documentSigner;

    private Country(CvCertificateAuthority root, CvKey rootKey, CvCertificateAuthority verifier, CvKey verifierKey)
    {
        (Root, RootKey, Verifier, VerifierKey) = (root, rootKey, verifier, verifierKey);
        (countrySigner, documentSigner) = MakeSigners(Today);
        Signer = new DocumentSigner(documentSigner);
    }

    public static DateOnly Today { get; } = new(2026, 11, 23);

    public CvCertificateAuthority Root { get; }

    public CvKey RootKey { get; }

    public CvCertificateAuthority Verifier { get; }

    public CvKey VerifierKey { get; }

    public DocumentSigner Signer { get; }

    public CardSecurityTrust Trust => new([countrySigner], At(Today));

    public static async ValueTask<Country> Create(
        DomainParameters? curve = null, string letters = "UT", CvRole verifierRole = CvRole.DocumentVerifierDomestic)
    {
        var rootKey = CvKey.Create(curve ?? DomainParameters.BrainpoolP256r1);
        var root = await CvCertificateAuthority.CreateRoot(
            CvReference.Parse(letters + "CVCA00001"), rootKey, EidRights.All, Today.AddYears(-1), Today.AddYears(5));
        var verifierKey = CvKey.Create(rootKey.Parameters);
        var verifier = await root.Issue(
            CvReference.Parse(letters + "DV00001"), verifierKey, new Chat(verifierRole, EidRights.All),
            Today.AddMonths(-1), Today.AddMonths(2));
        return new Country(root, rootKey, new CvCertificateAuthority(verifier, verifierKey), verifierKey);
    }

    public static DateTimeOffset At(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    public static PacePassword Password(PacePasswordKind kind) => kind switch
    {
        PacePasswordKind.Mrz => PacePassword.Mrz(MrzInformation),
        PacePasswordKind.Can => PacePassword.Can(Can),
        PacePasswordKind.Pin => PacePassword.Pin(Pin),
        PacePasswordKind.Puk => PacePassword.Puk(Puk),
    };

    public LooseCard MakeCard(AesStrength strength = AesStrength.Aes128)
    {
        var data = new EacPersonalisationData(
            Pin, Can, Puk, Root.Certificate, strength, RootKey.Parameters.Id, [EidGroup.Aid], MrzInformation);
        var groups = new EidState();
        for (var group = EidGroup.First; group <= EidGroup.Last; group++)
            groups.Groups[group] = EidGroup.Wrap(group, EidGroup.Text($"group {group} before"));
        return new LooseCard(EacPersonalisation.Create(data, Signer), groups);
    }

    public async ValueTask<Terminal> MakeTerminal(
        EidRights rights, DateOnly? from = null, DateOnly? until = null, TerminalSector? sector = null)
    {
        var key = CvKey.Create(RootKey.Parameters);
        var certificate = await Verifier.Issue(
            CvReference.Parse("UTTERM00001"), key, new Chat(CvRole.Terminal, rights),
            from ?? Today, until ?? Today.AddDays(1), sector: sector);
        return new Terminal([Verifier.Certificate], certificate, key);
    }

    public void Dispose()
    {
        RootKey.Dispose();
        VerifierKey.Dispose();
        Signer.Dispose();
        countrySigner.Dispose();
        documentSigner.Dispose();
    }

    private static (X509Certificate2 Country, X509Certificate2 Document) MakeSigners(DateOnly today)
    {
        using var countryKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var countryRequest = new CertificateRequest("C=UT, CN=Country Signer", countryKey, HashAlgorithmName.SHA256);
        countryRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        countryRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var country = countryRequest.CreateSelfSigned(At(today.AddYears(-1)), At(today.AddYears(10)));
        using var documentKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var documentRequest = new CertificateRequest("C=UT, CN=Document Signer", documentKey, HashAlgorithmName.SHA256);
        documentRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        using var unsigned = documentRequest.Create(country, At(today.AddMonths(-1)), At(today.AddYears(9)), [1]);
        return (country, unsigned.CopyWithPrivateKey(documentKey));
    }
}
