using System.Globalization;
using Musubi.Office.Texts;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Office.Drawing;

/// <summary>What the registers hold of one person, as text for each card field, in the reader's language.</summary>
/// <remarks>The keys are those of card.json; a key that this code does not know is left out of drawings.</remarks>
public sealed class FieldValues(Jurisdiction law, Words words, DateOnly today)
{
    /// <summary>A hidden number is drawn as the card's groups of four.</summary>
    public const string HiddenNumber = "•••• •••• ••••";

    /// <summary>The value, with readings; null where the person has none or the registers do not say.</summary>
    public string? Of(FieldId field, ResidenceRecord person, ResidenceCardRecord? card) => field.Stored switch
    {
        "name" => person.Name.Display,
        "alias" => person.Name.In(NameScript.Alias)?.Display,
        "birth-date" => DateForms.Partial(person.BirthDate, words.Language),
        "sex" => words.Raw(SexKey(person.Sex)),
        "nationality" => law.Nationalities.TryGetValue(person.Nationality, out var country)
            ? country.Name.In(words.Language) : person.Nationality.Stored,
        "address" => person.Address.Text,
        "municipality" => law.Municipalities.TryGetValue(person.Address.Municipality, out var place)
            ? place.Name.In(words.Language) : person.Address.Municipality.Stored,
        "card-number" => card?.Number.Stored,
        "card-expiry" => card is null ? null : Date(card.ExpiresOn),
        "issued-on" => card is null ? null : Date(card.IssuedOn),
        "status" => law.Statuses.TryGetValue(person.Status, out var status) ? status.Name.In(words.Language) : null,
        "stay-period" => Period(person.Period),
        "stay-until" => person.StayUntil is { } end ? Date(end) : words.Raw("field.no-end"),
        "permission-type" => law.PermissionTypes.TryGetValue(person.PermissionType, out var type)
            ? type.Name.In(words.Language) : null,
        "permission-date" => Date(person.PermissionDate),
        "work" => Work(law.Work(person.Status, person.Permit)),
        "permit" => person.Permit is { } permit && law.Permits.TryGetValue(permit, out var known)
            ? known.Name.In(words.Language) : null,
        "pending" => person.Pending is { } pending && law.Services.TryGetValue(pending.Kind, out var service)
            ? service.Name.In(words.Language) : null,
        "my-number" => HiddenNumber,
        _ => null,
    };

    public DateOnly Today => today;

    public string Work(WorkAnswer answer) => words.Raw(answer switch
    {
        WorkAnswer.Yes => "field.work-yes",
        WorkAnswer.WithinStatus => "field.work-within",
        WorkAnswer.UpTo28Hours => "field.work-28",
        WorkAnswer.No => "field.work-no",
    });

    public string Period(PeriodOfStay period)
    {
        if (period.IsIndefinite) return words.Raw("field.no-end");
        var parts = new List<string>(2);
        if (period.Years > 0) parts.Add(Count(period.Years, "field.year", "field.years"));
        if (period.Months > 0) parts.Add(Count(period.Months, "field.month", "field.months"));
        if (period.Days > 0) parts.Add(Count(period.Days, "field.day", "field.days"));
        return string.Join(' ', parts);
    }

    private string Count(int number, string one, string many) => words.Raw(number == 1 ? one : many)
        .Replace("{n}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private string Date(DateOnly date) => DateForms.Long(date, words.Language);

    internal static string SexKey(Sex sex) => sex switch
    {
        Sex.Male => "field.male",
        Sex.Female => "field.female",
        Sex.Unspecified => "field.unspecified",
    };
}
