using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Musubi.Office.Hosting;

namespace Musubi.Tests.Office;

public sealed class DoorTests(OpenOffice office)
{
    private static readonly string[] openToAll =
        [
            "/", "/about", "/accessibility", "/api/access-list", "/api/access-list.jws", "/api/access-list/keys",
            "/api/access-list/versions", "/api/access-list/{version:int}/calendar.ics",
            "/api/access-list/{version:int}/commitment", "/api/access-list/{version}", "/assets/{tag}/{name}",
            "/health", "/language", "/log/checkpoint", "/log/{**path}", "/openapi/{documentName}.json",
            "/public/access-list", "/public/access-list/diff", "/public/access-list/{version:int}", "/public/log",
            "/{**path}",
        ];

    [Fact]
    public async Task Every_route_names_its_door_and_only_these_are_open_to_all()
    {
        var routes = await Routes();
        Assert.All(routes, route => Assert.True(
            route.Metadata.GetMetadata<IAuthorizeData>() is not null
                || route.Metadata.GetMetadata<IAllowAnonymous>() is not null,
            $"{route.RoutePattern.RawText} names no door."));

        var open = routes.Where(route => route.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(route => route.RoutePattern.RawText!.TrimEnd('/') is { Length: > 0 } path ? path : "/")
            .Where(path => !path.StartsWith("/demo/", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        Assert.Equal<IEnumerable<string>>(openToAll, open);
    }

    [Theory]
    [InlineData("/counter")]
    [InlineData("/resident")]
    [InlineData("/resident/readings")]
    [InlineData("/verify")]
    [InlineData("/verify/photo")]
    [InlineData("/editor")]
    [InlineData("/counter/acts/01a20a0450617d2695ba2ce09527e97d")]
    public async Task Without_a_persona_the_door_is_shut_and_says_so(string path)
    {
        using var client = await Client();
        var answer = await client.GetAsync(path, Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("We need to know who you are", await answer.Content.ReadAsStringAsync(Cancel),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_without_its_token_is_not_read()
    {
        using var client = await Client();
        var answer = await client.PostAsync("/demo/personas",
            new FormUrlEncodedContent([new("persona", "sato")]), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.False(answer.Headers.TryGetValues("Set-Cookie", out _));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/about")]
    [InlineData("/demo/cards")]
    [InlineData("/nowhere")]
    public async Task Every_answer_carries_the_safe_headers(string path)
    {
        using var client = await Client();
        var answer = await client.GetAsync(path, Cancel);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Equal("default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
            + "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", policy);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("//elsewhere.example", "/")]
    [InlineData("/\\elsewhere.example", "/")]
    [InlineData("https://elsewhere.example", "/")]
    [InlineData("/about", "/about")]
    public async Task Choosing_a_language_leads_back_to_our_own_pages_only(string back, string expected)
    {
        using var client = await Client();
        var answer = await client.GetAsync($"/language?to=en&back={Uri.EscapeDataString(back)}", Cancel);

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(expected, answer.Headers.Location!.OriginalString);
        Assert.Contains("httponly", Assert.Single(answer.Headers.GetValues("Set-Cookie")),
            StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_form_longer_than_any_of_ours_is_refused()
    {
        using var client = await Client();
        var answer = await client.PostAsync("/demo/personas",
            new StringContent(new string('a', 200_000), null, "application/x-www-form-urlencoded"),
            Cancel);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    private async Task<HttpClient> Client()
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false })
        { BaseAddress = await office.Address() };
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        return client;
    }

    private async Task<IReadOnlyList<RouteEndpoint>> Routes() =>
        [.. (await office.Services()).GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
