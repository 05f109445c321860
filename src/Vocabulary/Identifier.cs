using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Musubi.Vocabulary;

/// <summary>A typed identifier: text with one shape, checked where it enters and trusted afterwards.</summary>
/// <typeparam name="TSelf">The identifier itself.</typeparam>
public interface IIdentifier<TSelf> where TSelf : struct, IIdentifier<TSelf>
{
    /// <summary>The shape in words, for the sentence that refuses a wrong text.</summary>
    static abstract string Shape { get; }

    static abstract bool TryParse(string? text, out TSelf value);

    /// <summary>The canonical text as stored and sent. For secrets this differs from ToString.</summary>
    string Stored { get; }
}

/// <summary>Bad text where an identifier was expected. The text itself is not repeated: it may be a secret.</summary>
public sealed class IdentifierFormatException(string message) : FormatException(message);

internal static class Identifier
{
    public const string KeyShape = "a short word of ASCII letters, digits, hyphens or dots";
    public const string SlugShape = "a short word of lower-case letters, digits and single hyphens";

    public static T Parse<T>(string? text) where T : struct, IIdentifier<T> =>
        T.TryParse(text, out var value)
            ? value
            : throw new IdentifierFormatException($"This is not a {typeof(T).Name}. It would be {T.Shape}.");

    /// <summary>Lower-case words joined by hyphens: "stay-until".</summary>
    public static bool IsSlug([NotNullWhen(true)] string? text, int longest)
    {
        if (text is not { Length: > 0 } || text.Length > longest || !char.IsAsciiLetterLower(text[0])) return false;
        foreach (var c in text)
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-') return false;
        return text[^1] != '-' && !text.Contains("--", StringComparison.Ordinal);
    }

    /// <summary>Letters, digits, hyphen and dot: safe in file names, addresses and logs.</summary>
    public static bool IsKey([NotNullWhen(true)] string? text, int longest)
    {
        if (text is not { Length: > 0 } || text.Length > longest || !char.IsAsciiLetterOrDigit(text[0])) return false;
        foreach (var c in text)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.')) return false;
        return true;
    }

    public static bool IsDigits([NotNullWhen(true)] string? text, int length)
    {
        if (text is null || text.Length != length) return false;
        foreach (var c in text)
            if (!char.IsAsciiDigit(c)) return false;
        return true;
    }
}

/// <summary>Writes an identifier as a JSON string, also as the name of a property, and checks it when
/// reading.</summary>
public sealed class IdentifierJson<T> : JsonConverter<T> where T : struct, IIdentifier<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && T.TryParse(reader.GetString(), out var value)
            ? value
            : throw new JsonException($"This is not a {typeof(T).Name}. It would be {T.Shape}.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Stored);

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert,
        JsonSerializerOptions options) =>
        T.TryParse(reader.GetString(), out var value)
            ? value
            : throw new JsonException($"This is not a {typeof(T).Name}. It would be {T.Shape}.");

    public override void WriteAsPropertyName(Utf8JsonWriter writer, [DisallowNull] T value,
        JsonSerializerOptions options) =>
        writer.WritePropertyName(value.Stored);
}
