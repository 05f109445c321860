using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Musubi.Linkage;

/// <summary>One spelling for the part of an address after the municipality: 高田馬場一丁目２番３号 is 高田馬場1-2-3.</summary>
internal static partial class AddressForm
{
    /// <summary>The text is at most 200 characters and the patterns are linear: this bound is never met.</summary>
    private const int PatternMs = 1000;

    /// <summary>Hyphens, dashes, the minus sign and the long-vowel mark, all of which stand between numbers.</summary>
    private const string AnyDash = @"[\u002D\u2010-\u2015\u2212\u30FC\uFF70]";

    public static string Of(string text)
    {
        // 1. Width and case; no spaces, no 大字.
        var form = Spaces().Replace(text.Normalize(NormalizationForm.FormKC).ToUpperInvariant(), "")
            .Replace("大字", "", StringComparison.Ordinal);
        // 2. Kanji numerals before a unit: 一丁目, 二十三番地.
        form = KanjiNumber().Replace(form, match => Number(match.Value).ToString(CultureInfo.InvariantCulture));
        // 3. Units and every dash beside a digit become one hyphen; の between digits too.
        form = Unit().Replace(form, "-");
        form = Dash().Replace(form, "-");
        // 4. Small and large ケ in place names.
        form = SmallKe().Replace(form, "ケ");
        return Hyphens().Replace(form, "-").TrimEnd('-');
    }

    /// <summary>一 to 九十九; also digit by digit (一〇三).</summary>
    private static int Number(string kanji)
    {
        const string Digits = "〇一二三四五六七八九";
        var ten = kanji.IndexOf('十', StringComparison.Ordinal);
        if (ten < 0) return kanji.Aggregate(
            0, (value, c) => (value * 10) + Digits.IndexOf(c, StringComparison.Ordinal));
        var tens = ten == 0 ? 1 : Digits.IndexOf(kanji[ten - 1], StringComparison.Ordinal);
        var ones = ten == kanji.Length - 1 ? 0 : Digits.IndexOf(kanji[ten + 1], StringComparison.Ordinal);
        return (tens * 10) + ones;
    }

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, PatternMs)]
    private static partial Regex Spaces();

    [GeneratedRegex("(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[〇一二三四五六七八九]{1,4})(?=丁目|番地|番|号)", RegexOptions.CultureInvariant,
        PatternMs)]
    private static partial Regex KanjiNumber();

    [GeneratedRegex("(?<=[0-9])(?:丁目|丁(?=[0-9])|番地の|番地|番|号室|号|の(?=[0-9]))", RegexOptions.CultureInvariant, PatternMs)]
    private static partial Regex Unit();

    [GeneratedRegex("(?<=[0-9])" + AnyDash + "|" + AnyDash + "(?=[0-9])", RegexOptions.CultureInvariant, PatternMs)]
    private static partial Regex Dash();

    [GeneratedRegex("(?<=\\p{IsCJKUnifiedIdeographs})[ヶヵがガ](?=\\p{IsCJKUnifiedIdeographs})",
        RegexOptions.CultureInvariant, PatternMs)]
    private static partial Regex SmallKe();

    [GeneratedRegex("-{2,}", RegexOptions.CultureInvariant, PatternMs)]
    private static partial Regex Hyphens();
}
