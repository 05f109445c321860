using System.Collections.Immutable;
using System.Globalization;
using Musubi.Access;
using Musubi.Chip.Pictures;

namespace Musubi.Cli.Card;

/// <summary>What one card said, application by application.</summary>
/// <param name="Card">What kind of card it is.</param>
/// <param name="From">The reader or file.</param>
/// <param name="Parts">Its applications.</param>
/// <param name="WrongInput">A PIN or number that was given is not this card's.</param>
internal sealed record CardReport(string Card, string From, ImmutableArray<ReportPart> Parts, bool WrongInput = false)
{
    public void Print(TextWriter output)
    {
        output.WriteLine($"{Card} in {From}");
        foreach (var part in Parts)
        {
            output.WriteLine();
            output.WriteLine(part.Application);
            var width = part.Fields.Max(field => field.Name.Length);
            foreach (var field in part.Fields)
                output.WriteLine($"  {field.Name.PadRight(width)}  {field.Value ?? $"({field.Missing})"}");
            if (part.Issuer is { } issuer) output.WriteLine($"  {"Issuer".PadRight(width)}  {issuer}");
        }
    }
}

/// <summary>One application.</summary>
/// <param name="Application">What it is called.</param>
/// <param name="Fields">What it holds, read or not.</param>
/// <param name="Issuer">Whether its issuer vouches for what was read; null where nobody signs.</param>
internal sealed record ReportPart(string Application, ImmutableArray<ReportField> Fields, string? Issuer = null);

/// <summary>One field: its value, or what is missing to read it.</summary>
internal sealed record ReportField(string Name, string? Value, string? Missing = null)
{
    /// <summary>The rights that a terminal certificate needs for it, and the entries that have each; else null.
    /// </summary>
    public ImmutableArray<MissingRight>? Rights { get; init; }

    public static ReportField Needs(string name, string right) => new(name, null, $"needs {right}");

    /// <summary>What the picture is by its own first bytes, whatever the card's specification prescribes.</summary>
    public static ReportField Image(string name, ReadOnlySpan<byte> picture) => new(name,
        picture.IsEmpty
            ? "no image"
            : string.Create(CultureInfo.InvariantCulture, $"image, {FormOf(picture)}, {picture.Length:N0} bytes"));

    private static string FormOf(ReadOnlySpan<byte> picture) => picture switch
    {
        [0xFF, 0xD8, 0xFF, ..] => "JPEG",
        _ when Jpeg2000.Is(picture) => "JPEG 2000",
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "PNG",
        [(byte)'I', (byte)'I', 0x2A, 0, ..] or [(byte)'M', (byte)'M', 0, 0x2A, ..] => "TIFF",
        _ => "unknown form",
    };
}
