using SkiaSharp;

namespace Musubi.Population;

/// <summary>A simple geometric face from a seed. It is nobody's: there is no real person behind any portrait
/// here.</summary>
public static class Portrait
{
    /// <summary>A residence card's face file has no more room.</summary>
    public const int MaxBytes = 3000;

    /// <summary>The photograph as cards have it, 120 by 160 pixels.</summary>
    public static byte[] Photograph(long seed)
    {
        using var bitmap = new SKBitmap(Face.Width, Face.Height);
        using (var canvas = new SKCanvas(bitmap)) Paint(canvas, seed);
        return Chip.Pictures.Photograph.Write(bitmap, inGrey: false, MaxBytes);
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
