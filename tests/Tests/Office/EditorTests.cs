using System.Text.Json;

namespace Musubi.Tests.Office;

/// <summary>The next version of the list, by two people in their browsers, to what everybody can
/// download.</summary>
public sealed class EditorTests(Browser browser)
{
    [Fact]
    public async Task A_draft_goes_from_its_author_over_a_second_person_to_everybody()
    {
        await using var office = new OpenOffice();
        await using var mori = await office.SitDown(browser, "mori", Screen.Desktop);
        await mori.Page.ClickAsync("button:has-text('Begin a draft')");
        var draft = mori.Page.Url;
        await mori.Page.ClickAsync("a:has-text('Aoba Clinic')");
        await Pictures.Take(mori.Page, "editor-entry", Screen.Desktop, "en");
        Assert.Empty(await mori.AccessibilityViolations());

        // What is not right is said where it is, and nothing typed is lost.
        await mori.Page.FillAsync("#purpose-en", "");
        await mori.Page.ClickAsync("button:has-text('Save into the draft')");
        Assert.Contains("Fill in: Purpose (in English)", await Text(mori), StringComparison.Ordinal);
        await mori.Page.FillAsync("#purpose-en", "Identifying a patient");
        await mori.Page.CheckAsync("#field-address-not");
        await mori.Page.ClickAsync("button:has-text('Save into the draft')");
        Assert.Contains("Aoba Clinic (invented) lost: Address.", await Text(mori), StringComparison.Ordinal);
        Assert.Contains("Nobody may read more than before.", await Text(mori), StringComparison.Ordinal);
        await Pictures.Take(mori.Page, "editor-draft", Screen.Desktop, "en");
        Assert.Empty(await mori.AccessibilityViolations());
        await mori.Page.ClickAsync("button:has-text('Submit to a second person')");
        Assert.Equal(0, await mori.Page.Locator("button:has-text('Approve')").CountAsync());

        await using var abe = await office.SitDown(browser, "abe", Screen.Phone);
        await abe.Page.GotoAsync(draft);
        await abe.Page.ClickAsync("button:has-text('Approve')");
        Assert.Contains("MUS-6001", await Text(abe), StringComparison.Ordinal);
        await abe.Page.FillAsync("#comment", "The address is not needed to identify a patient.");
        await abe.Page.ClickAsync("button:has-text('Approve')");
        await Pictures.Take(abe.Page, "editor-approved", Screen.Phone, "en");
        await abe.Page.ClickAsync("button:has-text('Publish')");
        Assert.EndsWith("/public/access-list/2", abe.Page.Url, StringComparison.Ordinal);
        Assert.Contains("not yet in the log", await Text(abe), StringComparison.Ordinal);
        await Pictures.Take(abe.Page, "access-list-published", Screen.Phone, "en");
        Assert.Empty(await abe.AccessibilityViolations());

        using var anybody = new HttpClient { BaseAddress = await office.Address() };
        var list = JsonDocument.Parse(await anybody.GetStringAsync("/api/access-list", Cancel)).RootElement;
        Assert.Equal(2, list.GetProperty("version").GetInt32());
        Assert.Equal(await anybody.GetStringAsync("/api/access-list/2", Cancel),
            await anybody.GetStringAsync("/api/access-list", Cancel));
        Assert.Equal(3, (await anybody.GetStringAsync("/api/access-list/1.jws", Cancel)).Split('.').Length);
        Assert.Equal(2, JsonDocument.Parse(await anybody.GetStringAsync("/api/access-list/versions", Cancel))
            .RootElement.GetArrayLength());
        Assert.StartsWith("BEGIN:VCALENDAR",
            await anybody.GetStringAsync("/api/access-list/2/calendar.ics", Cancel), StringComparison.Ordinal);

        // Withdrawn at once, and readable for ever.
        await mori.Page.GotoAsync($"{await office.Address()}editor");
        await mori.Page.SelectOptionAsync("#entry", "landlord");
        await mori.Page.FillAsync("#reason", "The company has closed.");
        await mori.Page.ClickAsync("button:has-text('Withdraw')");
        Assert.Contains("was withdrawn on", await Text(mori), StringComparison.Ordinal);
        await mori.Page.GotoAsync($"{await office.Address()}public/access-list");
        await Pictures.Take(mori.Page, "access-list-later", Screen.Desktop, "en");
        Assert.Empty(await mori.AccessibilityViolations());
        Assert.Contains("Minato Estate", await Text(mori), StringComparison.Ordinal);
        await mori.Page.SelectOptionAsync("#from", "1");
        await mori.Page.SelectOptionAsync("#to", "3");
        await mori.Page.ClickAsync("button:has-text('Compare')");
        Assert.Contains("Aoba Clinic (invented) lost: Address.", await Text(mori), StringComparison.Ordinal);
    }

    private static Task<string> Text(Visit visit) => visit.Page.Locator("main").InnerTextAsync();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
