using Microsoft.AspNetCore.Antiforgery;

namespace Musubi.Office.Hosting;

/// <summary>Every form of ours carries the antiforgery token; one without it is not read.</summary>
internal static class FormGuard
{
    public static TBuilder WithFormGuard<TBuilder>(this TBuilder routes) where TBuilder : IEndpointConventionBuilder =>
        // The framework's own check answers a bad token of some forms with a fault; ours answers every one with a page.
        routes.DisableAntiforgery().AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            if (!HttpMethods.IsPost(http.Request.Method)) return await next(context);
            var antiforgery = http.RequestServices.GetRequiredService<IAntiforgery>();
            return http.Request.HasFormContentType && await antiforgery.IsRequestValidAsync(http)
                ? await next(context)
                : Results.StatusCode(StatusCodes.Status400BadRequest);
        });
}
