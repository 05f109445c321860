using System.Globalization;
using Musubi.Access;
using Musubi.Office.Drawing;
using Musubi.Office.Texts;
using Musubi.Vocabulary;

namespace Musubi.Office.Verify;

/// <summary>What a card says in codes, in the reader's words. A code that the jurisdiction does not know is shown as it
/// stands: a verifier sees what the chip gave.</summary>
public sealed class FieldsInWords(Jurisdiction law, Words words, FieldValues values)
{
    public DateOnly Today => values.Today;

    public string Of(FieldValue field) => field.Field.Stored switch
    {
        // Given name, then family name, in groups of their own; the register writes the family name first.
        "name" => string.Join(' ', field.Parts.Reverse().Where(part => part.Length > 0)),
        "birth-date" when PartialDate.TryParse(field.Text, out var birth) => DateForms.Partial(birth, words.Language),
        "sex" when Enum.TryParse<Sex>(field.Text, out var sex) => words.Raw(FieldValues.SexKey(sex)),
        "nationality" when Nationality.TryParse(field.Text, out var code)
            && law.Nationalities.TryGetValue(code, out var country) => country.Name.In(words.Language),
        "municipality" when MunicipalityCode.TryParse(field.Text, out var code)
            && law.Municipalities.TryGetValue(code, out var place) => place.Name.In(words.Language),
        "status" when StatusCode.TryParse(field.Text, out var code)
            && law.Statuses.TryGetValue(code, out var status) => status.Name.In(words.Language),
        "stay-period" when PeriodOfStay.TryParse(field.Text, out var period) => values.Period(period),
        "permission-type" when law.PermissionTypes.TryGetValue(field.Text, out var type) =>
            type.Name.In(words.Language),
        "work" when Enum.TryParse<WorkAnswer>(field.Text, out var work) => values.Work(work),
        "stay-until" when field.Text.Length == 0 => words.Raw("field.no-end"),
        _ when DateOnly.TryParseExact(
            field.Text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) =>
            DateForms.Long(day, words.Language),
        _ when field.Text.Length == 0 => words.Raw("field.none"),
        _ => field.Text,
    };
}
