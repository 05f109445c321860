using Microsoft.Playwright;
using Musubi.Tests.Vocabulary;

namespace Musubi.Tests.Office;

/// <summary>Every page, in both windows, both colours and two languages: no accessibility violation, nothing wider than
/// the window, nothing from elsewhere, and a picture for people to look at.</summary>
public sealed class PageTests(Browser browser, OpenOffice office)
{
    public static TheoryData<string, string> Pages => new()
    {
        { "front", "/" },
        { "front-back", "/?side=back" },
        { "about", "/about" },
        { "accessibility", "/accessibility" },
        { "public-log", "/public/log" },
        { "missing", "/nowhere" },
        { "personas", "/demo/personas" },
        { "tray", "/demo/cards" },
        { "pinpad", "/demo/pinpad/verifier-9" },
        { "counter", "/counter as tanaka" },
        { "verify", "/verify as check-1" },
        { "resident", "/resident as min-jun" },
        { "readings", "/resident/readings as min-jun" },
        { "choice", "/resident/choice as min-jun" },
        { "acts", "/resident/acts as min-jun" },
        { "access-list", "/public/access-list" },
        { "access-list-version", "/public/access-list/1" },
        { "access-list-diff", "/public/access-list/diff?from=1&to=1" },
        { "editor", "/editor as mori" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_is_for_everybody_in_every_window(string name, string where)
    {
        var address = await office.Address();
        var path = where.Split(" as ")[0];
        foreach (var language in new[] { "ja", "en" })
            foreach (var screen in new[] { Screen.Phone, Screen.Desktop })
            {
                await using var visit = where.Split(" as ") is [_, var persona]
                    ? await office.SitDown(browser, persona, screen, language)
                    : await browser.Open(screen, language);
                await visit.Page.GotoAsync(new Uri(address, path).ToString());
                await Pictures.Take(visit.Page, name, screen, language);
                await Look(visit, name, screen);
                Assert.Equal(language, await visit.Page.GetAttributeAsync("html", "lang"));
            }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_keeps_its_contrast_in_the_dark(string name, string where)
    {
        var address = await office.Address();
        var path = where.Split(" as ")[0];
        await using var visit = where.Split(" as ") is [_, var persona]
            ? await office.SitDown(browser, persona, Screen.Desktop, dark: true)
            : await browser.Open(Screen.Desktop, "en", dark: true);
        await visit.Page.GotoAsync(new Uri(address, path).ToString());
        await Pictures.Take(visit.Page, name + "-dark", Screen.Desktop, "en");
        await Look(visit, name, Screen.Desktop);
    }

    [Fact]
    public async Task Easy_Japanese_shows_a_reading_over_every_kanji_of_ours()
    {
        var address = await office.Address();
        await using var visit = await browser.Open(Screen.Phone);
        await visit.Page.GotoAsync($"{address}language?to=ja-easy&back=%2Fabout");
        await Pictures.Take(visit.Page, "about", Screen.Phone, "ja-easy");

        var bare = await visit.Page.EvaluateAsync<string>("""
            () => { const copy = document.querySelector('main').cloneNode(true);
                    copy.querySelectorAll('ruby, .print-stamp').forEach(ruby => ruby.remove());
                    return copy.textContent.match(/[\u4e00-\u9fff]/g)?.join('') ?? ''; }
            """);
        Assert.Equal("", bare);
        Assert.True(await visit.Page.Locator("ruby").CountAsync() > 0);
        Assert.True(await Fits(visit.Page));
    }

    private async Task Look(Visit visit, string name, Screen screen)
    {
        Assert.Empty(await visit.AccessibilityViolations());
        Assert.True(await Fits(visit.Page), $"{name} is wider than {screen.Width} pixels.");
        Assert.Empty(visit.RequestsBeyond(await office.Address()));
        // The missing page's own status is told to the console as an error.
        Assert.DoesNotContain(visit.ConsoleErrors, error => !error.Contains("404", StringComparison.Ordinal));
    }

    private static Task<bool> Fits(IPage page) =>
        page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth");
}

/// <summary>Pictures of the pages, for people: artifacts/screens, not kept in the repository.</summary>
internal static class Pictures
{
    public static async Task Take(IPage page, string name, Screen screen, string language)
    {
        var folder = Directory.CreateDirectory(Repository.Folder("artifacts", "screens")).FullName;
        var size = screen == Screen.Phone ? "phone" : "desktop";
        await page.ScreenshotAsync(new PageScreenshotOptions
        { Path = Path.Combine(folder, $"{name}-{size}-{language}.png"), FullPage = true });
    }
}
