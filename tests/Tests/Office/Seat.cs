using Microsoft.Playwright;

namespace Musubi.Tests.Office;

/// <summary>A desk in a real browser, with its card tray and PIN pad in windows beside it.</summary>
/// <param name="Office">The office's address.</param>
/// <param name="Desk">The clerk's window.</param>
/// <param name="Aside">The window of tray and pad.</param>
/// <param name="Reader">The reader's name.</param>
internal sealed record Seat(Uri Office, IPage Desk, IPage Aside, string Reader)
{
    public static async Task<Seat> Take(Uri office, Visit visit, string reader) =>
        new(office, visit.Page, await visit.Page.Context.NewPageAsync(), reader);

    /// <summary>Lays the card with this number or serial on the reader.</summary>
    public async Task Put(string printed)
    {
        await Aside.GotoAsync($"{Office}demo/cards?reader={Reader}");
        await Aside.Locator($"tr:has-text('{printed}') button").First.ClickAsync();
        await Aside.GetByText(printed).First.WaitForAsync();
    }

    public async Task Type(string four, string six = "", string signature = "")
    {
        await Aside.GotoAsync($"{Office}demo/pinpad/{Reader}");
        await Aside.FillAsync("#four", four);
        if (six.Length > 0) await Aside.FillAsync("#six", six);
        if (signature.Length > 0) await Aside.FillAsync("#signature", signature);
        await Aside.ClickAsync("button.main");
    }

    public async Task Find(string number)
    {
        await Desk.GotoAsync($"{Office}counter");
        await Desk.FillAsync("#number", number);
        await Desk.ClickAsync("button.main");
    }

    public async Task Begin(string act, string route)
    {
        await Desk.Locator($"form:has(input[value='{act}']):has(input[value='{route}']) button").ClickAsync();
        await Desk.WaitForURLAsync("**/counter/acts/*");
    }

    public Task Go() => Desk.Locator("section.panel button.main, section.panel a.button.main").First.ClickAsync();

    /// <summary>The address of the act in this window.</summary>
    public string Act => Desk.Url.Split('?')[0];
}
