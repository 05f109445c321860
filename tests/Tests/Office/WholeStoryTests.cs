using Microsoft.Playwright;
using Musubi.Chip.Pictures;
using Musubi.Office.Texts;
using Musubi.Population;
using Musubi.Vocabulary;

namespace Musubi.Tests.Office;

/// <summary>The story of one resident in a real browser: two cards become one, the one card is read by those who may,
/// renewed, taken along to a new address, and becomes two again. Each time in an office of its own.</summary>
public sealed class WholeStoryTests(Browser browser)
{
    private const string Residence = "ZD10000001LN", Number = "N-DEMO-0001", OldPin = "2468";
    private const string Pin = "4321", Six = "654321", Signature = "SECRET77";
    private const int Face = 101;
    private const string NewHome = "神田錦町1-1-1", NewPlace = "131016";

    /// <summary>The persona's stay ends so many days after the office opens; then come three years and five.</summary>
    private const int StayEndsInDays = 40;

    /// <summary>Words about the stay that a landlord must never read, and what else is none of their business. The
    /// page's bytes are searched, not its pixels.</summary>
    private static readonly string[] aboutTheStay =
        ["of residence", "of stay", "End of stay", "permission", "Engineer", "May work", "Viet Nam", "1996",
            "在留資格", "在留期", "許可", "技術", "ベトナム"];

    /// <summary>Everything that is hers and that nobody should find in a log or an address.</summary>
    private static readonly string[] hers =
        ["NGUYEN", "THI LINH", "グエン", "ティ リン", Residence, Number, "100000000013", "1996-04-12", "19960412",
            "960412", "12 April 1996", "1996年4月12日", "1996年（平成8年）4月12日", "高田馬場1-2-3-401",
            "高田馬場一丁目2番3-401号", NewHome, OldPin, "4821", "LINH2468", Pin, Six, Signature, "1111", "222222",
            "BACK2TWO"];

    [Fact]
    public Task The_whole_story_goes_by_keyboard_alone() =>
        Tell(new Staging(Screen.Desktop, "en", new Keys(), Shows: false));

    [Fact]
    public Task The_whole_story_goes_on_a_phone_in_Japanese() =>
        Tell(new Staging(Screen.Phone, "ja", new Pointer(touch: true), Shows: true));

    [Fact]
    public Task The_whole_story_goes_by_mouse_on_a_wide_screen_in_English() =>
        Tell(new Staging(Screen.Desktop, "en", new Pointer(touch: false), Shows: true));

    [Fact]
    public async Task A_name_in_an_address_would_be_found()
    {
        using var trail = new Trail();
        await using var office = new OpenOffice { Fit = trail.Follow };
        using var client = new HttpClient { BaseAddress = await office.Address() };
        await client.GetAsync("about?who=%E3%82%B0%E3%82%A8%E3%83%B3", TestContext.Current.CancellationToken);
        client.DefaultRequestHeaders.Referrer = new Uri(client.BaseAddress, $"find/{Number}");
        await client.GetAsync("about", TestContext.Current.CancellationToken);

        Assert.Contains(trail.With(["グエン"]), line => line.StartsWith("address:", StringComparison.Ordinal));
        Assert.Contains(trail.With(["グエン"]), line => line.StartsWith("Information:", StringComparison.Ordinal));
        Assert.NotEmpty(trail.With([Number]));
        Assert.Empty(trail.With(["NGUYEN"]));
    }

    private async Task Tell(Staging staging)
    {
        using var trail = new Trail();
        await using var office = new OpenOffice { Fit = trail.Follow };
        await using var story = new Story(office, browser, staging, trail);
        await story.SitDown("suzuki", "desk-2");
        var ends = Story.Today.AddDays(StayEndsInDays).AddYears(3);

        var (printed, can) = await Merge(story);
        await Check(story, "landlord-desk", printed, can, story.Text("verify.valid"),
            [.. aboutTheStay, Year(ends)]);
        await Check(story, "employer-desk", printed, can, story.Text("field.work-within"), [Year(ends)]);
        await Check(story, "immigration-officer", printed, can, story.Date(ends), []);
        await Renew(story, printed);
        await Check(story, "immigration-officer", printed, can, story.Date(ends.AddYears(5)), [story.Date(ends)]);
        await MoveHouse(story, printed);
        var two = await Untie(story, printed);
        await Check(story, "landlord-desk", printed, can, story.Text("verify.not-valid"), aboutTheStay);
        await SeesHerself(story);

        Assert.True(trail.Lines.Count > 1_000, "The log was not kept.");
        Assert.Empty(trail.With([.. hers, printed, can, .. two]));
    }

    private static string Year(DateOnly date) => date.ToString("yyyy", null);

    private static async Task<(string Printed, string Can)> Merge(Story story)
    {
        await story.Find(Residence);
        await story.Begin("merge", Route.Merged);
        await story.ShowBoth(Residence, Number, OldPin);
        await story.Choose("#period-P3Y");
        await story.Next();
        await story.Agree(OldPin);
        await story.Next();
        await story.Type(Pin, Six, Signature);
        await story.Next();
        var printed = Assert.Single(await story.ToTake());
        await story.TakeNewCards([printed]);
        await story.IsDone();
        var can = await story.Aside.Locator($"tr:has-text('{printed}') .small .mono").First.InnerTextAsync();
        return (printed, can.Trim());
    }

    private static async Task Renew(Story story, string printed)
    {
        await Begin(story, printed, "renew", Route.Merged);
        await story.Choose("#period-P5Y");
        await Rewrite(story);
    }

    private static async Task MoveHouse(Story story, string printed)
    {
        await Begin(story, printed, "move", Route.Merged);
        await story.Hands.Select(story.Desk.Locator("#municipality"), NewPlace);
        await story.Hands.Fill(story.Desk.Locator("#address"), NewHome);
        await story.Next();
        await Rewrite(story);
        // Both registers have the new address.
        await story.Find(printed);
        Assert.Equal(2, await story.Desk.Locator($"td:has-text('{NewHome}')").CountAsync());
    }

    private static async Task<IReadOnlyList<string>> Untie(Story story, string printed)
    {
        await Begin(story, printed, "unmerge", Route.Separate);
        await story.Next();
        await story.Agree(Pin);
        await story.Next();
        await story.Type("1111", "222222", "BACK2TWO");
        await story.Next();
        var two = await story.ToTake();
        Assert.Equal(2, two.Count);
        await story.TakeNewCards(two);
        await story.IsDone();
        return two;
    }

    private static async Task Begin(Story story, string printed, string act, Route route)
    {
        await story.Find(printed);
        await story.Begin(act, route);
        await story.Put(printed);
        await story.Type(Pin);
        await story.Next();
    }

    /// <summary>Checked, agreed, done, and written to the same card.</summary>
    private static async Task Rewrite(Story story)
    {
        await story.Next();
        await story.Agree(Pin);
        await story.Next();
        await story.Type(six: Six);
        await story.Next();
        await story.IsDone();
    }

    private static async Task Check(
        Story story, string persona, string printed, string can, string expected, string[] never)
    {
        var page = await story.ReadAs(persona, printed, can);
        var bytes = await page.ContentAsync();
        Assert.Contains(expected, bytes, StringComparison.Ordinal);
        Assert.All(never, word => Assert.DoesNotContain(word, bytes, StringComparison.OrdinalIgnoreCase));
        if (await page.Locator("img.photo").CountAsync() > 0)
        {
            var photo = await page.Locator("img.photo").GetAttributeAsync("src");
            var shown = await page.APIRequest.GetAsync(new Uri(new Uri(page.Url), photo).ToString());
            Assert.Equal(Photograph.ForScreens(Portrait.Photograph(Face)).Bytes, await shown.BodyAsync());
        }
        await story.Press(page.Locator("form[action='/verify/clear'] button"));
    }

    private static async Task SeesHerself(Story story)
    {
        var page = await story.SitDown("linh");
        // The face drawn on her page is the face in her chip.
        var drawn = await page.ContentAsync();
        Assert.All(Musubi.Population.Face.Of(Face).Shapes,
            shape => Assert.Contains($"d=\"{shape.Path}\"", drawn, StringComparison.Ordinal));
        foreach (var (path, expected) in new[]
        {
            ("readings", "readings.read"), ("acts", "act.consent-signed"), ("choice", "choice.now-separate"),
        })
        {
            await story.Press(page.Locator($"nav.tabs a[href='/resident/{path}']"));
            Assert.Contains(story.Text(expected), await page.ContentAsync(), StringComparison.Ordinal);
        }
    }
}
