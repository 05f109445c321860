using System.Collections.Immutable;
using SkiaSharp;

namespace Musubi.Chip.Pictures;

/// <summary>The photograph of a card, JPEG 2000 or JPEG.</summary>
public static class Photograph
{
    private const int JpegQuality = 85;

    /// <summary>Writes one for a card: JPEG 2000, and JPEG on a machine without OpenJPEG.</summary>
    /// <param name="picture">What to write.</param>
    /// <param name="inGrey">As the My Number card has it.</param>
    /// <param name="mostBytes">Room on the card.</param>
    public static byte[] Write(SKBitmap picture, bool inGrey, int mostBytes)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (Jpeg2000.IsAvailable) return Jpeg2000.Write(picture, inGrey, mostBytes);
        using var shown = inGrey ? Grey(picture) : picture.Copy();
        for (var quality = JpegQuality; quality > 0; quality -= 10)
        {
            using var data = shown.Encode(SKEncodedImageFormat.Jpeg, quality);
            if (data.Size <= mostBytes) return data.ToArray();
        }
        throw new InvalidOperationException($"The photograph does not fit in {mostBytes} bytes.");
    }

    /// <summary>The picture; null when it is neither, or JPEG 2000 on a machine without OpenJPEG.</summary>
    /// <returns>The caller disposes it.</returns>
    public static SKBitmap? Read(ReadOnlySpan<byte> photograph)
    {
        if (Jpeg2000.Is(photograph)) return Jpeg2000.Read(photograph);
        using var bytes = SKData.CreateCopy(photograph);
        using var codec = SKCodec.Create(bytes);
        return codec is null || (long)codec.Info.Width * codec.Info.Height > Jpeg2000.MostPixels
            ? null
            : SKBitmap.Decode(codec);
    }

    /// <summary>Pixels across and down; null when it is no photograph.</summary>
    public static (int Width, int Height)? SizeOf(ReadOnlySpan<byte> photograph)
    {
        if (Jpeg2000.Is(photograph)) return Jpeg2000.SizeOf(photograph);
        using var bytes = SKData.CreateCopy(photograph);
        using var codec = SKCodec.Create(bytes);
        return codec is null ? null : (codec.Info.Width, codec.Info.Height);
    }

    /// <summary>The same in a form that every browser shows: JPEG as it is, JPEG 2000 as PNG.</summary>
    /// <returns>Empty when it cannot be read here.</returns>
    public static (ImmutableArray<byte> Bytes, string MediaType) ForScreens(ReadOnlySpan<byte> photograph)
    {
        if (photograph is [0xFF, 0xD8, 0xFF, ..]) return ([.. photograph], "image/jpeg");
        using var picture = Read(photograph);
        if (picture is null) return ([], "");
        using var png = picture.Encode(SKEncodedImageFormat.Png, quality: 100);
        return ([.. png.ToArray()], "image/png");
    }

    private static SKBitmap Grey(SKBitmap colour)
    {
        var grey = new SKBitmap(colour.Width, colour.Height, SKColorType.Gray8, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(grey);
        canvas.DrawBitmap(colour, 0, 0, SKSamplingOptions.Default);
        return grey;
    }
}
