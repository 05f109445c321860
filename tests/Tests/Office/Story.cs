using Microsoft.Playwright;
using Musubi.Office.Texts;
using Musubi.Vocabulary;

namespace Musubi.Tests.Office;

/// <summary>How a story is played: in which window and language, with which hands.</summary>
/// <param name="Shows">True takes a picture of each page and asks axe about it.</param>
/// <param name="Dark">True asks for the dark colours.</param>
internal sealed record Staging(Screen Screen, string Language, Hands Hands, bool Shows, bool Dark = false);

/// <summary>The acts of the story at one desk, in whatever staging. The desk's card tray and PIN pad stand in a window
/// beside it. Nothing here knows a word of a language: places are found by what they do.</summary>
internal sealed class Story(OpenOffice office, Browser browser, Staging staging, Trail? trail = null) : IAsyncDisposable
{
    private readonly List<Visit> visits = [];
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private Uri address = new("about:blank");
    private IPage? aside;
    private string reader = "";

    /// <summary>The day at the offices.</summary>
    public static DateOnly Today =>
        Jurisdiction.Load(OpenOffice.JurisdictionFolder).DayOf(TimeProvider.System.GetUtcNow());

    /// <summary>The clerk's window.</summary>
    public IPage Desk { get; private set; } = null!;

    public IPage Aside => aside!;

    public Hands Hands => staging.Hands;

    /// <summary>A person sits down at their own browser; a clerk's is the desk from then on.</summary>
    public async Task<IPage> SitDown(string persona, string atReader = "")
    {
        address = await office.Address();
        var visit = await browser.Open(staging.Screen, staging.Language, dark: staging.Dark);
        visits.Add(visit);
        trail?.Follow(visit.Page.Context);
        await visit.Page.GotoAsync($"{address}demo/personas");
        await Press(visit.Page.Locator($"form:has(input[name=persona][value='{persona}']) button"));
        if (atReader.Length == 0) return visit.Page;
        (Desk, reader) = (visit.Page, atReader);
        aside = await visit.Page.Context.NewPageAsync();
        return visit.Page;
    }

    /// <summary>Presses, and looks at the page that comes.</summary>
    public async Task Press(ILocator control)
    {
        await Hands.Press(control);
        await Look(control.Page);
    }

    public async Task Go(IPage page, string path)
    {
        await page.GotoAsync($"{address}{path}");
        await Look(page);
    }

    public async Task Find(string number)
    {
        await Go(Desk, "counter");
        await Hands.Fill(Desk.Locator("#number"), number);
        await Press(Desk.Locator("form[action='/counter/find'] button"));
    }

    public Task Begin(string act, Route route) => Press(Desk.Locator(
        $"form[action='/counter/acts']:has(input[value='{act}']):has(input[value='{route}']) button"));

    /// <summary>Lays the card with this number or serial on the reader.</summary>
    public async Task Put(string printed)
    {
        await Go(Aside, $"demo/cards?reader={reader}");
        var here = Aside.Locator("section.panel .mono", new() { HasTextString = printed });
        if (await here.CountAsync() > 0) return;
        await Press(Aside.Locator("tbody tr", new() { HasTextString = printed }).Locator("button").First);
        await here.WaitForAsync();
    }

    /// <summary>Shows the residence card with the number that is printed on it.</summary>
    public async Task ShowResidence(string number)
    {
        await Put(number);
        await Hands.Fill(Desk.Locator("#number"), number);
        await Next();
    }

    /// <summary>Shows both separate cards; the second with its holder's PIN.</summary>
    public async Task ShowBoth(string residence, string number, string pin)
    {
        await ShowResidence(residence);
        await Put(number);
        await Type(pin);
        await Next();
    }

    /// <summary>The holder types what the pad asks for.</summary>
    public async Task Type(string four = "", string six = "", string signature = "")
    {
        await Go(Aside, $"demo/pinpad/{reader}");
        foreach (var (field, pin) in new[] { ("#four", four), ("#six", six), ("#signature", signature) })
            if (pin.Length > 0) await Hands.Fill(Aside.Locator(field), pin);
        await Press(Aside.Locator("main form button.main"));
    }

    /// <summary>Takes the step at hand.</summary>
    public Task Next() => Press(Desk.Locator("section.panel .main").First);

    public async Task Choose(string radio)
    {
        Assert.Equal(0, await Desk.Locator("input:checked").CountAsync());
        await Hands.Pick(Desk.Locator(radio));
        await Next();
    }

    /// <summary>The turned screen: the holder answers and signs.</summary>
    public async Task Agree(string pin)
    {
        await Next();
        await Type(pin);
        Assert.Equal(0, await Desk.Locator("input:checked").CountAsync());
        await Hands.Pick(Desk.Locator("#answer-yes"));
        await Press(Desk.Locator("main form button.main"));
    }

    /// <summary>Somebody who checks cards reads this one, with the number printed on it, at a place of their
    /// own.</summary>
    public async Task<IPage> ReadAs(string persona, string printed, string can)
    {
        var (page, desk) = (await SitDown(persona), reader);
        reader = persona;
        await Put(printed);
        reader = desk;
        await Hands.Fill(page.Locator("#can"), can);
        await Press(page.Locator("form[action='/verify/read'] button"));
        if (staging.Shows) await Pictures.Take(page, $"answer-{persona}", staging.Screen, staging.Language);
        return page;
    }

    /// <summary>Numbers of the new cards that wait to be handed over.</summary>
    public async Task<IReadOnlyList<string>> ToTake() =>
        await Desk.Locator("section.panel li .mono").AllInnerTextsAsync();

    public async Task TakeNewCards(IReadOnlyList<string> printed)
    {
        foreach (var card in printed)
        {
            await Put(card);
            await Next();
        }
    }

    /// <summary>The page with the receipt, which a resident may take home on paper.</summary>
    public async Task IsDone()
    {
        await Says(Desk, ".notice.ok h2", "act.done");
        if (!staging.Shows) return;
        await Desk.EmulateMediaAsync(new() { Media = Media.Print });
        await Pictures.Take(Desk, "receipt-print", staging.Screen, staging.Language);
        await Desk.EmulateMediaAsync(new() { Media = Media.Screen });
    }

    /// <summary>That place says this text in the language of the staging.</summary>
    public async Task Says(IPage page, string place, string key) =>
        await Assertions.Expect(page.Locator(place)).ToContainTextAsync(Text(key));

    public string Text(string key) => Ruby.Plain(PageTexts.Load().Raw(Language.Parse(staging.Language), key));

    public string Date(DateOnly date) => Ruby.Plain(DateForms.Long(date, Language.Parse(staging.Language)));

    /// <summary>The page is no wider than its window; where the story shows, a picture is taken and axe asked, once for
    /// each page and step.</summary>
    public async Task Look(IPage page)
    {
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"),
            $"{page.Url} is wider than {staging.Screen.Width} pixels.");
        if (!staging.Shows) return;
        var name = await NameOf(page);
        if (staging.Dark) name += "-dark";
        if (!seen.Add(name)) return;
        await Pictures.Take(page, name, staging.Screen, staging.Language);
        Assert.Empty(await Visit.AccessibilityViolations(page));
    }

    /// <summary>A page's name is its address without the act's own number, and the step that it asks for.</summary>
    private static async Task<string> NameOf(IPage page)
    {
        var path = new Uri(page.Url).AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Where(part => part.Length < 32);
        var step = await page.EvaluateAsync<string>("""
            () => [document.querySelector("section.panel form[action*='/acts/']")?.action.split('/').pop(),
                   document.querySelector('#refused .small')?.textContent,
                   document.querySelector('.notice.ok, .answer') && 'answer'].filter(Boolean).join('-')
            """);
        return string.Join('-', path.Prepend("story").Append(step).Where(part => part.Length > 0));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var visit in visits) await visit.DisposeAsync();
    }
}
