using SkiaSharp;

namespace Musubi.Population;

/// <summary>A simple geometric face from a seed. It is nobody's: there is no real person behind any portrait
/// here.</summary>
public static class Portrait
{
    /// <summary>A residence card's face file has no more room.</summary>
    public const int MaxBytes = 3000;

    /// <summary>A JPEG of 120 by 160 pixels, at most <paramref name="maxBytes"/> long.</summary>
    public static byte[] Jpeg(long seed, int maxBytes = MaxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1000);
        using var bitmap = new SKBitmap(Face.Width, Face.Height);
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
        var face = Face.Of(seed);
        canvas.Clear(SKColor.Parse(Face.Ground));
        using var paint = new SKPaint { IsAntialias = true };
        foreach (var shape in face.Shapes)
        {
            paint.Color = SKColor.Parse(shape.Colour);
            (paint.Style, paint.StrokeWidth) = shape.Line is 0
                ? (SKPaintStyle.Fill, 0)
                : (SKPaintStyle.Stroke, shape.Line);
            using var path = SKPath.ParseSvgPathData(shape.Path);
            canvas.DrawPath(path, paint);
        }
    }
}
