using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Musubi.Counter;
using Musubi.Office.Demo;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Tests.Office;

/// <summary>What goes wrong before a resident's eyes: the page says what happened and what to do, and nothing is half
/// done. What two tabs and a replayed form do is in <see cref="SeparateRouteTests"/>.</summary>
public sealed class BadInputTests(Browser browser, TroubledOffice trouble) : IClassFixture<TroubledOffice>
{
    private const string NewHome = "神田錦町1-1-1", NewPlace = "131016";

    [Fact]
    public async Task A_card_pulled_out_is_told_and_the_act_goes_on_where_it_stopped()
    {
        await using var story = Told();
        await story.SitDown("sato", "desk-1");
        await story.Find("ZD10000004WX");
        await story.Begin("move", Route.Separate);
        await story.Put("ZD10000004WX");
        await story.Hands.Fill(story.Desk.Locator("#number"), "ZD10000004WX");
        await trouble.PullAfter("desk-1", commands: 4);
        await story.Next();
        await Refused(story.Desk, RefusalCode.CardRemoved, "Put it back");
        await story.ShowBoth("ZD10000004WX", "N-DEMO-0004", "9753");
        await MoveTo(story, "9753");
        await story.Next();

        // The registers have changed; the card keeps its old content until it is written whole.
        await trouble.PullAfter("desk-1", commands: 5);
        await story.Next();
        await Refused(story.Desk, RefusalCode.CardRemoved, "Put it back");
        await Assertions.Expect(story.Desk.GetByText(story.Text("act.meanwhile"))).ToBeVisibleAsync();
        await story.Go(story.Desk, "counter");
        await Assertions.Expect(story.Desk.Locator("table.stacked:has-text('MUS-1006')")).ToBeVisibleAsync();
        await story.Press(story.Desk.Locator("tr:has-text('MUS-1006') a.button"));
        await story.Put("N-DEMO-0004");
        await story.Next();
        await story.IsDone();
    }

    [Fact]
    public async Task A_wrong_PIN_tells_the_tries_left_and_a_blocked_card_says_what_to_do()
    {
        await using var story = Told();
        await story.SitDown("suzuki", "desk-2");
        await story.Find("ZD10000002MJ");
        await story.Begin("renew", Route.Separate);
        await story.ShowResidence("ZD10000002MJ");
        await story.Put("N-DEMO-0002");
        foreach (var (code, words) in new[]
        {
            (RefusalCode.WrongPin, "2 "), (RefusalCode.WrongPin, "1 "), (RefusalCode.PinBlocked, "blocked"),
        })
        {
            await story.Type("0000");
            await story.Next();
            await Refused(story.Desk, code, words);
        }
        // Even the right one opens a blocked card no more, and the act stands where it stood.
        await story.Type("1357");
        await story.Next();
        await Refused(story.Desk, RefusalCode.PinBlocked, "blocked");
        await story.Press(story.Desk.Locator("form[action$='/drop'] button"));
        Assert.Equal(0, await story.Desk.Locator("#refused").CountAsync());
    }

    [Fact]
    public async Task A_register_that_does_not_answer_changes_nothing_until_it_does()
    {
        await using var story = Told();
        await story.SitDown("tanaka", "desk-3");
        await story.Find("ZD10000001LN");
        await story.Begin("move", Route.Separate);
        await story.ShowBoth("ZD10000001LN", "N-DEMO-0001", "2468");
        await MoveTo(story, "2468");
        var act = new Uri(story.Desk.Url).AbsolutePath[1..];
        using (trouble.Silence())
        {
            await story.Next();
            await Refused(story.Desk, RefusalCode.RegisterLate, "answer");
            await story.Find("ZD10000001LN");
            Assert.Equal(0, await story.Desk.Locator($".compare td:has-text('{NewHome}')").CountAsync());
        }
        await story.Go(story.Desk, act);
        await story.Next();
        await story.Put("N-DEMO-0001");
        await story.Next();
        await story.IsDone();
        Assert.Equal(2, await story.Desk.Locator($".compare td:has-text('{NewHome}')").CountAsync());
    }

    private Story Told() =>
        new(trouble.Office, browser, new Staging(Screen.Desktop, "en", new Pointer(touch: false), Shows: true));

    /// <summary>Up to the commit, and not it.</summary>
    private static async Task MoveTo(Story story, string pin)
    {
        await story.Hands.Select(story.Desk.Locator("#municipality"), NewPlace);
        await story.Hands.Fill(story.Desk.Locator("#address"), NewHome);
        await story.Next();
        await story.Next();
        await story.Agree(pin);
    }

    /// <summary>The page says the public code and what to do, and the keyboard stands on it.</summary>
    private static async Task Refused(IPage page, RefusalCode code, string words)
    {
        var notice = page.Locator("#refused");
        await Assertions.Expect(notice).ToContainTextAsync(new Refusal(code).PublicCode);
        await Assertions.Expect(notice).ToContainTextAsync(words);
        await Assertions.Expect(notice).ToBeFocusedAsync();
    }
}

/// <summary>An office whose cards are pulled out and whose number register falls silent, when a test says so.</summary>
public sealed class TroubledOffice : IAsyncDisposable
{
    private volatile TaskCompletionSource? silence;

    public TroubledOffice() => Office = new OpenOffice { Fit = Fit };

    public OpenOffice Office { get; }

    public async Task PullAfter(string reader, int commands)
    {
        var readers = (await Office.Services()).GetRequiredService<Readers>();
        readers.Find(reader)!.FailAfter(commands);
    }

    /// <summary>The number register answers no more until this is disposed.</summary>
    public IDisposable Silence()
    {
        silence = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new Ended(this);
    }

    public ValueTask DisposeAsync() => Office.DisposeAsync();

    private void Fit(WebApplicationBuilder builder) => builder.Services.AddSingleton(new PremisesSettings
    {
        Stores = new()
        {
            Failpoints = new()
            {
                OnReached = (point, store) => point is Failpoint.PrepareSent && store is StoreName.Number
                    && silence is { } waiting ? waiting.Task : Task.CompletedTask,
            },
        },
        Coordinator = new() { AnswerLimit = TimeSpan.FromSeconds(2) },
    });

    private sealed class Ended(TroubledOffice office) : IDisposable
    {
        public void Dispose()
        {
            var waiting = office.silence;
            office.silence = null;
            waiting?.SetResult();
        }
    }
}
