using Microsoft.Playwright;

namespace Musubi.Tests.Office;

/// <summary>The renewal with two separate cards, in one visit: by mouse, and on its way what goes wrong at a
/// desk.</summary>
public sealed class SeparateRouteTests(Browser browser, OpenOffice office)
{
    [Fact]
    public async Task A_resident_renews_with_two_separate_cards_in_one_visit()
    {
        var address = await office.Address();
        await using var visit = await office.SitDown(browser, "sato", Screen.Desktop, javaScript: false);
        var seat = await Seat.Take(address, visit, "desk-1");

        await seat.Find("ZD10000002MJ");
        await Pictures.Take(seat.Desk, "counter-person", Screen.Desktop, "en");
        await seat.Begin("renew", "Separate");

        // A card number that is not this card's: the card keeps its secrets and the act stands where it stood.
        await seat.Put("ZD10000002MJ");
        await seat.Desk.FillAsync("#number", "ZD10000003MA");
        await seat.Go();
        await Assertions.Expect(seat.Desk.Locator("#refused")).ToContainTextAsync("MUS-1004");
        await seat.Desk.GotoAsync(seat.Act.Replace("/show", "", StringComparison.Ordinal));
        await seat.Desk.FillAsync("#number", "ZD10000002MJ");
        await seat.Go();

        // No PIN typed, then a wrong one: two tries left are told, and the right one goes on.
        await seat.Put("N-DEMO-0002");
        await seat.Go();
        await Assertions.Expect(seat.Desk.Locator("#refused")).ToContainTextAsync("MUS-2009");
        await seat.Type("0000");
        await seat.Go();
        await Assertions.Expect(seat.Desk.Locator("#refused")).ToContainTextAsync("2");
        await Pictures.Take(seat.Desk, "act-wrong-pin", Screen.Desktop, "en");
        await seat.Type("1357");
        await seat.Go();

        Assert.Equal(0, await seat.Desk.Locator("input[type=radio]:checked").CountAsync());
        await Pictures.Take(seat.Desk, "act-choose", Screen.Desktop, "en");
        await seat.Desk.CheckAsync("#period-P1Y");
        await seat.Go();
        await Pictures.Take(seat.Desk, "act-check", Screen.Desktop, "en");
        await seat.Go();

        await seat.Go();
        await seat.Desk.ClickAsync("a[hreflang=ja] >> nth=-1");
        await Pictures.Take(seat.Desk, "consent", Screen.Desktop, "en");
        Assert.Equal(0, await seat.Desk.Locator("input[type=radio]:checked").CountAsync());
        await seat.Type("1357");
        await seat.Desk.CheckAsync("#answer-yes");
        await seat.Desk.ClickAsync("button.main");

        await seat.Go();
        await Assertions.Expect(seat.Desk.GetByText("What stays valid meanwhile")).ToBeVisibleAsync();
        await Pictures.Take(seat.Desk, "act-committed", Screen.Desktop, "en");

        // The My Number card is kept and extended; the residence card is made anew, read, and handed over.
        await seat.Type("1357");
        await seat.Go();
        await seat.Go();
        var printed = await seat.Desk.Locator("li:has-text('Residence card') .mono").InnerTextAsync();
        await seat.Put(printed);
        await seat.Go();
        await Assertions.Expect(seat.Desk.Locator(".notice.ok h2")).ToContainTextAsync("Done");
        await Pictures.Take(seat.Desk, "act-done", Screen.Desktop, "en");
    }

    [Fact]
    public async Task A_form_sent_twice_does_nothing_twice_and_of_two_tabs_one_goes_on()
    {
        var address = await office.Address();
        await using var visit = await office.SitDown(browser, "tanaka", Screen.Desktop);
        var seat = await Seat.Take(address, visit, "desk-3");
        await seat.Find("ZD10000004WX");
        await seat.Begin("report-loss", "Separate");
        var other = await seat.Desk.Context.NewPageAsync();
        await other.GotoAsync(seat.Act);

        var sent = await seat.Desk.EvaluateAsync<string>("""
            () => new URLSearchParams(new FormData(
                document.querySelector("form[action$='/choose']"))).toString() + '&lost=Residence'
            """);
        await seat.Desk.CheckAsync("#lost-Residence");
        await seat.Go();
        await other.CheckAsync("#lost-Number");
        await other.Locator("section.panel button.main").ClickAsync();
        await Assertions.Expect(other.Locator("#refused")).ToContainTextAsync("MUS-4007");

        var again = await seat.Desk.APIRequest.PostAsync($"{seat.Act}/choose", new APIRequestContextOptions
        {
            DataString = sent,
            Headers = [new("Content-Type", "application/x-www-form-urlencoded")],
        });
        Assert.Equal(200, again.Status);
        await seat.Desk.GotoAsync(seat.Act);
        await Assertions.Expect(seat.Desk.Locator("h2#step-title")).ToContainTextAsync("Check the answers");
        await seat.Desk.Locator("form[action$='/drop'] button").ClickAsync();
    }
}
