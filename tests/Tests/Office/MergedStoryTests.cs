using Microsoft.Playwright;

namespace Musubi.Tests.Office;

/// <summary>The story of one resident in the browser: two cards become one, are read by those who may, and become two
/// again.</summary>
public sealed class MergedStoryTests(Browser browser, OpenOffice office)
{
    /// <summary>Words about the stay that a landlord must never read. The page's bytes are searched, not its
    /// pixels.</summary>
    private static readonly string[] aboutTheStay =
    [
        "of residence", "of stay", "End of stay", "permission", "Engineer", "May work", "在留", "2030",
        "Viet Nam", "1996",
    ];

    [Fact]
    public async Task A_resident_merges_is_checked_and_unties_again()
    {
        var address = await office.Address();
        await using var visit = await office.SitDown(browser, "suzuki", Screen.Desktop);
        var seat = await Seat.Take(address, visit, "desk-2");
        await seat.Find("ZD10000001LN");
        await seat.Begin("merge", "Merged");
        await seat.Put("ZD10000001LN");
        await seat.Desk.FillAsync("#number", "ZD10000001LN");
        await seat.Go();
        await seat.Put("N-DEMO-0001");
        await seat.Type("2468");
        await seat.Go();
        await seat.Desk.CheckAsync("#period-P3Y");
        await seat.Go();
        await seat.Go();
        await Agree(seat, "2468");
        await seat.Go();
        await seat.Desk.ReloadAsync();
        await seat.Type("4321", "654321", "SECRET77");
        await seat.Go();
        var printed = await seat.Desk.Locator("li:has-text('Merged card') .mono").InnerTextAsync();
        await seat.Put(printed);
        var can = (await seat.Aside.Locator($"tr:has-text('{printed}') .small .mono").First.InnerTextAsync()).Trim();
        await seat.Go();
        await Assertions.Expect(seat.Desk.Locator(".notice.ok h2")).ToContainTextAsync("Done");

        await Check("landlord-desk", printed, can, "This card is real and valid", aboutTheStay);
        await Check("employer-desk", printed, can, "within the status only",
            ["of residence", "End of stay", "permission", "2030"]);
        await Check("immigration-officer", printed, can, "3 January 2030", []);
        await Untie(seat, printed);
        await Check("landlord-desk", printed, can, "This card is real but not valid", aboutTheStay);
        await ResidentSees();
    }

    private static async Task Agree(Seat seat, string pin)
    {
        await seat.Type(pin);
        await seat.Go();
        await seat.Desk.CheckAsync("#answer-yes");
        await seat.Desk.ClickAsync("button.main");
    }

    private static async Task Untie(Seat seat, string printed)
    {
        await seat.Find(printed);
        await seat.Begin("unmerge", "Separate");
        await seat.Put(printed);
        await seat.Type("4321");
        await seat.Go();
        await seat.Go();
        await Agree(seat, "4321");
        await seat.Go();
        await seat.Desk.ReloadAsync();
        await seat.Type("1111", "222222", "BACK2TWO");
        await seat.Go();
        var residence = await seat.Desk.Locator("li:has-text('Residence card') .mono").InnerTextAsync();
        await seat.Put(residence);
        await seat.Go();
        var number = await seat.Desk.Locator("li:has-text('My Number card') .mono").InnerTextAsync();
        await seat.Put(number);
        await seat.Go();
        await Assertions.Expect(seat.Desk.Locator(".notice.ok h2")).ToContainTextAsync("Done");
    }

    private async Task Check(string persona, string printed, string can, string expected, string[] never)
    {
        var address = await office.Address();
        await using var visit = await office.SitDown(browser, persona, Screen.Desktop);
        var seat = await Seat.Take(address, visit, persona);
        await seat.Put(printed);
        await seat.Desk.GotoAsync($"{address}verify");
        if (await seat.Desk.Locator("#can").CountAsync() == 0) await seat.Desk.ClickAsync("main button.main");
        await seat.Desk.FillAsync("#can", can);
        await seat.Desk.ClickAsync("main button.main");
        await Pictures.Take(seat.Desk, $"answer-{persona}", Screen.Desktop, "en");
        var bytes = await seat.Desk.ContentAsync();
        Assert.Contains(expected, bytes, StringComparison.Ordinal);
        Assert.All(never, word => Assert.DoesNotContain(word, bytes, StringComparison.OrdinalIgnoreCase));
        Assert.Empty(await visit.AccessibilityViolations());
    }

    private async Task ResidentSees()
    {
        var address = await office.Address();
        await using var visit = await office.SitDown(browser, "linh", Screen.Phone);
        var expected = new[] { ("readings", "Checking who rents a home"), ("acts", "given and signed with the card") };
        foreach (var (page, words) in expected)
        {
            await visit.Page.GotoAsync($"{address}resident/{page}");
            Assert.Contains(words, await visit.Page.ContentAsync(), StringComparison.Ordinal);
            Assert.Empty(await visit.AccessibilityViolations());
            await Pictures.Take(visit.Page, $"story-{page}", Screen.Phone, "en");
        }
    }
}
