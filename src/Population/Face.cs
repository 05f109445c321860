using System.Collections.Immutable;
using System.Globalization;

namespace Musubi.Population;

/// <summary>One flat shape of a face.</summary>
/// <param name="Path">SVG path data on a ground of <see cref="Face.Width"/> by <see cref="Face.Height"/>.</param>
/// <param name="Colour">As #rrggbb.</param>
/// <param name="Line">Width of the stroke; 0 for a filled shape.</param>
public sealed record FaceShape(string Path, string Colour, int Line);

/// <summary>The invented face of a seed, as shapes from back to front. The photograph in the chip and the drawing on a
/// page are both painted from it, so that a person looks the same wherever they are seen.</summary>
public sealed record Face(ImmutableArray<FaceShape> Shapes)
{
    public const int Width = 120, Height = 160;

    public const string Ground = "#e8ecf2";

    private const string White = "#ffffff";

    private static readonly ImmutableArray<string> skins = ["#f6d7bd", "#eec39f", "#d9a57c", "#b9825a", "#8d5c3c"];
    private static readonly ImmutableArray<string> hairs = ["#1a1a1a", "#2b211c", "#4a3426", "#6e4f37", "#707070"];
    private static readonly ImmutableArray<string> coats = ["#0055ad", "#333333", "#115a36", "#6e5600", "#6c006c"];

    /// <summary>The same seed gives the same face.</summary>
    public static Face Of(long seed)
    {
        var draw = new Draw(seed, 0);
        var (skin, hair, coat) = (draw.Of(skins), draw.Of(hairs), draw.Of(coats));
        var (half, longHair) = (30 + draw.Below(8), draw.Chance(0.5));
        var (apart, nose, smile) = (13 + draw.Below(5), 57 + draw.Below(6), 4 + draw.Below(6));
        var glasses = draw.Chance(0.3);
        var shapes = ImmutableArray.CreateBuilder<FaceShape>();
        void Fill(string path, string colour) => shapes.Add(new(path, colour, 0));
        void Stroke(string path) => shapes.Add(new(path, hair, 2));

        Fill(Oval(60, 66, half + 8, longHair ? 58 : 44), hair);
        Fill(Oval(60, 165, 58, 45), coat);
        Fill(Oval(60, 112, 12, 22), skin);
        Fill(Oval(60, 74, half, 40), skin);
        Fill(Text($"M{60 - half} 60A{half} 32 0 0 1 {60 + half} 60Z"), hair);
        foreach (var x in (int[])[60 - apart, 60 + apart])
        {
            Fill(Oval(x, 74, 7, 4), White);
            Fill(Oval(x, 74, 3, 3), hair);
        }
        Stroke(Text($"M60 78L{nose} 88"));
        Stroke(Text($"M49 95Q60 {95 + (2 * smile)} 71 95"));
        if (glasses)
        {
            Stroke(Oval(60 - apart, 74, 9, 9));
            Stroke(Oval(60 + apart, 74, 9, 9));
            Stroke(Text($"M{69 - apart} 74L{51 + apart} 74"));
        }
        return new(shapes.ToImmutable());
    }

    private static string Oval(int x, int y, int across, int down) =>
        Text($"M{x - across} {y}A{across} {down} 0 1 0 {x + across} {y}A{across} {down} 0 1 0 {x - across} {y}Z");

    private static string Text(FormattableString path) => path.ToString(CultureInfo.InvariantCulture);
}
