using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using Musubi.Office.Texts;

namespace Musubi.Office.Hosting;

/// <summary>A page as the answer to a request: one component, drawn once, with what it needs already read.</summary>
public static class Page
{
    /// <summary>Draws <typeparamref name="TPage"/> under the title of <paramref name="titleKey"/>.</summary>
    /// <param name="http">The request.</param>
    /// <param name="titleKey">Key of the page's title in the page texts.</param>
    /// <param name="model">The page's parameter named Model.</param>
    /// <param name="width">See <see cref="Visit.Width"/>.</param>
    /// <param name="status">Anything but 200 when a form was not accepted.</param>
    public static RazorComponentResult<TPage> Show<TPage>(
        HttpContext http, string titleKey, object? model = null, string width = "",
        int status = StatusCodes.Status200OK)
        where TPage : IComponent
    {
        var visit = http.RequestServices.GetRequiredService<Visit>();
        visit.Title = http.RequestServices.GetRequiredService<Words>().Plain(titleKey);
        visit.Width = width;
        var parameters = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (model is not null) parameters["Model"] = model;
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult<TPage>(parameters) { StatusCode = status };
    }

    /// <summary>After a form was accepted: the next page is asked for afresh, so that a reload repeats
    /// nothing.</summary>
    public static IResult Next(string path) => new SeeOther(path);

    private sealed class SeeOther(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = path;
            return Task.CompletedTask;
        }
    }
}
