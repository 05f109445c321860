using System.Text;

namespace Musubi.Vocabulary;

/// <summary>What people type into a field before it is an identifier.</summary>
public static class Typed
{
    /// <summary>Longer input is no identifier; it is not normalised, because normalising may multiply its
    /// length.</summary>
    private const int LongestTyped = 64;

    public static string? Compact(string? typed)
    {
        if (typed is null || typed.Length > LongestTyped || !typed.IsNormalizable()) return null;
        var compact = new StringBuilder(typed.Length);
        foreach (var c in typed.Normalize(NormalizationForm.FormKC))
            if (!char.IsWhiteSpace(c) && c is not ('-' or '‐' or '−' or 'ー')) compact.Append(char.ToUpperInvariant(c));
        return compact.ToString();
    }

    private static bool IsNormalizable(this string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }
        return true;
    }
}
