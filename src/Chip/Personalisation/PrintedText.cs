using SkiaSharp;

namespace Musubi.Chip.Personalisation;

/// <summary>Text as it is printed on a card: a box of black letters on white, as large as they fit.</summary>
/// <param name="Width">Of the box, pixels.</param>
/// <param name="Height">Of the box, pixels.</param>
/// <param name="LargestType">Size of the letters where the text is short.</param>
internal sealed record PrintedText(int Width, int Height, int LargestType)
{
    /// <summary>Letters that a reader can still tell apart.</summary>
    public const int SmallestType = 12;

    private const int Margin = 4;
    private const float LineHeight = 1.25f;
    private const byte Dark = 0x80;

    /// <summary>The text in the largest type that the box has room for; what none fits is cut at the last
    /// line.</summary>
    public TwoColourPicture Draw(string text)
    {
        for (var size = LargestType; ; size -= 2)
        {
            using var font = CardFont.For(text, size);
            var lines = Broken(text, font);
            if (lines.Count * size * LineHeight <= Height - Margin || size <= SmallestType)
                return Drawn(lines, font);
        }
    }

    /// <summary>Lines break at a space, or between any two characters where a line has none.</summary>
    private List<string> Broken(string text, SKFont font)
    {
        var lines = new List<string>();
        var rest = text;
        while (font.MeasureText(rest) > Width - (2 * Margin))
        {
            var fits = 1;
            while (fits < rest.Length && font.MeasureText(rest.AsSpan(0, fits + 1)) <= Width - (2 * Margin)) fits++;
            var space = rest.LastIndexOfAny([' ', '\u3000'], fits - 1);
            // A surrogate pair is one character.
            if (space <= 0 && fits > 1 && char.IsHighSurrogate(rest[fits - 1])) fits--;
            var end = space > 0 ? space : fits;
            lines.Add(rest[..end]);
            rest = rest[end..].TrimStart(' ', '\u3000');
        }
        if (rest.Length > 0) lines.Add(rest);
        return lines;
    }

    private TwoColourPicture Drawn(List<string> lines, SKFont font)
    {
        using var bitmap = new SKBitmap(Width, Height, SKColorType.Gray8, SKAlphaType.Opaque);
        using (var canvas = new SKCanvas(bitmap))
        {
            using var paint = new SKPaint { Color = SKColors.Black, IsAntialias = false };
            canvas.Clear(SKColors.White);
            for (var line = 0; line < lines.Count; line++)
                canvas.DrawText(
                    lines[line], Margin, Margin + font.Size + (line * font.Size * LineHeight), SKTextAlign.Left, font,
                    paint);
        }
        return Packed(bitmap);
    }

    private TwoColourPicture Packed(SKBitmap bitmap)
    {
        var rowLength = (Width + 7) / 8;
        var rows = new byte[rowLength * Height];
        var pixels = bitmap.GetPixelSpan();
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                if (pixels[(y * bitmap.RowBytes) + x] < Dark)
                    rows[(y * rowLength) + (x / 8)] |= (byte)(0x80 >> (x % 8));
            }
        }
        return new(Width, Height, rows);
    }
}
