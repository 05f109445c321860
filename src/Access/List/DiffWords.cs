using System.Collections.Immutable;
using System.Globalization;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>A difference between two lists in the reader's language: one sentence that says plainly whether anybody may
/// read more, then one for each change.</summary>
/// <param name="day">How the reader's language writes a date; null writes 2026-06-14.</param>
public sealed class DiffWords(CardLayout card, Language language, Func<DateOnly, string>? day = null)
{
    /// <summary>"Wider: Clinic." or "Nobody may read more than before."; then who lost, and what has to be read.
    /// </summary>
    public string Headline(AccessListDiff diff)
    {
        ArgumentNullException.ThrowIfNull(diff);
        if (diff.Changes.IsEmpty) return Text("diff.same");
        var sentences = new List<string>
        {
            diff.Wider.IsEmpty ? Text("diff.not-wider") : Readers("diff.wider", diff.Wider),
        };
        if (!diff.Narrower.IsEmpty) sentences.Add(Readers("diff.narrower", diff.Narrower));
        if (!diff.ToWeigh.IsEmpty) sentences.Add(Readers("diff.to-weigh", diff.ToWeigh));
        return sentences.Aggregate((one, two) =>
            AccessTexts.Fill(Text("list.sentences"), ("one", one), ("two", two)));
    }

    public ImmutableArray<string> Lines(AccessListDiff diff)
    {
        ArgumentNullException.ThrowIfNull(diff);
        return [.. diff.Changes.OrderBy(change => change.Width).Select(Of)];
    }

    public string Of(AccessChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var entry = change.Entry;
        return AccessTexts.Fill(Text("change." + AccessTexts.Key(change.Kind)),
            ("reader", entry.LegalName.In(language)), ("fields", Fields(change.Fields)),
            ("purpose", entry.Purpose.In(language)), ("basis", entry.LegalBasis.In(language)),
            ("place", entry.Place.In(language)), ("from", Day(entry.ValidFrom)), ("until", Day(entry.ValidUntil)),
            ("review", Day(entry.ReviewDate)), ("revoked", entry.RevokedOn is { } on ? Day(on) : ""));
    }

    public string Fields(IEnumerable<FieldId> fields) => string.Join(Text("list.comma"),
        fields.Select(field => card.Find(field)?.Label.In(language) ?? field.Stored));

    private string Readers(string key, ImmutableArray<AccessEntry> entries) => AccessTexts.Fill(Text(key),
        ("readers", string.Join(Text("list.comma"), entries.Select(entry => entry.LegalName.In(language)))));

    private string Text(string key) => AccessTexts.Of(key).In(language);

    private string Day(DateOnly date) => day?.Invoke(date) ?? date.ToString("O", CultureInfo.InvariantCulture);
}
