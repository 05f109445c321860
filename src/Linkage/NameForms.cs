using System.Globalization;
using System.Text;
using Musubi.Vocabulary;

namespace Musubi.Linkage;

/// <summary>Names as sets of forms. A script that only one side has says nothing; a script that both have must
/// agree.</summary>
internal static class NameForms
{
    public static IEnumerable<Difference> Compare(PersonName one, PersonName other)
    {
        if (!Agree(one, other, NameScript.Roman, Tokens)) yield return Difference.RomanName;
        if (!Agree(one, other, NameScript.Kanji, Kanji)) yield return Difference.KanjiName;
        if (!Agree(one, other, NameScript.Alias, Compact)) yield return Difference.Alias;
        // The katakana reading is not authoritative in either register: it never decides.
    }

    private static bool Agree(PersonName one, PersonName other, NameScript script, Func<NameForm, string> normalised) =>
        one.In(script) is not { } ours || other.In(script) is not { } theirs
        || string.Equals(normalised(ours), normalised(theirs), StringComparison.Ordinal);

    /// <summary>The words in alphabetical order: registers differ in which part is the family name.</summary>
    private static string Tokens(NameForm form)
    {
        var words = Letters($"{form.Family} {form.Given}").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', words.Order(StringComparer.Ordinal));
    }

    private static string Kanji(NameForm form) => KanjiVariants.Fold(Compact(form));

    /// <summary>Width, case and spaces do not make another name.</summary>
    private static string Compact(NameForm form) =>
        Letters(form.Family + form.Given).Replace(" ", "", StringComparison.Ordinal);

    private static string Letters(string name)
    {
        var letters = new StringBuilder(name.Length);
        foreach (var rune in name.Normalize(NormalizationForm.FormKC).EnumerateRunes())
        {
            // NFKC has composed É into one letter; what stands alone is punctuation: NGUYEN-VAN and D'SOUZA.
            if (Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark)
                letters.Append(Rune.ToUpperInvariant(rune));
            else if (rune.Value is not ('\'' or '’' or '.')) letters.Append(' ');
        }
        return letters.ToString();
    }
}
