using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Musubi.Chip.Personalisation;

/// <summary>Named keys and certificates in memory, and one folder of PEM files on disk.</summary>
internal sealed class IssuerKeySet : IDisposable
{
    private const int RsaBits = 2048;
    private const int YearsBefore = 1;
    private const int YearsAfter = 20;
    private const int SerialLength = 8;
    private const UnixFileMode OwnerReadsAndWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyFolder = OwnerReadsAndWrites | UnixFileMode.UserExecute;

    private readonly DateTimeOffset from;
    private readonly DateTimeOffset until;
    private readonly Dictionary<string, RSA> rsa = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ECDsa> ec = new(StringComparer.Ordinal);
    private readonly Dictionary<string, X509Certificate2> certificates = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> secrets = new(StringComparer.Ordinal);

    public IssuerKeySet(DateTimeOffset now)
    {
        from = now.AddYears(-YearsBefore);
        until = now.AddYears(YearsAfter);
    }

    public RSA Rsa(string name) => Need(rsa, name);

    public ECDsa Ec(string name) => Need(ec, name);

    public X509Certificate2 Certificate(string name) => Need(certificates, name);

    public byte[] Secret(string name) => Need(secrets, name);

    public void AddRsa(string name) => rsa[name] = RSA.Create(RsaBits);

    public void AddSecret(string name, byte[] secret) => secrets[name] = secret;

    public void AddRsaAuthority(string name, X500DistinguishedName subject)
    {
        AddRsa(name);
        var request = new CertificateRequest(subject, rsa[name], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        AddAuthorityExtensions(request);
        using var selfSigned = request.CreateSelfSigned(from, until);
        certificates[name] = PublicPart(selfSigned);
    }

    public void AddEcAuthority(string name, ECCurve curve, X500DistinguishedName subject)
    {
        ec[name] = ECDsa.Create(curve);
        var request = new CertificateRequest(subject, ec[name], HashAlgorithmName.SHA256);
        AddAuthorityExtensions(request);
        using var selfSigned = request.CreateSelfSigned(from, until);
        certificates[name] = PublicPart(selfSigned);
    }

    /// <summary>A certificate together with its private key, for signatures in CMS. The caller disposes it.</summary>
    public X509Certificate2 CertificateWithKey(string name) => Certificate(name).CopyWithPrivateKey(Ec(name));

    /// <summary>A signer on its authority's curve.</summary>
    public void AddEcSigner(string name, string authority, X500DistinguishedName subject)
    {
        ec[name] = ECDsa.Create(ec[authority].ExportParameters(includePrivateParameters: false).Curve);
        var request = new CertificateRequest(subject, ec[name], HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(certificates[authority], true, false));
        var serial = RandomNumberGenerator.GetBytes(SerialLength);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        certificates[name] = request.Create(
            certificates[authority].SubjectName,
            X509SignatureGenerator.CreateForECDsa(ec[authority]),
            from,
            until,
            serial);
    }

    /// <summary>One file per key (PKCS#8), certificate or secret.</summary>
    public void Save(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerOnlyFolder);
        foreach (var (name, key) in rsa) Write(FileOf(folder, name, ".rsa.pem"), key.ExportPkcs8PrivateKeyPem());
        foreach (var (name, key) in ec) Write(FileOf(folder, name, ".ec.pem"), key.ExportPkcs8PrivateKeyPem());
        foreach (var (name, one) in certificates) Write(FileOf(folder, name, ".crt.pem"), one.ExportCertificatePem());
        foreach (var (name, secret) in secrets) Write(FileOf(folder, name, ".bin"), secret);
    }

    public static IssuerKeySet Load(string folder)
    {
        var keys = new IssuerKeySet(DateTimeOffset.UnixEpoch);
        foreach (var path in Directory.EnumerateFiles(folder)) keys.LoadOne(path);
        return keys;
    }

    /// <summary>Writes a file that only its owner can read, from the first byte on.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerReadsAndWrites;
        using var file = new FileStream(path, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    public void Dispose()
    {
        foreach (var key in rsa.Values) key.Dispose();
        foreach (var key in ec.Values) key.Dispose();
        foreach (var certificate in certificates.Values) certificate.Dispose();
        foreach (var secret in secrets.Values) CryptographicOperations.ZeroMemory(secret);
    }

    private void LoadOne(string path)
    {
        var name = Path.GetFileName(path);
        try
        {
            if (NameOf(name, ".rsa.pem") is { } rsaName)
            {
                rsa[rsaName] = RSA.Create();
                rsa[rsaName].ImportFromPem(File.ReadAllText(path));
            }
            else if (NameOf(name, ".ec.pem") is { } ecName)
            {
                ec[ecName] = ECDsa.Create();
                ec[ecName].ImportFromPem(File.ReadAllText(path));
            }
            else if (NameOf(name, ".crt.pem") is { } certificateName)
            {
                certificates[certificateName] = X509CertificateLoader.LoadCertificateFromFile(path);
            }
            else if (NameOf(name, ".bin") is { } secretName)
            {
                secrets[secretName] = File.ReadAllBytes(path);
            }
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException($"Issuer key file {path} cannot be read: {unreadable.Message}", unreadable);
        }
    }

    private static T Need<T>(Dictionary<string, T> some, string name) =>
        some.TryGetValue(name, out var one) ? one : throw new FileNotFoundException($"Issuer key {name} is missing.");

    private static void AddAuthorityExtensions(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
    }

    private static X509Certificate2 PublicPart(X509Certificate2 withKey) =>
        X509CertificateLoader.LoadCertificate(withKey.RawDataMemory.Span);

    private static void Write(string path, string pem) => Write(path, System.Text.Encoding.ASCII.GetBytes(pem));

    private static string FileOf(string folder, string name, string ending) => Path.Combine(folder, name + ending);

    private static string? NameOf(string file, string ending) =>
        file.EndsWith(ending, StringComparison.Ordinal) ? file[..^ending.Length] : null;
}
