using Microsoft.Playwright;
using Musubi.Vocabulary;

namespace Musubi.Tests.Office;

/// <summary>Where the keyboard stands when a page opens, and where Tab leads from there.</summary>
public sealed class KeyboardTests(Browser browser, OpenOffice office)
{
    [Theory]
    [InlineData("")]
    [InlineData("about")]
    [InlineData("demo/cards")]
    public async Task The_first_Tab_leads_past_the_shell(string path)
    {
        await using var visit = await browser.Open(Screen.Desktop, "en");
        await visit.Page.GotoAsync($"{await office.Address()}{path}");
        Assert.Equal(1, await Keys.Reach(visit.Page.Locator(".skip")));
        await visit.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visit.Page.Locator("main")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Tab");
        Assert.True(await visit.Page.EvaluateAsync<bool>(
            "() => document.querySelector('main').compareDocumentPosition(document.activeElement) > 0"));
    }

    [Fact]
    public async Task The_desk_begins_at_the_number_and_an_error_takes_the_keyboard_to_its_sentence()
    {
        await using var story = new Story(office, browser, new Staging(Screen.Desktop, "en", new Keys(), Shows: false));
        var desk = await story.SitDown("tanaka");
        await Assertions.Expect(desk.Locator("#number")).ToBeFocusedAsync();
        foreach (var next in new[] { "#name", "#birth", "form[action='/counter/find'] button" })
            Assert.Equal(1, await Keys.Reach(desk.Locator(next)));

        await desk.Keyboard.PressAsync("Shift+Tab");
        await desk.Keyboard.TypeAsync("not a date");
        await story.Press(desk.Locator("form[action='/counter/find'] button"));
        await Assertions.Expect(desk.Locator("#refused")).ToBeFocusedAsync();
        Assert.Equal(1, await Keys.Reach(desk.Locator("#number")));
    }

    [Fact]
    public async Task A_PIN_of_the_wrong_length_leads_back_to_its_field()
    {
        await using var story = new Story(office, browser, new Staging(Screen.Desktop, "en", new Keys(), Shows: false));
        await using var visit = await browser.Open(Screen.Desktop, "en");
        var pad = visit.Page;
        await pad.GotoAsync($"{await office.Address()}demo/pinpad/keyboard-1");
        await Assertions.Expect(pad.Locator("#four")).ToBeFocusedAsync();
        await story.Hands.Fill(pad.Locator("#four"), "12");
        await story.Hands.Press(pad.Locator("main form button"));
        await Assertions.Expect(pad.Locator("[role=alert]")).ToBeFocusedAsync();
        Assert.Equal(1, await Keys.Reach(pad.Locator("[role=alert] a")));
        await pad.Keyboard.PressAsync("Enter");
        await Assertions.Expect(pad.Locator("#four")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_step_begins_at_its_title_one_Tab_before_its_first_field()
    {
        await using var own = new OpenOffice();
        await using var story = new Story(own, browser, new Staging(Screen.Desktop, "en", new Keys(), Shows: false));
        var desk = await story.SitDown("tanaka", "desk-3");
        await story.Find("ZD10000004WX");
        await Assertions.Expect(desk.Locator("#person-title")).ToBeFocusedAsync();
        Assert.Equal(1, await Keys.Reach(desk.Locator(".acts button").First));
        await story.Begin("move", Route.Separate);
        await Assertions.Expect(desk.Locator("#step-title")).ToBeFocusedAsync();
        Assert.Equal(1, await Keys.Reach(desk.Locator("#number")));
        await story.Next();
        await Assertions.Expect(desk.Locator("#refused")).ToBeFocusedAsync();
    }
}
