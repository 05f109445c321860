using System.Security.Cryptography;
using System.Text.Json;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;

namespace Musubi.Access;

/// <summary>The keys that sign for this house: root, document verifier, list. Each comes from a file or from a security
/// module; whoever signs with it knows neither.</summary>
/// <param name="Root">The newest root's key; null while it is the one that the issuer's keys bring.</param>
/// <param name="Verifier">Null for the one that the issuer's keys bring.</param>
public sealed record SigningKeys(ICvSigner? Root, ICvSigner? Verifier, ICvSigner List) : IDisposable
{
    /// <summary>Names the keys: {"root": "pkcs11:…", "verifier": "file:…", "list": "…"}, each of them optional.
    /// </summary>
    public const string FileName = "signers.json";

    private const string ListKeyFile = "list-key.p8";

    /// <summary>Opens the keys that a folder's signers.json names; the list's is made where none is named.</summary>
    /// <param name="folder">The key folder; a file key is looked up in it.</param>
    /// <exception cref="SignerException">A key cannot be opened; the message names it and says why.</exception>
    public static SigningKeys Open(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var named = File.Exists(path) ? Named(path) : [];
        var list = named.GetValueOrDefault("list");
        if (list is null && !File.Exists(Path.Combine(folder, ListKeyFile)))
        {
            using var made = CvKey.Create(DomainParameters.NistP256);
            var pkcs8 = made.ToPkcs8();
            Directory.CreateDirectory(folder);
            SecretFile.Write(Path.Combine(folder, ListKeyFile), pkcs8);
            CryptographicOperations.ZeroMemory(pkcs8);
        }
        ICvSigner? Of(string name) =>
            named.TryGetValue(name, out var source) ? SignerSource.Open(source, folder) : null;
        return new(Of("root"), Of("verifier"), SignerSource.Open(list ?? $"file:{ListKeyFile}", folder));
    }

    public void Dispose()
    {
        foreach (var signer in new[] { Root, Verifier, List }) (signer as IDisposable)?.Dispose();
    }

    private static Dictionary<string, string> Named(string path)
    {
        try
        {
            var named = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(path)) ?? [];
            return named.Keys.FirstOrDefault(key => key is not ("root" or "verifier" or "list")) is { } unknown
                ? throw new SignerException($"{path}: \"{unknown}\" is none of root, verifier and list.")
                : named;
        }
        catch (JsonException wrong)
        {
            throw new SignerException($"{path} is not one JSON object of texts.", wrong);
        }
    }
}
