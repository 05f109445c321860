using System.Collections.Immutable;
using System.Globalization;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>Every field that a terminal may be given, in its parts, as the registers hold it: what is written on a
/// merged card, and what is said of a separate card that was proved.</summary>
public static class FieldParts
{
    /// <summary>The work answer, sex and codes are stored words: pages put them into the reader's language.</summary>
    public static ImmutableDictionary<FieldId, ImmutableArray<string>> Of(
        Jurisdiction law, ResidenceRecord record, DateOnly expiresOn, DateOnly issuedOn)
    {
        ArgumentNullException.ThrowIfNull(law);
        ArgumentNullException.ThrowIfNull(record);
        var parts = new Dictionary<string, ImmutableArray<string>>(StringComparer.Ordinal)
        {
            ["name"] = [record.Name.Roman.Given, record.Name.Roman.Family],
            ["alias"] = [record.Name.In(NameScript.Alias)?.Display ?? ""],
            ["birth-date"] = [record.BirthDate.Stored],
            ["sex"] = [record.Sex.ToString()],
            ["nationality"] = [record.Nationality.Stored],
            ["address"] = [FullAddress(law, record.Address)],
            ["municipality"] = [record.Address.Municipality.ToString()],
            ["card-expiry"] = [Day(expiresOn)],
            ["issued-on"] = [Day(issuedOn)],
            ["status"] = [record.Status.Stored],
            ["stay-period"] = [record.Period.Stored],
            ["stay-until"] = [record.StayUntil is { } end ? Day(end) : ""],
            ["permission-type"] = [record.PermissionType],
            ["permission-date"] = [Day(record.PermissionDate)],
            ["work"] = [law.Work(record.Status, record.Permit).ToString()],
        };
        return law.Card.Fields.Where(field => !field.Merged.Groups.IsEmpty)
            .ToImmutableDictionary(field => field.Id, field => parts[field.Id.Stored]);
    }

    public static string FullAddress(Jurisdiction law, Address address)
    {
        ArgumentNullException.ThrowIfNull(law);
        ArgumentNullException.ThrowIfNull(address);
        return law.Municipalities.TryGetValue(address.Municipality, out var place)
            ? place.Prefecture.PlainIn(Language.Japanese) + place.Name.PlainIn(Language.Japanese) + address.Text
            : address.Text;
    }

    internal static string Day(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);
}
