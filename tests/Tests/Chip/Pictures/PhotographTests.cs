using System.Diagnostics;
using Musubi.Chip.Pictures;
using SkiaSharp;

namespace Musubi.Tests.Chip.Pictures;

public sealed class PhotographTests
{
    private const int Room = 3_000;

    public PhotographTests() => Assert.SkipUnless(
        Jpeg2000.IsAvailable, "OpenJPEG is missing: apt-get install -y --no-install-recommends libopenjp2-7");

    [Theory]
    [InlineData(false), InlineData(true)]
    public void A_photograph_on_a_card_is_a_JPEG_2000_file_that_fits_and_looks_like_its_original(bool inGrey)
    {
        using var original = Drawn();
        var file = Photograph.Write(original, inGrey, Room);
        Assert.InRange(file.Length, 500, Room);
        // ISO/IEC 15444-1, I.5.1 and I.5.2: the signature box and the file type "jp2 ".
        Assert.Equal("0000000c6a5020200d0a870a00000014667479706a703220", Convert.ToHexStringLower(file[..24]));
        Assert.Equal((120, 160), Photograph.SizeOf(file));
        using var read = Photograph.Read(file)!;
        foreach (var (x, y) in new[] { (20, 20), (60, 80), (100, 150) })
        {
            var (wanted, found) = (original.GetPixel(x, y), read.GetPixel(x, y));
            // ITU-R BT.601
            var grey = (byte)Math.Round((0.299 * wanted.Red) + (0.587 * wanted.Green) + (0.114 * wanted.Blue));
            if (inGrey) wanted = new SKColor(grey, grey, grey);
            Assert.InRange(Math.Abs(wanted.Red - found.Red), 0, 12);
            Assert.InRange(Math.Abs(wanted.Green - found.Green), 0, 12);
            Assert.InRange(Math.Abs(wanted.Blue - found.Blue), 0, 12);
        }
    }

    [Fact]
    public void Debians_own_program_reads_it()
    {
        const string program = "/usr/bin/opj_decompress";
        Assert.SkipUnless(File.Exists(program), $"{program} is missing: apt-get install libopenjp2-tools");
        using var folder = new TemporaryPictures();
        using var original = Drawn();
        File.WriteAllBytes(folder.Path("face.jp2"), Photograph.Write(original, inGrey: false, Room));
        using var run = Process.Start(new ProcessStartInfo(
            program, ["-i", folder.Path("face.jp2"), "-o", folder.Path("face.png")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        run.StandardOutput.ReadToEnd();
        run.WaitForExit();
        Assert.Equal(0, run.ExitCode);
        using var png = SKBitmap.Decode(folder.Path("face.png"));
        using var ours = Photograph.Read(File.ReadAllBytes(folder.Path("face.jp2")))!;
        Assert.Equal(ours.Pixels.Select(pixel => (uint)pixel), png.Pixels.Select(pixel => (uint)pixel));
    }

    [Fact]
    public void Browsers_get_JPEG_as_it_is_and_JPEG_2000_as_PNG()
    {
        using var original = Drawn();
        using var jpeg = original.Encode(SKEncodedImageFormat.Jpeg, 80);
        var same = Photograph.ForScreens(jpeg.AsSpan());
        Assert.Equal("image/jpeg", same.MediaType);
        Assert.Equal(jpeg.ToArray(), same.Bytes);
        var shown = Photograph.ForScreens(Photograph.Write(original, inGrey: false, Room));
        Assert.Equal("image/png", shown.MediaType);
        using var png = SKBitmap.Decode(shown.Bytes.AsSpan());
        Assert.Equal((120, 160), (png.Width, png.Height));
    }

    [Fact]
    public void What_is_no_whole_picture_is_none_and_harms_nothing()
    {
        using var original = Drawn();
        var file = Photograph.Write(original, inGrey: false, Room);
        for (var length = 0; length < file.Length; length += 97) Photograph.Read(file.AsSpan(0, length))?.Dispose();
        Assert.Null(Photograph.Read(file.AsSpan(0, 60)));
        Assert.Null(Photograph.Read("not a picture"u8));
        Assert.Equal(("", 0), (Photograph.ForScreens([]).MediaType, Photograph.ForScreens([]).Bytes.Length));
        // 70,000 pixels across and as many down, said in SIZ.
        var at = file.AsSpan().IndexOf((byte[])[0xFF, 0x51]) + 6;
        byte[] large = [.. file[..at], 0, 1, 0x11, 0x70, 0, 1, 0x11, 0x70, .. file[(at + 8)..]];
        Assert.Null(Photograph.SizeOf(large));
        Assert.Null(Photograph.Read(large));
    }

    [Fact]
    public void A_room_that_no_picture_fits_in_is_refused()
    {
        using var original = Drawn();
        Assert.Throws<InvalidOperationException>(() => Photograph.Write(original, inGrey: false, 50));
    }

    private static SKBitmap Drawn()
    {
        var bitmap = new SKBitmap(120, 160);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(new SKColor(232, 236, 242));
        using var paint = new SKPaint { Color = new SKColor(217, 165, 124) };
        canvas.DrawOval(60, 80, 35, 45, paint);
        paint.Color = new SKColor(0, 85, 173);
        canvas.DrawRect(0, 140, 120, 20, paint);
        return bitmap;
    }

    private sealed class TemporaryPictures : IDisposable
    {
        private readonly string folder = Directory.CreateTempSubdirectory("musubi-pictures-").FullName;

        public string Path(string name) => System.IO.Path.Combine(folder, name);

        public void Dispose() => Directory.Delete(folder, recursive: true);
    }
}
