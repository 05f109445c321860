using Musubi.Office.Texts;
using Musubi.Vocabulary;

namespace Musubi.Office.Hosting;

/// <summary>The reader's language: what they chose, else the first of the browser's wishes that we have, else
/// Japanese.</summary>
public static class LanguageChoice
{
    public const string CookieName = "musubi-language";

    private static readonly TimeSpan life = TimeSpan.FromDays(365);

    public static Language Of(HttpRequest request) =>
        Language.TryParse(request.Cookies[CookieName], out var chosen) ? chosen : Wished(request);

    public static void MapLanguage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/language", Choose).AllowAnonymous().ExcludeFromDescription();

    private static IResult Choose(HttpContext http, string? to, string? back)
    {
        if (Language.TryParse(to, out var language))
        {
            var cookie = Sessions.SafeCookie(http);
            cookie.MaxAge = life;
            // Lax, so that a link from a letter opens in the reader's language.
            cookie.SameSite = SameSiteMode.Lax;
            http.Response.Cookies.Append(CookieName, language.Stored, cookie);
        }
        return Page.Next(IsOurs(back) ? back! : "/");
    }

    /// <summary>A path of this site and nothing else: "//host" and "/\host" lead elsewhere.</summary>
    internal static bool IsOurs(string? path) => path is { Length: > 0 and < 512 } && path[0] == '/'
        && (path.Length == 1 || path[1] is not ('/' or '\\')) && !path.Any(char.IsControl);

    private static Language Wished(HttpRequest request)
    {
        foreach (var wish in request.GetTypedHeaders().AcceptLanguage.OrderByDescending(wish => wish.Quality ?? 1))
        {
            var tag = wish.Value.ToString().Split('-')[0];
            if (Language.TryParse(tag, out var language)) return language;
        }
        return Language.Japanese;
    }
}
