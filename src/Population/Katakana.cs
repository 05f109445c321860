using System.Text;

namespace Musubi.Population;

/// <summary>A rough katakana reading of a name in Latin letters, as a clerk may note it. It is not authoritative, and
/// no part of the product relies on it.</summary>
internal static class Katakana
{
    private const string Vowels = "AIUEO";

    private static readonly Dictionary<string, string> Rows = new(StringComparer.Ordinal)
    {
        [""] = "アイウエオ",
        ["K"] = "カキクケコ",
        ["C"] = "カシクセコ",
        ["Q"] = "カキクケコ",
        ["G"] = "ガギグゲゴ",
        ["S"] = "サシスセソ",
        ["Z"] = "ザジズゼゾ",
        ["T"] = "タチツテト",
        ["D"] = "ダヂヅデド",
        ["N"] = "ナニヌネノ",
        ["H"] = "ハヒフヘホ",
        ["F"] = "ハヒフヘホ",
        ["P"] = "パピプペポ",
        ["B"] = "バビブベボ",
        ["V"] = "バビブベボ",
        ["M"] = "マミムメモ",
        ["Y"] = "ヤイユエヨ",
        ["R"] = "ラリルレロ",
        ["L"] = "ラリルレロ",
        ["W"] = "ワウウエオ",
        ["J"] = "ジジジジジ",
        ["X"] = "サシスセソ",
    };

    public static string Of(string roman)
    {
        var reading = new StringBuilder();
        for (var i = 0; i < roman.Length; i++)
        {
            var c = roman[i];
            if (c == ' ') reading.Append(' ');
            else if (Vowels.Contains(c, StringComparison.Ordinal)) reading.Append(Kana("", c));
            else if (!char.IsAsciiLetterUpper(c)) continue;
            else if (i + 1 < roman.Length && Vowels.Contains(roman[i + 1], StringComparison.Ordinal))
                reading.Append(Kana(c.ToString(), roman[++i]));
            else if (c is 'N' or 'M') reading.Append('ン');
            else if (c is not ('H' or 'Y' or 'W')) reading.Append(Kana(c.ToString(), 'U'));
        }
        return reading.ToString().Trim();
    }

    private static char Kana(string consonant, char vowel) =>
        Rows[consonant][Vowels.IndexOf(vowel, StringComparison.Ordinal)];
}
