using System.Text.Json;
using Musubi.Chip.Applications.Text;
using Musubi.Chip.Readers.Pcsc;
using Musubi.Chip.VirtualCards;
using Musubi.Tests.Chip;
using Musubi.Tests.Chip.VirtualCards;
using Musubi.Tests.Clients;

namespace Musubi.Tests.Cli;

/// <summary><c>musubi card read</c>, <c>list</c> and <c>serve</c> as people start them.</summary>
[Collection(PcscdCollection.Name)]
public sealed class CardReadTests(Pcscd pcscd) : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "musubi");
    private readonly DemoCards cards = new();

    public void Dispose() => cards.Dispose();

    [Fact]
    public async Task A_residence_card_is_read_with_its_number_and_its_issuer_checked()
    {
        var file = Closed(cards.MakeResidence());
        DemoCards.Keys.Save(cards.PathOf("issuer"));
        var read = await Run("--file", file, "--number", DemoCards.ResidenceNumber,
            "--trust", cards.PathOf("issuer"), "--json");
        Assert.True(read.Code == 0, read.All);
        var card = JsonDocument.Parse(read.Output).RootElement;
        Assert.Equal("Residence card (05)", card.GetProperty("card").GetString());
        Assert.Equal("AA12345678BB", Value(card, "Card number"));
        Assert.Equal("2029-03-31", Value(card, "End of stay"));
        Assert.StartsWith("genuine", card.GetProperty("parts")[0].GetProperty("issuer").GetString());
    }

    [Fact]
    public async Task A_specified_card_is_read_with_its_two_numbers_and_one_issuer()
    {
        var file = Closed(cards.CopySpecified());
        DemoCards.Keys.Save(cards.PathOf("issuer"));
        var read = await Run("--file", file, "--number", DemoCards.ResidenceNumber, "--number", DemoCards.NumberB,
            "--trust", cards.PathOf("issuer"), "--json");
        Assert.True(read.Code == 0, read.All);
        var card = JsonDocument.Parse(read.Output).RootElement;
        Assert.Equal("Specified residence card (07)", card.GetProperty("card").GetString());
        Assert.Equal(
            ["Residence", "JPKI", "Text application", "Face application"],
            card.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("application").GetString()));
        Assert.Equal("2029-03-31", Value(card, "End of stay"));
        Assert.StartsWith("genuine", card.GetProperty("parts")[0].GetProperty("issuer").GetString());
        // The number of the one side opens nothing of the other, and number B is enough for the four attributes.
        Assert.Equal(DemoCards.Holder.Address, Value(card, "Address", part: 2));
        Assert.DoesNotContain(DemoCards.MyNumber, read.All);
    }

    [Theory]
    [InlineData("05", "Residence card (05)", 1)]
    [InlineData("06", "Special permanent resident certificate (06)", 1)]
    [InlineData("07", "Specified residence card (07)", 4)]
    [InlineData("08", "Specified special permanent resident certificate (08)", 4)]
    [InlineData("number", "My Number card", 3)]
    public async Task A_card_is_made_to_test_with_and_opens_with_what_was_printed(string kind, string name, int parts)
    {
        var (file, issuer) = (cards.PathOf("made.card"), cards.PathOf("issuer"));
        DemoCards.Keys.Save(issuer);
        string[] command = ["card", "make", kind, "--out", file, "--issuer", issuer, "--json"];
        var made = await Outside.Run(pcscd.Environment, Program, command);
        Assert.True(made.Code == 0, made.All);
        var opens = JsonDocument.Parse(made.Output).RootElement;
        string[] numbers = [.. ((string[])["cardNumber", "numberB"])
            .Select(one => opens.GetProperty(one).GetString()).OfType<string>()];
        var read = await Run(
            ["--file", file, "--trust", issuer, "--json", .. numbers.SelectMany(one => (string[])["--number", one])]);
        Assert.True(read.Code == 0, read.All);
        var card = JsonDocument.Parse(read.Output).RootElement;
        Assert.Equal(name, card.GetProperty("card").GetString());
        Assert.Equal(parts, card.GetProperty("parts").GetArrayLength());
        foreach (var part in card.GetProperty("parts").EnumerateArray())
        {
            if (part.GetProperty("issuer").GetString() is { } issuerSays)
                Assert.StartsWith("genuine", issuerSays, StringComparison.Ordinal);
        }
        Assert.Matches("image, (TIFF|PNG), [0-9]+ bytes", read.Output);

        var again = await Outside.Run(pcscd.Environment, Program, command);
        Assert.Equal(1, again.Code);
        Assert.Contains("is there already", again.Errors);
    }

    [Fact]
    public async Task Serving_a_card_needs_no_address()
    {
        var served = await Outside.Run(pcscd.Environment, Program, "card", "serve", cards.PathOf("none.card"));
        Assert.Equal(3, served.Code);
        Assert.Contains("it does not exist", served.Errors);
    }

    [Fact]
    public async Task A_specified_card_without_its_issuers_delivery_key_says_what_is_missing()
    {
        var read = await Run("--file", Closed(cards.CopySpecified()), "--number", DemoCards.ResidenceNumber);
        Assert.Equal(1, read.Code);
        Assert.Contains("the delivery key that its issuer publishes: name its folder with --trust", read.Output);
        Assert.Contains("Specified residence card (07) in specified.card", read.Output);
    }

    [Fact]
    public async Task Without_a_number_a_residence_card_names_what_would_open_it()
    {
        var read = await Run("--file", Closed(cards.MakeResidence()));
        Assert.True(read.Code == 0, read.All);
        Assert.Contains("(needs the card number printed on it: --number)", read.Output);
        Assert.DoesNotContain(DemoCards.ResidenceNumber, read.All);
    }

    [Fact]
    public async Task A_wrong_card_number_is_told_apart_from_no_card()
    {
        var read = await Run("--file", Closed(cards.MakeResidence()), "--number", "ZZ99999999ZZ");
        Assert.Equal(1, read.Code);
        Assert.Contains("wrong card number: it is not the one printed on this card", read.Output);
        var gone = await Run("--file", cards.PathOf("none.card"));
        Assert.Equal(3, gone.Code);
        Assert.Contains("it does not exist", gone.Errors);
    }

    [Fact]
    public async Task A_My_Number_card_without_its_PIN_costs_no_try_and_names_the_PIN()
    {
        var read = await Run("--file", Closed(cards.CopyMyNumber()), "--json");
        Assert.True(read.Code == 0, read.All);
        var card = JsonDocument.Parse(read.Output).RootElement;
        Assert.Equal(("3", "5"),
            (Value(card, "Tries left, authentication PIN"), Value(card, "Tries left, signing password")));
        Assert.Contains("needs the text application's PIN: --pin or --pin-fd", read.Output.Replace("\\u0027", "'"));
        Assert.DoesNotContain(DemoCards.MyNumber, read.All);
    }

    [Fact]
    public async Task The_PIN_comes_from_a_file_descriptor_and_is_nowhere_printed()
    {
        var file = Closed(cards.CopyMyNumber());
        var read = await Outside.Run(pcscd.Environment, DemoCards.TextPin + "\n", Program,
            ["card", "read", "--file", file, "--pin-fd", "0", "--json"]);
        Assert.True(read.Code == 0, read.All);
        var card = JsonDocument.Parse(read.Output).RootElement;
        Assert.Equal((DemoCards.MyNumber, "黒桐　幹也"), (Value(card, "My Number"), Value(card, "Name")));
        Assert.DoesNotContain(DemoCards.TextPin, read.Errors);
        Assert.DoesNotContain($"\"{DemoCards.TextPin}\"", read.Output);
    }

    [Fact]
    public async Task A_wrong_PIN_costs_one_try_and_says_how_many_are_left()
    {
        var file = Closed(cards.CopyMyNumber());
        var read = await Outside.Run(pcscd.Environment, "0000\n", Program,
            ["card", "read", "--file", file, "--pin-fd", "0"]);
        Assert.Equal(1, read.Code);
        Assert.Contains("wrong PIN or number; tries left: 2", read.Output);
        var again = await TextApplication.ReadMyNumber(
            DemoCards.Channel(cards.Opened("number.card")), "1111", DemoCards.Keys.TextRoot);
        Assert.Equal(1, again.Pin.TriesLeft);
    }

    [Fact]
    public async Task A_merged_card_is_read_with_its_CAN_and_names_entry_and_right_of_every_protected_field()
    {
        await File.WriteAllBytesAsync(cards.PathOf("merged.card"), MergedCardTests.MadeOnce.Value);
        var read = await Run("--file", cards.PathOf("merged.card"), "--number", MergedCardTests.Can);
        Assert.True(read.Code == 0, read.All);
        Assert.Contains("Merged card in merged.card", read.Output);
        Assert.Contains("Document number", read.Output);
        Assert.Matches(
            @"\(needs a terminal certificate with the right ""Read DG 21""; entries that have it: .*employer",
            read.Output);
    }

    [Fact]
    public async Task Rights_and_entries_are_said_in_Japanese_and_for_programs()
    {
        await File.WriteAllBytesAsync(cards.PathOf("merged.card"), MergedCardTests.MadeOnce.Value);
        var read = await Run("--file", cards.PathOf("merged.card"), "--language", "ja");
        Assert.True(read.Code == 0, read.All);
        Assert.Matches("権利「Read DG 21」のある端末証明書が必要。この権利のある登録：.*employer", read.Output);

        var json = await Run("--file", cards.PathOf("merged.card"), "--json");
        var work = JsonDocument.Parse(json.Output).RootElement.GetProperty("parts").EnumerateArray()
            .SelectMany(part => part.GetProperty("fields").EnumerateArray())
            .Where(field => field.TryGetProperty("rights", out var rights) && rights.ValueKind is JsonValueKind.Array)
            .SelectMany(field => field.GetProperty("rights").EnumerateArray())
            .Single(right => right.GetProperty("words").GetString() == "Read DG 21");
        Assert.Equal(
            ["employer", "immigration"], work.GetProperty("holders").EnumerateArray().Select(one => one.GetString()));
    }

    [Fact]
    public async Task A_wrong_CAN_is_said_to_be_the_CAN()
    {
        await File.WriteAllBytesAsync(cards.PathOf("merged.card"), MergedCardTests.MadeOnce.Value);
        var read = await Run("--file", cards.PathOf("merged.card"), "--number", "000000");
        Assert.Equal(1, read.Code);
        Assert.Contains("wrong CAN: it is not the one printed on this card", read.Output);
    }

    [Fact]
    public async Task A_served_card_is_listed_and_read_like_any_other()
    {
        await pcscd.Need();
        var file = Closed(cards.MakeResidence());
        using var serve = Outside.Start(
            pcscd.Environment, Program, "card", "serve", file, "--vpcd", pcscd.Slot(0).ToString());
        await Pcscd.Until(0, PcscSlot.Card);
        var listed = await Outside.Run(pcscd.Environment, Program, "card", "list");
        Assert.Equal("Musubi 00 00: card, answer to reset 3b8880010000000000817100f9\nMusubi 00 01: no card\n",
            listed.Output);
        // One card in two readers: nothing has to be chosen.
        var read = await Run("--number", DemoCards.ResidenceNumber);
        Assert.True(read.Code == 0, read.All);
        Assert.Contains("Residence card (05) in Musubi 00 00", read.Output);
        serve.Kill();
        await serve.WaitForExitAsync();
        await Pcscd.Until(0, PcscSlot.Empty);
        var empty = await Run();
        Assert.Equal(1, empty.Code);
        Assert.Contains("There is no card in any of the 2 readers.", empty.Errors);
    }

    [Fact]
    public async Task Wrong_usage_is_said_before_the_card_is_asked()
    {
        Assert.Equal(2, (await Run("--file", "a", "--reader", "b")).Code);
        var file = Closed(cards.CopyMyNumber());
        var read = await Outside.Run(pcscd.Environment, "123\n", Program,
            ["card", "read", "--file", file, "--pin-fd", "0"]);
        Assert.Equal((2, "musubi: The PIN has four digits. The card was not asked.\n"), (read.Code, read.Errors));
    }

    private Task<Ended> Run(params string[] arguments) =>
        Outside.Run(pcscd.Environment, Program, ["card", "read", .. arguments]);

    /// <summary>A card file belongs to one process at a time.</summary>
    private static string Closed(VirtualCard card)
    {
        card.Dispose();
        return card.Path;
    }

    private static string Value(JsonElement card, string name, int part = 0) =>
        card.GetProperty("parts").EnumerateArray().Skip(part)
            .SelectMany(part => part.GetProperty("fields").EnumerateArray())
            .First(field => field.GetProperty("name").GetString() == name)
            .GetProperty("value").GetString()!;
}
