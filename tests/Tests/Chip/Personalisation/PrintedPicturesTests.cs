using BitMiracle.LibTiff.Classic;
using Musubi.Chip.Applications.Face;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Personalisation;
using Musubi.Chip.Pictures;
using SkiaSharp;

namespace Musubi.Tests.Chip.Personalisation;

/// <summary>What is drawn into the chips, read back by readers that did not write it.</summary>
public sealed class PrintedPicturesTests
{
    private const string Address = "東京都新宿区高田馬場一丁目２番３－４０１号";

    [Fact]
    public void An_address_is_a_Group_4_TIFF_and_the_same_picture_as_the_PNG()
    {
        Assert.True(CardFont.IsThere, "No typeface: build.cs installs fonts-ipafont-gothic.");
        var tiff = FromTiff(PrintedPictures.ResidenceAddress(Address).AsSpan());
        Assert.Equal((560, 104, Compression.CCITTFAX4), (tiff.Width, tiff.Height, tiff.Compression));
        using var png = SKBitmap.Decode(PrintedPictures.NumberCardAddress(Address).AsSpan());
        Assert.Equal((560, 104), (png.Width, png.Height));
        var black = 0;
        for (var y = 0; y < png.Height; y++)
        {
            for (var x = 0; x < png.Width; x++)
            {
                var isBlack = png.GetPixel(x, y).Red == 0;
                Assert.Equal(isBlack, tiff.IsBlack(x, y));
                if (isBlack) black++;
            }
        }
        Assert.InRange(black, 1000, 20_000);
    }

    [Fact]
    public void A_PNG_has_one_bit_a_pixel()
    {
        var png = PrintedPictures.NumberCard("NAME", Address, "1234", "123456789018", []).SecurityCode;
        // Signature, IHDR: width 96, height 40, depth 1, grey, deflate, no filter method, not interlaced.
        Assert.Equal(
            "89504e470d0a1a0a0000000d4948445200000060000000280100000000",
            Convert.ToHexStringLower(png.AsSpan()[..29]));
    }

    [Theory]
    [InlineData(1), InlineData(40), InlineData(120), InlineData(400)]
    public void However_long_the_text_a_picture_fits_its_file(int characters)
    {
        var text = string.Concat(Enumerable.Repeat("鷹齢鬱麓", (characters + 3) / 4))[..characters];
        Assert.InRange(PrintedPictures.ResidenceName(text).Length, 100, 2500);
        Assert.InRange(PrintedPictures.ResidenceAddress(text).Length, 100, 2500);
    }

    [Fact]
    public void No_text_is_no_picture()
    {
        Assert.Empty(PrintedPictures.ResidenceName(""));
        Assert.Equal(FacePictures.None.Name, PrintedPictures.NumberCard("", "", "", "", []).Name);
    }

    [Fact]
    public void The_photograph_of_a_number_card_is_grey_and_one_that_cannot_be_read_stays_as_it_is()
    {
        var portrait = Musubi.Population.Portrait.Photograph(7);
        var photo = PrintedPictures.NumberCard("N", "A", "1234", "123456789018", [.. portrait]).Photo;
        using var grey = Photograph.Read(photo.AsSpan())!;
        Assert.Equal((120, 160), (grey.Width, grey.Height));
        var pixel = grey.GetPixel(60, 75);
        Assert.Equal((pixel.Red, pixel.Red), (pixel.Green, pixel.Blue));
        byte[] jpeg2000 = [0xFF, 0x4F, 0xFF, 0x51, 0x00, 0x2F, 0xFF, 0xD9];
        Assert.Equal(
            jpeg2000, PrintedPictures.NumberCard("N", "A", "1234", "123456789018", [.. jpeg2000]).Photo.AsEnumerable());
    }

    [Fact]
    public void A_picture_that_ends_in_zeros_is_measured_by_its_own_structure()
    {
        var picture = PrintedPictures.ResidenceName("NGUYEN THI LINH").ToArray();
        // The library writes the resolution last: 300 / 1, whose last byte in little endian is 00.
        Assert.Equal(0, picture[^1]);
        Assert.Equal(picture.Length, PictureLength.Of(ResidenceContent.Filled(picture, 2500)));
        Assert.Equal(picture.Length, PictureLength.Of(picture));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("0000", 0)]
    [InlineData("ffd8ffd9 0000", 4)]
    [InlineData("ff4fff51ffd9 000000", 6)]
    [InlineData("0000000c6a5020200d0a870a 0000000a66726565 0000 000000", 22)]
    [InlineData("49492a0008000000", 5)]
    [InlineData("49492a00ffffffff 01", 9)]
    [InlineData("4d4d002a00000008 0001 0100 0003 00000001 00000000 00000000 000000", 26)]
    [InlineData("4d4d002a00000008 ffff 0100", 11)]
    [InlineData("49492a0008000000 0100 1101 0400 ffffffff ffffffff 00000000 01", 27)]
    public void What_says_its_length_is_believed_within_its_field_and_nothing_else(string field, int expected) =>
        Assert.Equal(expected, PictureLength.Of(Wire.Hex(field)));

    [Fact]
    public void No_bytes_make_a_picture_longer_than_its_field()
    {
        var picture = PrintedPictures.ResidenceName("NGUYEN THI LINH").ToArray();
        for (var at = 4; at < picture.Length; at++)
        {
            var changed = ResidenceContent.Filled(picture, 2500);
            changed[at] ^= 0xFF;
            Assert.InRange(PictureLength.Of(changed), 1, 2500);
        }
    }

    private static (int Width, int Height, Compression Compression, Func<int, int, bool> IsBlack) FromTiff(
        ReadOnlySpan<byte> bytes)
    {
        using var stream = new MemoryStream(bytes.ToArray());
        using var tiff = Tiff.ClientOpen("read", "r", stream, new TiffStream());
        var width = tiff.GetField(TiffTag.IMAGEWIDTH)[0].ToInt();
        var height = tiff.GetField(TiffTag.IMAGELENGTH)[0].ToInt();
        var compression = (Compression)tiff.GetField(TiffTag.COMPRESSION)[0].ToInt();
        var rows = new byte[height][];
        for (var y = 0; y < height; y++)
        {
            rows[y] = new byte[tiff.ScanlineSize()];
            Assert.True(tiff.ReadScanline(rows[y], y));
        }
        return (width, height, compression, (x, y) => (rows[y][x / 8] & (0x80 >> (x % 8))) != 0);
    }
}
