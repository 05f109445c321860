namespace Musubi.Office.Hosting;

/// <summary>For whoever watches the process: 200 when people can be served, 503 while the house is opening.</summary>
internal static class HealthPage
{
    public static void MapHealth(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/health", (House house) => house.IsOpen
                ? Results.Json(new Health("open", null))
                : Results.Json(new Health("opening", house.Filling),
                    statusCode: StatusCodes.Status503ServiceUnavailable))
            .AllowAnonymous().ExcludeFromDescription();

    private sealed record Health(string State, Filling? Filling);
}
