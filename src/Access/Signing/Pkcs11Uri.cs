namespace Musubi.Access;

/// <summary>A key in a security module (RFC 7512):
/// <c>pkcs11:token=T;object=O?module-path=P&amp;pin-source=file:F</c>.</summary>
/// <param name="Module">The module's library, loaded into this process: it is trusted like our code.</param>
/// <param name="PinFile">A file with the token's PIN; its owner alone reads it.</param>
internal sealed record Pkcs11Uri(string Token, string Object, string Module, string PinFile)
{
    private const string Scheme = "pkcs11:";
    private const string FileScheme = "file:";

    /// <exception cref="SignerException">Not such a URI, or a part is missing.</exception>
    public static Pkcs11Uri Parse(string uri, string folder)
    {
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
            throw new SignerException($"A security module's key begins with {Scheme}.");
        var (path, query) = uri[Scheme.Length..].Split('?', 2) is [var one, var two] ? (one, two) : (uri[7..], "");
        var parts = Parts(path, ';').Concat(Parts(query, '&')).ToList();
        string Part(string name) => parts.Where(part => part.Name == name).Select(part => part.Value).ToList()
            is [{ Length: > 0 } value] ? value
            : throw new SignerException($"A security module's key needs {name} once (RFC 7512 §2.3).");
        if (parts.FirstOrDefault(part => part.Name is not ("token" or "object" or "module-path" or "pin-source"))
            is { Name: { } unknown })
            throw new SignerException($"{unknown} is not used here; token, object, module-path and pin-source are.");
        var pin = Part("pin-source");
        if (!pin.StartsWith(FileScheme, StringComparison.Ordinal))
            throw new SignerException($"pin-source names a file with {FileScheme}: a PIN does not stand in settings.");
        return new(Part("token"), Part("object"), Part("module-path"),
            Path.Combine(folder, pin[FileScheme.Length..]));
    }

    private static IEnumerable<(string Name, string Value)> Parts(string text, char separator) =>
        from part in text.Split(separator, StringSplitOptions.RemoveEmptyEntries)
        let pair = part.Split('=', 2)
        select (pair[0], pair.Length == 2 ? Uri.UnescapeDataString(pair[1]) : "");
}
