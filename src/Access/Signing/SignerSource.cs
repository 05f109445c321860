using System.Security.Cryptography;
using Musubi.Chip.CvCertificates;

namespace Musubi.Access;

/// <summary>Where a signing key is, as an operator writes it: <c>file:NAME</c>, an unencrypted PKCS#8 file, or a
/// PKCS #11 URI (RFC 7512) of a key in a security module.</summary>
public static class SignerSource
{
    private const string FileScheme = "file:";
    private const string ModuleScheme = "pkcs11:";

    /// <summary>A PKCS#8 file of an elliptic-curve key has some hundred bytes.</summary>
    private const int LongestFile = 16 * 1024;

    /// <param name="folder">Where a relative file name is looked up.</param>
    /// <exception cref="SignerException">The key cannot be opened; the message says why and never holds a secret.
    /// </exception>
    public static ICvSigner Open(string source, string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        if (source.StartsWith(ModuleScheme, StringComparison.Ordinal))
            return Pkcs11Signer.Open(Pkcs11Uri.Parse(source, folder));
        if (source.StartsWith(FileScheme, StringComparison.Ordinal))
            return FromFile(Path.Combine(folder, source[FileScheme.Length..]));
        throw new SignerException($"A key's source begins with {FileScheme} or {ModuleScheme}.");
    }

    private static CvKey FromFile(string path)
    {
        byte[] pkcs8 = [];
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > LongestFile })
                throw new SignerException($"{path} is too long for a key.");
            pkcs8 = File.ReadAllBytes(path);
            return CvKey.FromPkcs8(pkcs8);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or CvCertificateException)
        {
            throw new SignerException($"The key file {path} cannot be read: {wrong.Message}", wrong);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }
}

/// <summary>A signing key that cannot be opened or does not sign.</summary>
public sealed class SignerException : IOException
{
    public SignerException(string message) : base(message) { }

    public SignerException(string message, Exception inner) : base(message, inner) { }
}
