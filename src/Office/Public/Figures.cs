using System.Globalization;

namespace Musubi.Office.Public;

internal static class Figures
{
    /// <summary>A figure with a half where it has one: 126 or 12.5.</summary>
    public static string Of(decimal figure) => figure.ToString("0.#", CultureInfo.InvariantCulture);
}
