using System.Text.Json;
using Musubi.Chip.Pace;
using Musubi.Chip.VirtualCards;
using Musubi.Tests.Chip;
using Musubi.Tests.Chip.VirtualCards;

namespace Musubi.Tests.Clients;

/// <summary>AusweisApp takes our merged card for an eID card: it sees its PIN's tries and changes the PIN.</summary>
[Collection(PcscdCollection.Name)]
public sealed class AusweisAppTests(Pcscd pcscd) : IDisposable
{
    private const string NewPin = "654321";
    private const string WrongPin = "111111";
    private readonly DemoCards cards = new();

    public void Dispose() => cards.Dispose();

    [Fact]
    public async Task It_sees_the_card_with_three_tries_and_changes_the_PIN_through_PACE_and_secure_messaging()
    {
        await pcscd.Need(AusweisApp.Program);
        var card = Merged();
        await using (await pcscd.Plug(card))
        {
            await using var app = await AusweisApp.Start(pcscd.Environment);
            await app.Send(new { cmd = "SET_API_LEVEL", level = 2 });
            await SeesCardWithThreeTries(app);
            await app.Send(new { cmd = "RUN_CHANGE_PIN" });
            await EnterPin(app, MergedCardTests.Pin, tries: 3);
            await app.Await("ENTER_NEW_PIN");
            await app.Send(new { cmd = "SET_NEW_PIN", value = NewPin });
            var changed = await app.Await("CHANGE_PIN", message => message.TryGetProperty("success", out _));
            Assert.True(changed.GetProperty("success").GetBoolean());
        }
        Assert.IsType<PaceOutcome.Established>(await OpenWith(card, NewPin));
        Assert.Equal(
            new PaceOutcome.Refused(PaceRefusal.WrongPassword, 2), await OpenWith(card, MergedCardTests.Pin));
    }

    [Fact]
    public async Task It_resumes_a_suspended_PIN_with_the_CAN()
    {
        await pcscd.Need(AusweisApp.Program);
        var card = Merged();
        await OpenWith(card, WrongPin);
        await OpenWith(card, WrongPin);
        await using (await pcscd.Plug(card))
        {
            await using var app = await AusweisApp.Start(pcscd.Environment);
            await app.Send(new { cmd = "SET_API_LEVEL", level = 2 });
            await app.Send(new { cmd = "RUN_CHANGE_PIN" });
            var asked = await app.Await("ENTER_CAN");
            Assert.Equal(1, TriesOf(asked.GetProperty("reader")));
            await app.Send(new { cmd = "SET_CAN", value = MergedCardTests.Can });
            await EnterPin(app, MergedCardTests.Pin, tries: 1);
            await app.Await("ENTER_NEW_PIN");
            await app.Send(new { cmd = "SET_NEW_PIN", value = NewPin });
            var changed = await app.Await("CHANGE_PIN", message => message.TryGetProperty("success", out _));
            Assert.True(changed.GetProperty("success").GetBoolean());
        }
        Assert.Equal(3, await Pace.PinTriesLeft(DemoCards.Channel(card)));
        Assert.IsType<PaceOutcome.Established>(await OpenWith(card, NewPin));
    }

    private static async Task EnterPin(AusweisApp app, string pin, int tries)
    {
        var asked = await app.Await("ENTER_PIN");
        Assert.Equal(tries, TriesOf(asked.GetProperty("reader")));
        await app.Send(new { cmd = "SET_PIN", value = pin });
    }

    private static async Task SeesCardWithThreeTries(AusweisApp app)
    {
        var sees = false;
        while (!sees)
        {
            // It looks at its readers now and then; its own patience bounds this.
            await Task.Delay(TimeSpan.FromMilliseconds(100));
            await app.Send(new { cmd = "GET_READER_LIST" });
            var list = await app.Await("READER_LIST");
            sees = list.GetProperty("readers").EnumerateArray().Any(IsReady);
        }
    }

    private static bool IsReady(JsonElement reader) =>
        reader.GetProperty("name").GetString() == Pcscd.ReaderName(0) && TriesOf(reader) == 3;

    private static int? TriesOf(JsonElement reader) =>
        reader.TryGetProperty("card", out var card) && card.ValueKind == JsonValueKind.Object
        && card.TryGetProperty("retryCounter", out var tries)
            ? tries.GetInt32()
            : null;

    private VirtualCard Merged()
    {
        File.WriteAllBytes(cards.PathOf("merged.card"), MergedCardTests.MadeOnce.Value);
        return cards.Opened("merged.card");
    }

    private static async Task<PaceOutcome> OpenWith(VirtualCard card, string pin)
    {
        using var password = PacePassword.Pin(pin);
        return await Pace.Establish(DemoCards.Channel(card), password);
    }
}
