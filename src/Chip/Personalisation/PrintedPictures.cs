using System.Collections.Immutable;
using Musubi.Chip.Applications.Face;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Pictures;

namespace Musubi.Chip.Personalisation;

/// <summary>The pictures that a card's chip keeps of what is printed on it, drawn when the card is made.</summary>
/// <remarks>
/// The form of each picture is public (docs/apdu/read-binary.md), its size in pixels and its typeface are ours. A
/// machine without a typeface gives empty pictures.
/// </remarks>
public static class PrintedPictures
{
    /// <summary>Room for the photograph of a My Number card; as much as a residence card has.</summary>
    private const int MostPhotographBytes = 3_000;

    private static readonly PrintedText NameBox = new(560, 72, 36);
    private static readonly PrintedText AddressBox = new(560, 104, 28);
    private static readonly PrintedText CodeBox = new(96, 40, 28);
    private static readonly PrintedText NumberBox = new(320, 48, 36);

    /// <summary>A residence card's name: TIFF, MMR, 560 by 72.</summary>
    public static ImmutableArray<byte> ResidenceName(string name) => Tiff(NameBox, name);

    /// <summary>A residence card's address: TIFF, MMR, 560 by 104.</summary>
    public static ImmutableArray<byte> ResidenceAddress(string address) => Tiff(AddressBox, address);

    /// <summary>A My Number card's address: PNG, 560 by 104.</summary>
    public static ImmutableArray<byte> NumberCardAddress(string address) => Png(AddressBox, address);

    /// <summary>All pictures of a My Number card.</summary>
    /// <param name="name">As printed.</param>
    /// <param name="address">As printed.</param>
    /// <param name="securityCode">Four digits.</param>
    /// <param name="myNumber">Twelve digits, printed in groups of four.</param>
    /// <param name="photograph">JPEG or JPEG 2000 in colour, or empty; the card has it in grey.</param>
    public static FacePictures NumberCard(
        string name, string address, string securityCode, string myNumber, ImmutableArray<byte> photograph) => new()
        {
            Name = Png(NameBox, name),
            Address = Png(AddressBox, address),
            Photo = Grey(photograph),
            SecurityCode = Png(CodeBox, securityCode),
            MyNumber = Png(NumberBox, string.Join(' ', myNumber.Chunk(4).Select(group => new string(group)))),
        };

    private static ImmutableArray<byte> Tiff(PrintedText box, string text)
    {
        if (!CardFont.IsThere || text.Length == 0) return [];
        for (var type = box.LargestType; ;)
        {
            var tiff = (box with { LargestType = type }).Draw(text).ToTiff();
            if (tiff.Length <= ResidenceContent.NameImageLength) return [.. tiff];
            // Dense characters do not compress: smaller ones first, and when they are the smallest, fewer.
            if (type > PrintedText.SmallestType) type -= 2;
            else text = text[..(text.Length * 4 / 5)];
        }
    }

    private static ImmutableArray<byte> Png(PrintedText box, string text) =>
        CardFont.IsThere && text.Length > 0 ? [.. box.Draw(text).ToPng()] : [];

    private static ImmutableArray<byte> Grey(ImmutableArray<byte> photograph)
    {
        using var colour = Photograph.Read(photograph.AsSpan());
        // What a card gave as its picture and this machine cannot read goes on as it came.
        return colour is null ? photograph : [.. Photograph.Write(colour, inGrey: true, MostPhotographBytes)];
    }
}
