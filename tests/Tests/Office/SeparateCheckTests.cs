using Microsoft.Playwright;
using Musubi.Chip.Applications.Text;
using Musubi.Office.Texts;
using Musubi.Population;
using Musubi.Vocabulary;

namespace Musubi.Tests.Office;

/// <summary>Who keeps two cards is served like who keeps one: the same field takes the number printed on either card,
/// the answer holds the fields of the entry and no more, and says what this kind of card does not bear.</summary>
public sealed class SeparateCheckTests(Browser browser)
{
    private const string Residence = "ZD10000002MJ", Number = "N-DEMO-0002", Pin = "1357";

    /// <summary>None of these is a landlord's or an employer's business.</summary>
    private static readonly string[] nobodysBusiness =
        ["End of stay", "Period of stay", "Skilled", "Korea", "1988", "大久保", "100000000"];

    [Fact]
    public async Task A_landlord_and_an_employer_check_either_of_two_cards_and_a_replaced_one_is_real_but_not_valid()
    {
        await using var office = new OpenOffice();
        await using var story = new Story(office, browser,
            new Staging(Screen.Phone, "en", new Pointer(touch: true), Shows: true));
        await story.SitDown("suzuki", "desk-2");
        var numberB = NumberBOf("min-jun");

        var answer = await Check(story, "landlord-desk", Residence, Residence, "verify.valid");
        await Assertions.Expect(answer.Locator(".answer")).ToContainTextAsync("KIM MINJUN");
        Assert.True(await answer.Locator("img.photo").EvaluateAsync<bool>("image => image.naturalWidth > 100"));
        answer = await Check(story, "employer-desk", Residence, Residence, "verify.valid");
        await story.Says(answer, ".answer", "field.work-within");

        answer = await Check(story, "landlord-desk", Number, numberB, "verify.valid");
        await Assertions.Expect(answer.Locator("main")).ToContainTextAsync("Not on this kind of card: Photo.");
        answer = await Check(story, "employer-desk", Number, numberB, "verify.valid");
        await Assertions.Expect(answer.Locator("main")).ToContainTextAsync("Not on this kind of card: Photo, ");
        Assert.Equal(0, await answer.Locator("img.photo").CountAsync());

        answer = await Check(story, "landlord-desk", Number, Residence, "verify.cannot-say");
        await Says(answer, RefusalCode.NumberOfOtherCard);

        await Renew(story);
        answer = await Check(story, "landlord-desk", Residence, Residence, "verify.not-valid");
        await Says(answer, RefusalCode.CardReplaced);
        await Assertions.Expect(answer.Locator(".answer")).ToContainTextAsync(story.Text("verify.do-not-valid"));
        Assert.Equal(0, await answer.Locator(".answer dl, .answer img").CountAsync());
        await Check(story, "landlord-desk", Number, numberB, "verify.valid");
    }

    /// <summary>Reads the card at a place of the verifier's own, and looks at the answer.</summary>
    private static async Task<IPage> Check(
        Story story, string persona, string printed, string typed, string verdict)
    {
        var page = await story.ReadAs(persona, printed, typed);
        await story.Says(page, ".verdict", verdict);
        var bytes = await page.ContentAsync();
        Assert.All(nobodysBusiness, word => Assert.DoesNotContain(word, bytes, StringComparison.OrdinalIgnoreCase));
        await Pictures.Take(page, $"check-{persona}-{printed}-{verdict}", Screen.Phone, "en");
        Assert.Empty(await Visit.AccessibilityViolations(page));
        return page;
    }

    private static async Task Says(IPage page, RefusalCode code) =>
        await Assertions.Expect(page.Locator(".answer")).ToContainTextAsync(new Refusal(code).PublicCode);

    /// <summary>The old residence card ends when the new one is handed over; the My Number card goes on.</summary>
    private static async Task Renew(Story story)
    {
        await story.Find(Residence);
        await story.Begin("renew", Route.Separate);
        await story.ShowBoth(Residence, Number, Pin);
        await story.Choose("#period-P1Y");
        await story.Next();
        await story.Agree(Pin);
        await story.Next();
        await story.Type(Pin);
        await story.Next();
        await story.Next();
        await story.TakeNewCards(await story.ToTake());
        await story.IsDone();
    }

    /// <summary>As the card's face says it: birth date in the era, year of expiry, security code.</summary>
    private static string NumberBOf(string id)
    {
        var persona = Personas.Load(OpenOffice.JurisdictionFolder).Residents.Single(one => one.Id == id);
        var card = persona.ToResident(Jurisdiction.Load(OpenOffice.JurisdictionFolder),
            Story.Today).Number.Cards.Single();
        return NumberB.Of(persona.BirthDate.Compact, card.ExpiresOn.Year, persona.SecurityCode);
    }
}
