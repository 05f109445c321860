using System.Globalization;

namespace Musubi.Tour.Stories;

/// <summary>The first story: two cards become one in a visit, the one card shows each verifier its own fields, and two
/// cards come back; beside it the same renewal with two separate cards.</summary>
internal static class OneVisit
{
    private const string Linh = "NGUYEN THI LINH";
    private const string LinhResidence = "ZD10000001LN";
    private const string LinhNumber = "N-DEMO-0001";
    private const string LinhPin = "2468";
    private const string MinJun = "KIM MINJUN";
    private const string MinJunResidence = "ZD10000002MJ";
    private const string MinJunNumber = "N-DEMO-0002";
    private const string MinJunPin = "1357";

    /// <summary>What she chooses for the merged card.</summary>
    private const string NewPin = "4321", NewSix = "654321", NewSignature = "SECRET77";

    private const string Merged = "Merged card";

    /// <summary>The year in which her new stay ends: at the start it has 40 days left, then come the three years that
    /// she chooses. Dates are Japan's.</summary>
    private static readonly string EndOfStay = TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(9))
        .AddDays(40).AddYears(3).ToString("yyyy", CultureInfo.InvariantCulture);

    /// <summary>Words and values about the stay that a landlord's page must not hold.</summary>
    private static readonly string[] AboutTheStay =
        ["period of stay", "status of residence", "permission", "engineer", "may work", "在留", EndOfStay, "Viet Nam",
            "1996"];

    public static async Task Tell(Product product, Teller teller)
    {
        using var desk = new DeskScreen(product, "sato", "desk-1");
        using var linh = new ResidentScreen(product, "linh");
        await desk.SitDown();
        await linh.SitDown();
        var (number, can) = await Merge(desk, teller);
        await OldCardsAreStopped(desk, teller, number);
        await WhoReadsWhat(product, teller, number, can);
        await NobodyElse(desk, product, teller, can);
        await WhoLooked(linh, teller);
        await RenewOnTheSameCard(desk, teller, number);
        await MoveHouse(desk, teller, number);
        await Untie(desk, teller, number);
        await MergedCardIsStopped(product, teller, number, can);
        await SeparateRoute(product, teller);
    }

    private static async Task<(string Number, string Can)> Merge(DeskScreen desk, Teller teller)
    {
        teller.Chapter($"{Linh} comes to extend her stay, and asks for the merged card.");
        teller.Step("The clerk finds her by the number on her residence card");
        await desk.Find(LinhResidence);
        teller.Says(desk.Now, Linh, "both registers' records stand side by side");
        await desk.Begin("merge", "Merged");

        teller.Step("Her residence card is read and proved by its signature");
        await desk.Lay(LinhResidence);
        await desk.Step("show", ("number", LinhResidence));
        teller.Check(!desk.IsRefused, "the issuer's signature is genuine", desk.Now.Words);

        teller.Step("Her My Number card is proved by PIN and a signature over a fresh challenge");
        await desk.Lay(LinhNumber);
        await desk.Type(four: "0000");
        await desk.Step("show");
        teller.Says(desk.Now, "2", "a wrong PIN is told with the tries that are left");
        await desk.Reload();
        await desk.Type(four: LinhPin);
        await desk.Step("show");
        teller.Check(desk.Asks("choose"), "the two cards are one person in both registers, by four attributes",
            desk.Now.Words);

        teller.Step("She chooses three years, checks the answers, and consents in Japanese on the turned screen");
        teller.Check(!desk.Now.Has("input[checked]"), "nothing is chosen beforehand");
        var chosen = desk.Now.Form("form[action$='/choose']").Fill("period", "P3Y");
        await desk.Send(chosen);
        await desk.Step("check");
        var screen = await desk.Agree("ja", LinhPin);
        teller.Check(!screen.Has("input[checked]"), "neither answer to the consent is chosen beforehand");
        teller.Says(screen, "同意", "the turned screen speaks her language");

        teller.Step("Both registers change together");
        await desk.Step("commit");
        await desk.Reload();
        teller.Check(desk.Asks("make"), "the act is committed and the card is ordered", desk.Now.Words);
        teller.Says(desk.Now, "What stays valid meanwhile", "her two old cards count until the new one is in her hand");
        await desk.Send(chosen);
        await desk.Reload();
        teller.Check(desk.Asks("make"), "a form sent a second time changes nothing", desk.Now.Words);

        teller.Step("She chooses her PINs at the pad; the card is made, read and handed over");
        await desk.Type(NewPin, NewSix, NewSignature);
        await desk.Step("make");
        var (number, can) = await desk.Newest(Merged, Linh);
        await desk.Lay(number);
        await desk.Step("show");
        teller.Check(desk.IsDone, "the merged card is in her hand, in the same visit", desk.Now.Words);
        return (number, can ?? throw new TourException("No access number is printed on the merged card."));
    }

    private static async Task OldCardsAreStopped(DeskScreen desk, Teller teller, string merged)
    {
        teller.Step("The two old cards have stopped being valid");
        await desk.Find(LinhResidence);
        teller.Says(desk.Now, $"{merged} · Merged", "both registers name the merged card as her valid one");
        teller.Check(
            !desk.Now.Words.Contains($"{LinhResidence} ·", StringComparison.Ordinal)
            && !desk.Now.Words.Contains($"{LinhNumber} ·", StringComparison.Ordinal),
            "and neither of the two old ones", desk.Now.Words);
        await desk.Begin("unmerge", "Separate");
        await desk.Lay(LinhNumber);
        await desk.Type(four: LinhPin);
        await desk.Step("show");
        teller.Check(desk.IsRefused, "a desk that is shown the old My Number card refuses it", desk.Now.Words);
        await desk.Step("drop");
    }

    private static async Task WhoReadsWhat(Product product, Teller teller, string number, string can)
    {
        teller.Chapter("The merged card is checked.");
        teller.Step("A landlord learns nothing about the stay");
        var landlord = await Read(product, "landlord-desk", number, can);
        teller.Says(landlord, "This card is real and valid", "the card is real and valid");
        teller.Says(landlord, Linh, "her name");
        var found = AboutTheStay.Where(word => landlord.Source.Contains(word,
            StringComparison.OrdinalIgnoreCase)).ToList();
        teller.Check(found.Count == 0,
            $"the bytes of the page hold none of: {string.Join(", ", AboutTheStay)}", string.Join(", ", found));

        teller.Step("An employer gets the work answer and nothing else");
        var employer = await Read(product, "employer-desk", number, can);
        teller.Says(employer, "within the status only", "she may work within her status");
        teller.Check(!employer.Source.Contains(EndOfStay, StringComparison.Ordinal), "not how long she may stay",
            employer.Words);

        teller.Step("An immigration officer reads the protected fields");
        var officer = await Read(product, "immigration-officer", number, can);
        teller.Says(officer, "3 years", "the period of stay");
        teller.Says(officer, EndOfStay, "its end");
        teller.Says(officer, "Engineer", "the status");
    }

    private static async Task NobodyElse(DeskScreen desk, Product product, Teller teller, string can)
    {
        teller.Step("Somebody has a reader, the card, the number printed on it and even the PIN, but no certificate");
        await desk.TakeOff();
        var file = Directory.EnumerateFiles(Path.Combine(product.Folder, "cards"), "*.card").Single();
        var given = await WithoutCertificate.GroupsGiven(file, NewSix, can);
        teller.Check(given.Count == 0, "the chip gives none of its data groups", string.Join(", ", given));
    }

    private static async Task WhoLooked(ResidentScreen linh, Teller teller)
    {
        teller.Step("At home she sees who looked, when, and at which fields");
        var page = await linh.Open("/resident/readings");
        teller.Says(page, "Checking who rents a home", "the landlord's reading, with its purpose");
        teller.Says(page, "Immigration Services Agency", "the immigration officer's reading");
    }

    private static async Task RenewOnTheSameCard(DeskScreen desk, Teller teller, string merged)
    {
        teller.Chapter("Later.");
        teller.Step("She renews: the protected fields of the same card are rewritten in the same visit");
        await BeginWithMergedCard(desk, "renew", "Merged", merged);
        await desk.Step("choose", ("period", "P5Y"));
        await desk.Step("check");
        await desk.Agree("en", NewPin);
        await desk.Step("commit");
        await desk.Reload();
        await desk.Type(four: NewPin, six: NewSix);
        await desk.Step("write");
        teller.Check(desk.IsDone, "no new card and no second counter", desk.Now.Words);
    }

    private static async Task MoveHouse(DeskScreen desk, Teller teller, string merged)
    {
        teller.Step("She moves house: both registers, the address on the chip, and a new signing certificate");
        await BeginWithMergedCard(desk, "move", "Merged", merged);
        await desk.Step("choose", ("municipality", "131016"), ("address", "神田錦町1-1-1"));
        await desk.Step("check");
        await desk.Agree("en", NewPin);
        await desk.Step("commit");
        await desk.Reload();
        await desk.Type(four: NewPin, six: NewSix);
        await desk.Step("write");
        teller.Check(desk.IsDone, "one visit for both addresses", desk.Now.Words);
    }

    private static async Task Untie(DeskScreen desk, Teller teller, string merged)
    {
        teller.Step("She unties again into two separate cards");
        await BeginWithMergedCard(desk, "unmerge", "Separate", merged);
        await desk.Step("check");
        await desk.Agree("en", NewPin);
        await desk.Step("commit");
        await desk.Reload();
        await desk.Type("1111", "222222", "BACK2TWO");
        await desk.Step("make");
        await TakeBoth(desk, Linh);
        teller.Check(desk.IsDone, "both cards are in her hand, in one visit", desk.Now.Words);
    }

    private static async Task MergedCardIsStopped(Product product, Teller teller, string number, string can)
    {
        teller.Step("The merged card has stopped being valid");
        var answer = await Read(product, "landlord-desk", number, can);
        teller.Says(answer, "This card is real but not valid", "a landlord reads: real but not valid");
    }

    private static async Task SeparateRoute(Product product, Teller teller)
    {
        teller.Chapter($"{MinJun} renews with two separate cards.");
        using var desk = new DeskScreen(product, "suzuki", "desk-2");
        await desk.SitDown();
        teller.Step("Both cards are read, he chooses and consents, and both registers change");
        await desk.Find(MinJunResidence);
        await desk.Begin("renew", "Separate");
        await desk.Lay(MinJunResidence);
        await desk.Step("show", ("number", MinJunResidence));
        await desk.Lay(MinJunNumber);
        await desk.Type(four: MinJunPin);
        await desk.Step("show");
        await desk.Step("choose", ("period", "P3Y"));
        await desk.Step("check");
        await desk.Agree("en", MinJunPin);
        await desk.Step("commit");
        await desk.Reload();

        teller.Step("His My Number card is extended at once, and the new residence card is made and handed over");
        await desk.Lay(MinJunNumber);
        await desk.Step("write");
        teller.Check(desk.Asks("make"), "the My Number card runs as long as the new stay", desk.Now.Words);
        await desk.Step("make");
        await TakeBoth(desk, MinJun);
        teller.Check(desk.IsDone, "one visit, as on the other route", desk.Now.Words);
    }

    private static async Task BeginWithMergedCard(DeskScreen desk, string kind, string route, string merged)
    {
        await desk.Find(merged);
        await desk.Begin(kind, route);
        await desk.Lay(merged);
        await desk.Type(four: NewPin);
        await desk.Step("show");
    }

    /// <summary>Reads each new card that waits to be handed over.</summary>
    private static async Task TakeBoth(DeskScreen desk, string holder)
    {
        foreach (var kind in (string[])["Residence card", "My Number card"])
        {
            if (!desk.Asks("show")) return;
            await desk.Lay((await desk.Newest(kind, holder)).Number);
            await desk.Step("show");
        }
    }

    private static async Task<Page> Read(Product product, string place, string printed, string can)
    {
        using var screen = new VerifierScreen(product, place, place);
        await screen.SitDown();
        await screen.Lay(printed);
        var answer = await screen.Read(can);
        await screen.TakeOff();
        return answer;
    }
}
