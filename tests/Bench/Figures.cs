using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Musubi.Bench;

/// <summary>What was measured in one run, under the names that docs/figures.md uses.</summary>
public sealed class Figures
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly List<Figure> all = [];

    public void Add(string name, double value, string unit, string note = "") => all.Add(new(name, value, unit, note));

    public double this[string name] =>
        all.Single(figure => string.Equals(figure.Name, name, StringComparison.Ordinal)).Value;

    public void Print(TextWriter output)
    {
        var width = all.Count == 0 ? 0 : all.Max(figure => figure.Name.Length);
        foreach (var figure in all)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{figure.Name.PadRight(width)}  {figure.Value,12:#,##0.###} {figure.Unit,-10} {figure.Note}")
                    .TrimEnd());
    }

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(
        new { machine = Machine(), commit = Commit(), date = TimeProvider.System.GetUtcNow(), figures = all },
            Indented));

    private static string Machine() => string.Create(CultureInfo.InvariantCulture,
        $"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MB, " +
        $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}");

    /// <summary>Empty outside a clone: a figure without its commit is still a figure.</summary>
    private static string Commit()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["rev-parse", "--short", "HEAD"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        return git?.StandardOutput.ReadToEnd().Trim() ?? "";
    }

    private sealed record Figure(string Name, double Value, string Unit, string Note);
}
