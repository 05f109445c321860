using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Musubi.Registers;

/// <summary>The one way in which records become text: members sorted by name, no white space. The same record gives the
/// same bytes on every machine, so that a hash over them means something.</summary>
public static class RecordJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { SortMembers } },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <exception cref="RecordFormatException">The text is no such record.</exception>
    public static T Read<T>(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options)
                ?? throw new RecordFormatException($"The text is null, not a {typeof(T).Name}.");
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException)
        {
            throw new RecordFormatException($"The text is no {typeof(T).Name}.", wrong);
        }
    }

    private static void SortMembers(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object) return;
        var sorted = type.Properties.OrderBy(member => member.Name, StringComparer.Ordinal).ToList();
        type.Properties.Clear();
        foreach (var member in sorted) type.Properties.Add(member);
    }
}

/// <summary>Stored bytes that are not the record they should be. The text itself is not repeated: it is
/// personal.</summary>
public sealed class RecordFormatException : Exception
{
    public RecordFormatException(string message) : base(message) { }

    public RecordFormatException(string message, Exception inner) : base(message, inner) { }
}
