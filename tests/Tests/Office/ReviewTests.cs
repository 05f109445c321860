using Microsoft.Playwright;
using Musubi.Vocabulary;

namespace Musubi.Tests.Office;

/// <summary>Two records that differ in a name: two people beside the clerk look at them before the act goes
/// on.</summary>
public sealed class ReviewTests(Browser browser)
{
    private const string Residence = "ZD10000003MA", Number = "N-DEMO-0003", Pin = "8642";

    [Fact]
    public async Task A_merge_waits_for_two_people_and_neither_is_the_clerk_nor_the_same_twice()
    {
        await using var office = new OpenOffice();
        await using var story = new Story(office, browser,
            new Staging(Screen.Desktop, "en", new Pointer(touch: false), Shows: true, Dark: true));
        var clerk = await story.SitDown("sato", "desk-1");
        await BeginMerge(story);
        await Refused(clerk, RefusalCode.ReviewPending);

        await story.Press(clerk.Locator("a[href^='/counter/reviews/']"));
        var review = clerk.Url;
        await Find(story, clerk, "I know her");
        await Refused(clerk, RefusalCode.SecondPersonNeeded);

        var first = await story.SitDown("suzuki");
        await story.Press(first.Locator("a[href^='/counter/reviews/']"));
        await Find(story, first, "Same photograph and birth date");
        await story.Says(first, "main", "review.waiting-second");
        await Find(story, first, "Once more");
        await Refused(first, RefusalCode.SecondPersonNeeded);
        await GoesNoFurther(story, review);

        var second = await story.SitDown("tanaka");
        await story.Press(second.Locator("a[href^='/counter/reviews/']"));
        await Find(story, second, "The middle name is in the passport");
        Assert.Equal(0, await second.Locator("form[action^='/counter/reviews/']").CountAsync());
        Assert.Equal(2, await second.Locator(".summary dd:has-text('·')").CountAsync() - 1);

        await story.Next();
        await story.Agree(Pin);
        await story.Next();
        await story.Type("4321", "654321", "SECRET77");
        await story.Next();
        await story.TakeNewCards(await story.ToTake());
        await story.IsDone();
    }

    private static async Task BeginMerge(Story story)
    {
        await story.Find(Residence);
        await story.Begin("merge", Route.Merged);
        await story.ShowBoth(Residence, Number, Pin);
    }

    /// <summary>After one finding of two the act can be prepared, and no more.</summary>
    private static async Task GoesNoFurther(Story story, string review)
    {
        var act = new Uri(review).AbsolutePath.Replace("reviews", "acts", StringComparison.Ordinal);
        await story.Go(story.Desk, act[1..]);
        await story.Choose("#period-none");
        await story.Next();
        await Refused(story.Desk, RefusalCode.ReviewPending);
    }

    /// <summary>Somebody finds that the two are one person, and says why.</summary>
    private static async Task Find(Story story, IPage page, string reason)
    {
        await story.Hands.Pick(page.Locator("#same-yes"));
        await story.Hands.Fill(page.Locator("#reason"), reason);
        await story.Press(page.Locator("form[action^='/counter/reviews/'] button"));
    }

    private static async Task Refused(IPage page, RefusalCode code) =>
        await Assertions.Expect(page.Locator("#refused")).ToContainTextAsync(new Refusal(code).PublicCode);
}
