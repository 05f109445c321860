using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Musubi.Office.Hosting;

/// <summary>What went wrong, what it means and what to do: as a page, or as a problem document under /api.</summary>
public static class ErrorPages
{
    public static Task Show(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        if (http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
            return Results.Problem(new ProblemDetails { Status = status, Extensions = { ["code"] = Code(status) } })
                .ExecuteAsync(http);
        return Page.Show<ErrorPage>(http, $"error.{Key(status)}-title", Key(status), "narrow",
            status).ExecuteAsync(http);
    }

    public static void UseErrorPages(this WebApplication app)
    {
        app.UseExceptionHandler(handler => handler.Run(http => Show(http, StatusOf(http))));
        app.UseStatusCodePages(context => Show(context.HttpContext, context.HttpContext.Response.StatusCode));
    }

    /// <summary>Which of the written error pages a status belongs to.</summary>
    internal static string Key(int status) => status switch
    {
        400 or 413 or 415 or 422 => "form",
        401 => "sign-in",
        403 => "door",
        404 or 405 => "missing",
        429 => "often",
        503 => "filling",
        _ => "fault",
    };

    private static string Code(int status) => $"MUS-HTTP-{status}";

    private static int StatusOf(HttpContext http) => http.Features.Get<IExceptionHandlerFeature>()?.Error switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        AntiforgeryValidationException => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status500InternalServerError,
    };
}
