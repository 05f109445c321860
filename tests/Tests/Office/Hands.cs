using Microsoft.Playwright;

namespace Musubi.Tests.Office;

/// <summary>How a person works a page. The story is told once, with one of these.</summary>
internal abstract class Hands
{
    /// <summary>Presses a button or a link and waits until the next page stands.</summary>
    public async Task Press(ILocator control)
    {
        var page = control.Page;
        // A new page has no such mark: so the wait is for it, and not for the old one.
        await page.EvaluateAsync("() => { document.documentElement.dataset.old = 'yes'; }");
        await Use(control);
        await page.Locator("html:not([data-old])").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.WaitForLoadStateAsync();
    }

    public abstract Task Fill(ILocator field, string text);

    /// <summary>Chooses one of several equal choices.</summary>
    public abstract Task Pick(ILocator radio);

    public abstract Task Select(ILocator list, string value);

    protected abstract Task Use(ILocator control);

    /// <summary>A keyboard gives letters; what it has no keys for comes from an input method.</summary>
    protected static Task Type(IPage page, string text) => text.All(char.IsAscii)
        ? page.Keyboard.TypeAsync(text)
        : page.Keyboard.InsertTextAsync(text);
}

/// <summary>A mouse on a desk, or a finger on a phone; letters come from a keyboard.</summary>
internal sealed class Pointer(bool touch) : Hands
{
    protected override Task Use(ILocator control) => touch ? control.TapAsync() : control.ClickAsync();

    public override async Task Fill(ILocator field, string text)
    {
        await Use(field);
        await Type(field.Page, text);
    }

    public override Task Pick(ILocator radio) => Use(radio);

    /// <summary>The opened list belongs to the system and not to the page: it is asked for its value.</summary>
    public override async Task Select(ILocator list, string value) => await list.SelectOptionAsync(value);
}

/// <summary>Tab, Enter, Space, arrows, letters and the access keys that are printed on the buttons: nothing else.
/// On its way it looks at every place that has the focus.</summary>
internal sealed class Keys : Hands
{
    /// <summary>The longest page has fewer places to stop at.</summary>
    private const int MostTabs = 60;

    private const int MostArrows = 60;

    private const string HasFocus = "element => element === document.activeElement";

    private const string Reached = "reached";

    /// <summary>What is wrong with the place that has the focus, or whether it is the one that is looked
    /// for.</summary>
    private const string FaultOfFocus = """
        element => {
            const here = document.activeElement, style = getComputedStyle(here), box = here.getBoundingClientRect();
            const name = here.tagName + '#' + here.id + '.' + here.className;
            if (here === document.body) return '';
            if (here.tabIndex > 0) return name + ' jumps out of the order of the page';
            if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) return name + ' has no ring';
            if (box.bottom < 0 || box.top > innerHeight) return name + ' is out of sight';
            return here === element ? 'reached' : '';
        }
        """;

    /// <summary>An access key where one is printed on the button, else Tab and Enter.</summary>
    protected override async Task Use(ILocator control)
    {
        if (await control.GetAttributeAsync("accesskey") is { } key)
        {
            Assert.Contains($"Alt+{key.ToUpperInvariant()}", await control.InnerTextAsync(), StringComparison.Ordinal);
            await PressWithAlt(control.Page, key);
            return;
        }
        await Reach(control);
        await control.Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>The driver's own keyboard sends no letter while Alt is down, and by the letter the browser finds an
    /// access key: so the keys are sent as a real keyboard sends them.</summary>
    private static async Task PressWithAlt(IPage page, string key)
    {
        const int alt = 1;
        var browser = await page.Context.NewCDPSessionAsync(page);
        foreach (var type in new[] { "rawKeyDown", "char", "keyUp" })
            await browser.SendAsync("Input.dispatchKeyEvent", new Dictionary<string, object>
            {
                ["type"] = type,
                ["modifiers"] = alt,
                ["key"] = key,
                ["text"] = type == "char" ? key : "",
                ["unmodifiedText"] = key,
                ["windowsVirtualKeyCode"] = (int)char.ToUpperInvariant(key[0]),
            });
        await browser.DetachAsync();
    }

    public override async Task Fill(ILocator field, string text)
    {
        await Reach(field);
        await Type(field.Page, text);
    }

    /// <summary>One Tab stops at the whole group; arrows choose inside it.</summary>
    public override async Task Pick(ILocator radio)
    {
        var name = await radio.GetAttributeAsync("name");
        var group = radio.Page.Locator($"input[name='{name}']");
        await Reach(group.First);
        if (await radio.EvaluateAsync<bool>(HasFocus)) await radio.Page.Keyboard.PressAsync("Space");
        for (var arrows = 0; !await radio.EvaluateAsync<bool>(HasFocus); arrows++)
        {
            Assert.InRange(arrows, 0, MostArrows);
            await radio.Page.Keyboard.PressAsync("ArrowDown");
        }
        await Assertions.Expect(radio).ToBeCheckedAsync();
    }

    /// <summary>The first letters of an option lead to it.</summary>
    public override async Task Select(ILocator list, string value)
    {
        await Reach(list);
        var option = await list.Locator($"option[value='{value}']").TextContentAsync() ?? "";
        await list.Page.Keyboard.TypeAsync(option.Trim());
        await Assertions.Expect(list).ToHaveValueAsync(value);
    }

    /// <summary>Tabs forward until the control has the focus.</summary>
    public static async Task<int> Reach(ILocator control)
    {
        var page = control.Page;
        for (var tabs = 0; ; tabs++)
        {
            var found = await control.EvaluateAsync<string>(FaultOfFocus);
            if (found == Reached) return tabs;
            Assert.Equal("", found);
            Assert.True(tabs < MostTabs, $"{control} is not reached by Tab on {page.Url}.");
            await page.Keyboard.PressAsync("Tab");
        }
    }
}
