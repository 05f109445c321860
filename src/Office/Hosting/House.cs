using Musubi.Counter;
using Musubi.Vocabulary;

namespace Musubi.Office.Hosting;

/// <summary>The premises, once they are open. In a demonstration pages are answered before, and say how far it is.
/// </summary>
public sealed class House
{
    private volatile Premises? premises;
    private volatile Filling filling = new(0, 0);

    public bool IsOpen => premises is not null;

    public Filling Filling => filling;

    /// <summary>The list in force, once the house is open.</summary>
    public AccessList? List => premises?.Access.Lists.Current.List;

    /// <summary>Behind the gate only: a route that needs it is not reached before.</summary>
    public Premises Premises => premises ?? throw new InvalidOperationException("The house is not open yet.");

    public void Show(Filling progress) => filling = progress;

    public void Open(Premises opened) => premises = opened;
}

/// <summary>How many of the invented people are in the registers.</summary>
public sealed record Filling(int Done, int All);

internal static class HouseGate
{
    /// <summary>Until the house is open only the pages that need nobody's data are answered.</summary>
    public static void UseHouseGate(this WebApplication app) => app.Use((http, next) =>
        http.RequestServices.GetRequiredService<House>().IsOpen || NeedsNobody(http.Request.Path)
            ? next(http)
            : ErrorPages.Show(http, StatusCodes.Status503ServiceUnavailable));

    private static bool NeedsNobody(PathString path) => path.Value is "/" or "/about" or "/accessibility" or "/language"
        or "/health" or "/openapi/v1.json" || path.StartsWithSegments("/assets", StringComparison.Ordinal);
}
