using System.Diagnostics;

namespace Musubi.Tour;

/// <summary>Tells the story: one line a step, under it what was checked. The first thing that is not so ends
/// it.</summary>
internal sealed class Teller(TextWriter output)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _steps;
    private int _checks;

    public void Chapter(string title) => output.WriteLine($"{Environment.NewLine}{title}");

    public void Step(string what) => output.WriteLine($"  {++_steps,2}. {what}");

    /// <summary>States what must be so; <paramref name="found"/> is told when it is not.</summary>
    public void Check(bool so, string what, string found = "")
    {
        if (!so) throw new TourException($"Not so: {what}.{(found.Length > 0 ? $" Found: {found}" : "")}");
        _checks++;
        output.WriteLine($"      ✓ {what}");
    }

    public void Says(Page page, string words, string what) =>
        Check(page.Words.Contains(words, StringComparison.OrdinalIgnoreCase), what,
            $"{page.Address.PathAndQuery} ({page.Status}): {page.Words[..Math.Min(page.Words.Length, 600)]}");

    public void End() => output.WriteLine(
        $"{Environment.NewLine}All {_steps} steps are so ({_checks} checks, {_clock.Elapsed.TotalSeconds:0.0} s).");
}
