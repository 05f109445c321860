using System.Collections.Immutable;
using SkiaSharp;

namespace Musubi.Chip.Personalisation;

/// <summary>The typefaces with which cards are printed, found where systems keep them.</summary>
/// <remarks>
/// Which typeface the real cards use is not public. A machine without any of these prints nothing: its cards have empty
/// pictures, as a card may.
/// </remarks>
internal static class CardFont
{
    private static readonly string[] Places =
    [
        "/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf",
        "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
        "/System/Library/Fonts/ヒラギノ角ゴシック W3.ttc",
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.Fonts), "msgothic.ttc"),
        "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    ];

    private static readonly Lazy<ImmutableArray<SKTypeface>> Found = new(() =>
        [.. Places.Where(File.Exists).Select(path => SKTypeface.FromFile(path)).OfType<SKTypeface>()]);

    /// <summary>Whether anything can be printed here.</summary>
    public static bool IsThere => !Found.Value.IsEmpty;

    /// <summary>The first typeface that has every character, else the first; the caller disposes the font.</summary>
    public static SKFont For(string text, float size)
    {
        foreach (var typeface in Found.Value)
        {
            var font = new SKFont(typeface, size) { Edging = SKFontEdging.Alias };
            if (font.ContainsGlyphs(text)) return font;
            font.Dispose();
        }
        return new SKFont(Found.Value[0], size) { Edging = SKFontEdging.Alias };
    }
}
