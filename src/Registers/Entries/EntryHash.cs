using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Musubi.Registers;

/// <summary>SHA-256 over the entry as canonical JSON (members sorted by name, no white space, UTF-8), the hash of the
/// entry before it among them. Every member of the row is covered, and so is the register's name: an entry cannot be
/// moved to another register.</summary>
internal static class EntryHash
{
    public static string Genesis { get; } = new('0', 64);

    private static readonly JsonWriterOptions Writing = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    [ThreadStatic] private static ArrayBufferWriter<byte>? buffer;
    [ThreadStatic] private static Utf8JsonWriter? writer;

    public static string Of(StoreName store, EntryRow row)
    {
        buffer ??= new ArrayBufferWriter<byte>(4096);
        buffer.ResetWrittenCount();
        writer ??= new Utf8JsonWriter(buffer, Writing);
        writer.Reset(buffer);
        writer.WriteStartObject();
        writer.WriteString("act", row.Act);
        writer.WritePropertyName("body");
        writer.WriteRawValue(row.Body, skipInputValidation: true);
        writer.WriteString("kind", row.Kind);
        writer.WriteString("legalBasis", row.LegalBasis);
        writer.WriteString("office", row.Office);
        writer.WriteString("person", row.Person);
        writer.WriteString("previousHash", row.PreviousHash);
        writer.WriteNumber("recordedAt", row.RecordedAt);
        writer.WriteString("register", store.Folded());
        writer.WriteNumber("sequence", row.Sequence);
        writer.WriteString("staff", row.Staff);
        writer.WriteString("validFrom", row.ValidFrom);
        writer.WriteNumber("version", row.Version);
        writer.WriteEndObject();
        writer.Flush();
        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }
}
