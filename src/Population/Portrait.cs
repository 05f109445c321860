using SkiaSharp;

namespace Musubi.Population;

/// <summary>A simple geometric face from a seed. It is nobody's: there is no real person behind any portrait
/// here.</summary>
public static class Portrait
{
    /// <summary>A residence card's face file has no more room.</summary>
    public const int MaxBytes = 3000;

    private const int Width = 120, Height = 160;

    /// <summary>A JPEG of 120 by 160 pixels, at most <paramref name="maxBytes"/> long.</summary>
    public static byte[] Jpeg(long seed, int maxBytes = MaxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1000);
        using var bitmap = new SKBitmap(Width, Height);
        using (var canvas = new SKCanvas(bitmap)) Paint(canvas, seed);
        using var image = SKImage.FromBitmap(bitmap);
        for (var quality = 90; quality >= 10; quality -= 10)
        {
            using var data = image.Encode(SKEncodedImageFormat.Jpeg, quality);
            if (data.Size <= maxBytes) return data.ToArray();
        }
        throw new InvalidOperationException("A face of flat colours always fits at the lowest quality.");
    }

    private static void Paint(SKCanvas canvas, long seed)
    {
        var draw = new Draw(seed, 0);
        var skin = SKColor.FromHsl(20 + draw.Below(16), 30 + draw.Below(30), 45 + draw.Below(35));
        var hair = SKColor.FromHsl(draw.Below(40), 10 + draw.Below(40), 8 + draw.Below(30));
        var coat = SKColor.FromHsl(draw.Below(360), 35, 40);
        var width = 30 + draw.Below(8);
        var longHair = draw.Chance(0.5);
        canvas.Clear(new SKColor(0xE8, 0xEC, 0xF2));
        using var paint = new SKPaint { IsAntialias = true };
        void Oval(SKColor colour, float x, float y, float rx, float ry)
        {
            paint.Color = colour;
            canvas.DrawOval(x, y, rx, ry, paint);
        }

        Oval(hair, 60, 66, width + 8, longHair ? 58 : 44);
        Oval(coat, 60, 165, 58, 45);
        Oval(skin, 60, 112, 12, 22);
        Oval(skin, 60, 74, width, 40);
        paint.Color = hair;
        canvas.DrawArc(new SKRect(60 - width, 28, 60 + width, 92), 180, 180, false, paint);
        var apart = 13 + draw.Below(5);
        Oval(SKColors.White, 60 - apart, 74, 7, 4);
        Oval(SKColors.White, 60 + apart, 74, 7, 4);
        Oval(hair, 60 - apart, 74, 3, 3);
        Oval(hair, 60 + apart, 74, 3, 3);
        paint.Color = hair;
        (paint.Style, paint.StrokeWidth) = (SKPaintStyle.Stroke, 2);
        canvas.DrawLine(60, 78, 57 + draw.Below(6), 88, paint);
        canvas.DrawArc(new SKRect(48, 88, 72, 96 + draw.Below(8)), 20, 140, false, paint);
        if (!draw.Chance(0.3)) return;
        canvas.DrawCircle(60 - apart, 74, 9, paint);
        canvas.DrawCircle(60 + apart, 74, 9, paint);
        canvas.DrawLine(60 - apart + 9, 74, 60 + apart - 9, 74, paint);
    }
}
