using Microsoft.Playwright;

namespace Musubi.Tests.Office;

public sealed class BrowserTests(Browser browser)
{
    [Fact]
    public async Task Chromium_draws_Japanese_with_a_font_of_its_own()
    {
        await using var visit = await browser.Open(Screen.Phone);
        await visit.Page.SetContentAsync("""
            <!doctype html><html lang="ja"><title>字</title>
            <main><h1>字</h1><span id="a">在</span><br><span id="b">留</span></main></html>
            """);

        // Without a Japanese font both characters are the same empty box, so their pictures are equal.
        var one = await visit.Page.Locator("#a").ScreenshotAsync();
        var other = await visit.Page.Locator("#b").ScreenshotAsync();

        Assert.NotEqual(one, other);
    }

    [Fact]
    public async Task Axe_sees_a_picture_without_words()
    {
        await using var visit = await browser.Open(Screen.Desktop);
        await visit.Page.SetContentAsync("""
            <!doctype html><html lang="en"><title>t</title><main><h1>t</h1><img src="data:,"></main></html>
            """);

        var violation = Assert.Single(await visit.AccessibilityViolations());
        Assert.StartsWith("image-alt:", violation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_visit_notes_a_request_to_another_origin()
    {
        await using var visit = await browser.Open(Screen.Desktop);
        await visit.Page.RouteAsync("**/*", route => route.FulfillAsync(new RouteFulfillOptions { Body = "" }));

        await visit.Page.GotoAsync("http://localhost/own");
        await visit.Page.GotoAsync("http://elsewhere.invalid/other");

        Assert.Equal(["http://elsewhere.invalid/other"], visit.RequestsBeyond(new Uri("http://localhost/")));
    }
}
