using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Musubi.Access;
using Musubi.Tests.Counter;
using Musubi.Vocabulary;

namespace Musubi.Tests.Access;

/// <summary>The published list of Japan, and copies of it with something changed.</summary>
internal static class Lists
{
    public static Jurisdiction Law => Persons.Law;

    public static AccessList Japan => Law.AccessList;

    public static EntryId Landlord { get; } = EntryId.Parse("landlord");

    public static EntryId Clinic { get; } = EntryId.Parse("clinic");

    public static FieldId Field(string id) => FieldId.Parse(id);

    public static AccessList With(this AccessList list, EntryId id, Func<AccessEntry, AccessEntry> change) =>
        list with { Entries = [.. list.Entries.Select(entry => entry.Id == id ? change(entry) : entry)] };

    /// <summary>The list's JSON with one member of one entry changed or taken away.</summary>
    public static byte[] JsonWith(int entry, string member, JsonNode? value)
    {
        var root = JsonNode.Parse(AccessListJson.Write(Japan))!;
        var target = (JsonObject)root["entries"]![entry]!;
        if (value is null) target.Remove(member);
        else target[member] = value;
        return Encoding.UTF8.GetBytes(root.ToJsonString(JsonSerializerOptions.Web));
    }
}
