using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Musubi.Office.Hosting;

/// <summary>The few files a page needs, inside the assembly. The address carries a piece of their hash, so a browser
/// may keep them for ever and never shows an old style to a new page.</summary>
public static class Asset
{
    private const string Prefix = "wwwroot/";

    private static readonly FrozenDictionary<string, (byte[] Bytes, string Tag, string Type)> files =
        typeof(Asset).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..], Read, StringComparer.Ordinal);

    public static string Href(string name) => $"/assets/{files[name].Tag}/{name}";

    public static void MapAssets(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/assets/{tag}/{name}", Send).AllowAnonymous().ExcludeFromDescription();

    private static IResult Send(HttpContext http, string tag, string name)
    {
        if (!files.TryGetValue(name, out var file)) return Results.NotFound();
        var kept = string.Equals(tag, file.Tag, StringComparison.Ordinal);
        http.Response.Headers.CacheControl = kept ? "public, max-age=31536000, immutable" : "no-cache";
        return Results.Bytes(file.Bytes, file.Type,
            entityTag: new EntityTagHeaderValue(new StringSegment($"\"{file.Tag}\"")));
    }

    private static (byte[] Bytes, string Tag, string Type) Read(string resource)
    {
        using var stream = typeof(Asset).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{resource} is not in the assembly.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return (bytes, Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8)), Type(resource));
    }

    private static string Type(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"No content type is known for {other}."),
    };
}
