using System.Globalization;
using System.Text.Json.Serialization;

namespace Musubi.Vocabulary;

/// <summary>One act at the counter: a version 7 UUID, so acts sort by the time they were begun.</summary>
[JsonConverter(typeof(IdentifierJson<ActId>))]
public readonly record struct ActId : IIdentifier<ActId>
{
    private ActId(Guid value) => Value = value;

    public static string Shape => "32 lower-case hexadecimal digits of a version 7 UUID";

    /// <summary>The UUID; all zeros for the default value, which names no act.</summary>
    public Guid Value { get; }

    public string Stored => Value.ToString("N", CultureInfo.InvariantCulture);

    public static ActId New(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new(Guid.CreateVersion7(time.GetUtcNow()));
    }

    public static bool TryParse(string? text, out ActId value)
    {
        var valid = Guid.TryParseExact(text, "N", out var guid) && guid.Version == 7
            && string.Equals(text, guid.ToString("N", CultureInfo.InvariantCulture), StringComparison.Ordinal);
        value = valid ? new ActId(guid) : default;
        return valid;
    }

    public static ActId Parse(string text) => Identifier.Parse<ActId>(text);

    public override string ToString() => Stored;
}
