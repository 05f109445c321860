namespace Musubi.Office.Hosting;

/// <summary>What the command line says.</summary>
/// <param name="DataFolder">Registers, links, journal and cards.</param>
/// <param name="Port">On loopback; 0 for any free one.</param>
/// <param name="Demo">Invented people; personas and card tray exist.</param>
/// <param name="Residents">How many people the demonstration invents into an empty data folder.</param>
/// <param name="Seed">The same seed invents the same people.</param>
/// <param name="JurisdictionFolder">The law as data.</param>
public sealed record OfficeOptions(
    string DataFolder, int Port, bool Demo, int Residents, int Seed, string JurisdictionFolder)
{
    /// <summary>Registers of a demonstration stand on one disk; a million people take about a gigabyte.</summary>
    public const int MostResidents = 1_000_000;

    /// <summary>Name of a log that is begun here: where it is served, without scheme. A log keeps its first name.
    /// </summary>
    public string LogOrigin => Port == 0 ? "localhost/log" : $"localhost:{Port}/log";
}
