using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>A list as the bytes that are published, signed and committed to: one form for one content, in the schema of
/// a jurisdiction's access-list.json. <see cref="AccessList.TryRead"/> reads it back.</summary>
public static class AccessListJson
{
    private static readonly JsonWriterOptions Form = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    public static byte[] Write(AccessList list)
    {
        ArgumentNullException.ThrowIfNull(list);
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Form))
        {
            json.WriteStartObject();
            json.WriteNumber("version", list.Version);
            json.WriteString("publishedOn", Day(list.PublishedOn));
            json.WriteStartArray("entries");
            foreach (var entry in list.Entries.OrderBy(one => one.Id.Stored, StringComparer.Ordinal))
                Write(json, entry);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, AccessEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("id", entry.Id.Stored);
        Write(json, "legalName", entry.LegalName);
        json.WriteString("identifier", entry.Identifier);
        json.WriteBoolean("publicBody", entry.PublicBody);
        Write(json, "purpose", entry.Purpose);
        Write(json, "legalBasis", entry.LegalBasis);
        Write(json, "fields", entry.Fields);
        Write(json, "optionalFields", entry.OptionalFields);
        Write(json, "writes", entry.Writes);
        Write(json, "place", entry.Place);
        json.WriteBoolean("canAllowed", entry.CanAllowed);
        json.WriteString("validFrom", Day(entry.ValidFrom));
        json.WriteString("validUntil", Day(entry.ValidUntil));
        json.WriteString("reviewDate", Day(entry.ReviewDate));
        json.WriteString("contact", entry.Contact);
        json.WriteString("complaintAddress", entry.ComplaintAddress);
        if (entry.RevokedOn is { } revoked) json.WriteString("revokedOn", Day(revoked));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, LocalText text)
    {
        json.WriteStartObject(name);
        foreach (var language in Language.All) json.WriteString(language.Stored, text.In(language));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, ImmutableArray<FieldId> fields)
    {
        json.WriteStartArray(name);
        foreach (var field in fields) json.WriteStringValue(field.Stored);
        json.WriteEndArray();
    }

    private static string Day(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);
}
