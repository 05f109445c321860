using System.Text.Json;
using Musubi.Tests.Vocabulary;

namespace Musubi.Tests.Chip;

/// <summary>One case of testkit/pace.</summary>
internal sealed class Vector
{
    private readonly JsonElement root;

    private Vector(JsonElement root) => this.root = root;

    public static Vector Read(params string[] path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Repository.Folder(["testkit", "pace", .. path])));
        return new Vector(document.RootElement.Clone());
    }

    /// <summary>The file names of a folder of cases.</summary>
    public static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(Repository.Folder("testkit", "pace", folder), "*.json").Select(Path.GetFileName).Order(
            StringComparer.Ordinal)!;

    public Vector this[string name] => new(root.GetProperty(name));

    public IEnumerable<Vector> Items => root.EnumerateArray().Select(e => new Vector(e));

    public string Text => root.GetString()!;

    public int Number => root.GetInt32();

    public bool IsNull => root.ValueKind == JsonValueKind.Null;

    public byte[] Bytes => Convert.FromHexString(Text);

    public DateOnly Day => DateOnly.ParseExact(Text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    public bool Has(string name) => root.TryGetProperty(name, out _);

    /// <summary>A scalar in the curve's 32 bytes: some are printed with a leading zero byte.</summary>
    public byte[] Scalar => Bytes.Length == 33 ? Bytes[1..] : Bytes;
}
