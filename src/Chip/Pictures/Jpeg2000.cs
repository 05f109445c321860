using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace Musubi.Chip.Pictures;

/// <summary>JPEG 2000 pictures (ISO/IEC 15444-1), in which cards have photographs: by OpenJPEG, where the machine
/// has it.</summary>
public static unsafe class Jpeg2000
{
    /// <summary>A portrait has far fewer.</summary>
    public const int MostPixels = 4_000_000;

    private const int MostComponents = 4;
    private const int ResolutionLevels = 5;
    private const float RoomForHeaders = 1.05f;
    private const float Harder = 1.15f;
    private const int Tries = 20;
    private static readonly byte[] fileStart = [0, 0, 0, 0x0C, (byte)'j', (byte)'P', (byte)' ', (byte)' '];
    private static readonly byte[] streamStart = [0xFF, 0x4F, 0xFF, 0x51];

    /// <summary>Whether pictures can be written and read here.</summary>
    public static bool IsAvailable => OpenJpeg.System is not null;

    /// <summary>Whether these bytes say that they are JPEG 2000: a file (JP2) or a code stream alone.</summary>
    public static bool Is(ReadOnlySpan<byte> picture) =>
        picture.StartsWith(fileStart) || picture.StartsWith(streamStart);

    /// <summary>Pixels across and down as the code stream says them; null when it says nothing that can be.</summary>
    public static (int Width, int Height)? SizeOf(ReadOnlySpan<byte> picture)
    {
        // SIZ follows SOC at once; in a file both stand in the box of the code stream.
        var start = Is(picture) ? picture.IndexOf(streamStart) : -1;
        const int From = 8, Length = 16;
        if (start < 0 || picture.Length < start + From + Length) return null;
        var size = picture.Slice(start + From, Length);
        var width = (long)BinaryPrimitives.ReadUInt32BigEndian(size) - BinaryPrimitives.ReadUInt32BigEndian(size[8..]);
        var height = (long)BinaryPrimitives.ReadUInt32BigEndian(size[4..])
            - BinaryPrimitives.ReadUInt32BigEndian(size[12..]);
        return width > 0 && height > 0 && width * height <= MostPixels ? ((int)width, (int)height) : null;
    }

    /// <summary>A JP2 file of at most so many bytes, as good as they allow.</summary>
    /// <param name="picture">What to write.</param>
    /// <param name="inGrey">One component in place of three.</param>
    /// <param name="mostBytes">Room on the card.</param>
    /// <exception cref="InvalidOperationException">The machine has no OpenJPEG, or the room is too small.</exception>
    public static byte[] Write(SKBitmap picture, bool inGrey, int mostBytes)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var library = OpenJpeg.System ?? throw new InvalidOperationException("OpenJPEG is not on this machine.");
        var components = inGrey ? 1 : 3;
        var rate = picture.Width * picture.Height * components / (float)mostBytes * RoomForHeaders;
        for (var tried = 0; tried < Tries; tried++, rate *= Harder)
            if (Encode(library, picture, components, Math.Max(rate, 1)) is { } file && file.Length <= mostBytes)
                return file;
        throw new InvalidOperationException(
            $"A picture of {picture.Width} × {picture.Height} does not fit in {mostBytes} bytes.");
    }

    /// <summary>The picture; null when it is none, is too large, or the machine has no OpenJPEG.</summary>
    /// <returns>The caller disposes it.</returns>
    public static SKBitmap? Read(ReadOnlySpan<byte> picture)
    {
        if (OpenJpeg.System is not { } library || SizeOf(picture) is null) return null;
        using var memory = new MemoryStream(picture.ToArray(), writable: false);
        var handle = GCHandle.Alloc(memory);
        var codec = library.CreateDecompress(picture.StartsWith(fileStart) ? OpenJpeg.File : OpenJpeg.CodeStream);
        var stream = library.Stream(handle, picture.Length);
        nint image = 0;
        try
        {
            var parameters = stackalloc byte[OpenJpeg.ParametersLength];
            library.SetDefaultDecoderParameters(parameters);
            return library.SetupDecoder(codec, parameters) != 0
                && library.ReadHeader(stream, codec, &image) != 0
                && library.Decode(codec, stream, image) != 0
                ? Bitmap((byte*)image)
                : null;
        }
        finally
        {
            if (image != 0) library.DestroyImage(image);
            library.DestroyStream(stream);
            library.DestroyCodec(codec);
            handle.Free();
        }
    }

    private static byte[] Encode(OpenJpeg library, SKBitmap picture, int components, float rate)
    {
        using var memory = new MemoryStream();
        var handle = GCHandle.Alloc(memory);
        var codec = library.CreateCompress(OpenJpeg.File);
        var stream = library.Stream(handle, length: null);
        var image = Image(library, picture, components);
        try
        {
            var parameters = stackalloc byte[OpenJpeg.ParametersLength];
            library.SetDefaultEncoderParameters(parameters);
            *(int*)(parameters + OpenJpeg.DistortionAllocation) = 1;
            *(int*)(parameters + OpenJpeg.Layers) = 1;
            *(float*)(parameters + OpenJpeg.Rates) = rate;
            *(int*)(parameters + OpenJpeg.Resolutions) = ResolutionLevels;
            *(int*)(parameters + OpenJpeg.Irreversible) = 1;
            parameters[OpenJpeg.ColourTransform] = components == 1 ? (byte)0 : (byte)1;
            if (library.SetupEncoder(codec, parameters, image) == 0
                || library.StartCompress(codec, image, stream) == 0
                || library.Encode(codec, stream) == 0
                || library.EndCompress(codec, stream) == 0)
                throw new InvalidOperationException("OpenJPEG did not encode the picture.");
        }
        finally
        {
            library.DestroyStream(stream);
            library.DestroyImage(image);
            library.DestroyCodec(codec);
            handle.Free();
        }
        return memory.ToArray();
    }

    private static nint Image(OpenJpeg library, SKBitmap picture, int components)
    {
        var numbers = stackalloc int[components * OpenJpeg.ComponentNumbers];
        int[] one = [1, 1, picture.Width, picture.Height, 0, 0, 8, 8, 0];
        for (var c = 0; c < components; c++)
            one.CopyTo(new Span<int>(numbers + (c * OpenJpeg.ComponentNumbers), OpenJpeg.ComponentNumbers));
        var image = library.CreateImage((uint)components, numbers, components == 1 ? OpenJpeg.Grey : OpenJpeg.Srgb);
        if (image == 0) throw new InvalidOperationException("OpenJPEG has no room for the picture.");
        *(int*)(image + OpenJpeg.ImageX1) = picture.Width;
        *(int*)(image + OpenJpeg.ImageY1) = picture.Height;
        var pixels = picture.Pixels;
        for (var c = 0; c < components; c++)
        {
            var samples = Samples((byte*)image, c);
            for (var i = 0; i < pixels.Length; i++)
                samples[i] = components == 1 ? Luminance(pixels[i]) : c switch
                {
                    0 => pixels[i].Red,
                    1 => pixels[i].Green,
                    _ => pixels[i].Blue,
                };
        }
        return image;
    }

    /// <summary>Eight bits, one component or three, all of the same size: what portraits are.</summary>
    private static SKBitmap? Bitmap(byte* image)
    {
        var components = *(int*)(image + OpenJpeg.ComponentCount);
        if (components is < 1 or > MostComponents) return null;
        var list = *(byte**)(image + OpenJpeg.ComponentList);
        var (width, height) = (*(int*)(list + OpenJpeg.Width), *(int*)(list + OpenJpeg.Height));
        if (width <= 0 || height <= 0 || (long)width * height > MostPixels) return null;
        for (var c = 0; c < components; c++)
        {
            var one = list + (c * OpenJpeg.ComponentLength);
            if (*(int*)(one + OpenJpeg.Width) != width || *(int*)(one + OpenJpeg.Height) != height
                || *(int*)(one + OpenJpeg.Bits) != 8 || *(int*)(one + OpenJpeg.IsSigned) != 0
                || Samples(image, c) == null) return null;
        }
        var pixels = new SKColor[width * height];
        var red = Samples(image, 0);
        var green = components < 3 ? red : Samples(image, 1);
        var blue = components < 3 ? red : Samples(image, 2);
        for (var i = 0; i < pixels.Length; i++) pixels[i] = new SKColor(Eight(red[i]), Eight(green[i]), Eight(blue[i]));
        return new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque) { Pixels = pixels };
    }

    private static int* Samples(byte* image, int component) =>
        *(int**)(*(byte**)(image + OpenJpeg.ComponentList) + (component * OpenJpeg.ComponentLength) + OpenJpeg.Samples);

    private static byte Eight(int sample) => (byte)Math.Clamp(sample, 0, byte.MaxValue);

    /// <summary>ITU-R BT.601.</summary>
    private static int Luminance(SKColor colour) =>
        ((299 * colour.Red) + (587 * colour.Green) + (114 * colour.Blue) + 500) / 1000;
}
