using System.Text.Json;
using Musubi.Chip;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.Applications.Text;
using Musubi.Chip.Personalisation;
using Musubi.Chip.Readers.InProcess;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;
using Musubi.Tests.Vocabulary;

namespace Musubi.Tests.Chip.Text;

public sealed class TextTests : IDisposable
{
    private const string SelectText = "00a4040c0a d3921000310001010408";
    private const string PresentPin = "0020009104 35363738";
    private const string PresentA = "002000940c 313233343536373839303138";
    private const string PresentB = "002000950e 3535303231373230333532323835";

    private static readonly TextAttributes Made = new("黒桐　幹也", "東京都清瀬市観布子南１２－７－２０２", "19800217", "1");
    private static readonly TextAttributes Moved = Made with { Address = "大阪府大阪市北区梅田１－１" };
    private readonly DemoCards cards = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => cards.Dispose();

    [Fact]
    public void The_attributes_file_is_the_published_one_byte_for_byte()
    {
        var published = Published("attributes-file");
        var attributes = new TextAttributes(Say("name"), Say("address"), Say("birthDate"), Say("sex"));
        Assert.Equal(Made, attributes);
        Assert.Equal(Say("file"), Convert.ToHexStringLower(TextContent.AttributesFile(attributes)));
        Assert.Equal(attributes, TextContent.AttributesOf(Wire.Hex(Say("file"))));

        string Say(string name) => published.GetProperty(name).GetString()!;
    }

    [Fact]
    public void Number_B_is_the_published_one()
    {
        var published = Published("number-b");
        Assert.Equal(
            published.GetProperty("numberB").GetString(),
            NumberB.Of(published.GetProperty("birthDate").GetString()!, published.GetProperty("expiryYear").GetInt32(),
                published.GetProperty("securityCode").GetString()!));
    }

    [Theory]
    [InlineData("20190430", "310430")]
    [InlineData("20190501", "010501")]
    [InlineData("19890107", "640107")]
    [InlineData("19890108", "010108")]
    [InlineData("19261224", "151224")]
    [InlineData("19261225", "011225")]
    [InlineData("19900500", "020500")]
    public void Number_B_counts_years_by_era(string birthDate, string head) =>
        Assert.Equal(head + "20350000", NumberB.Of(birthDate, 2035, "0000"));

    [Fact]
    public void My_Number_stands_in_seventeen_bytes()
    {
        var published = Published("my-number-file");
        Assert.Equal(DemoCards.MyNumber, published.GetProperty("myNumber").GetString());
        var card = cards.CopyMyNumber();
        card.Send(SelectText);
        card.Send(PresentPin);
        Assert.Equal(published.GetProperty("file").GetString() + "9000", card.Send("00b0810000"));
    }

    [Theory]
    [InlineData("", false, false, false)]
    [InlineData(PresentPin, true, true, true)]
    [InlineData(PresentA, true, false, true)]
    [InlineData(PresentB, false, true, true)]
    public void Each_reference_opens_its_files_only(string present, bool number, bool attributes, bool integrity)
    {
        var card = cards.CopyMyNumber();
        card.Send(SelectText);
        if (present.Length > 0) Assert.Equal("9000", card.Send(present));
        Assert.Equal(number, Opens(card, "00b0810000"));
        Assert.Equal(attributes, Opens(card, "00b0820000"));
        Assert.Equal(integrity, Opens(card, "00b0830000"));
        Assert.Equal(integrity, Opens(card, "00b0860000"));
        Assert.Equal(integrity, Opens(card, "00b0870000"));
        Assert.True(Opens(card, "00b0840000"));
        Assert.True(Opens(card, "00b0850000"));
    }

    [Theory]
    [InlineData("91", "63c3")]
    [InlineData("92", "63c0")]
    [InlineData("94", "63ca")]
    [InlineData("95", "63ca")]
    public void An_empty_VERIFY_tells_the_tries(string reference, string expected)
    {
        var card = cards.CopyMyNumber();
        card.Send(SelectText);
        Assert.Equal(expected, card.Send("002000" + reference));
    }

    [Theory]
    [InlineData("0020009204 31323334", "6984")]
    [InlineData("002401940c 313233343536373839303138", "6984")]
    [InlineData("0024019104 31323334", "6982")]
    [InlineData("00a4020c02 0008", "6a82")]
    [InlineData("00b0880000", "6a82")]
    [InlineData("00b0910000", "6981")]
    [InlineData("00b0930000", "6981")]
    [InlineData("0020009304 31323334", "6981")]
    [InlineData("80ae000000", "6982")]
    [InlineData("80ae0001", "6a86")]
    [InlineData("802a0080 20 0000000000000000000000000000000000000000000000000000000000000000 00", "6a86")]
    [InlineData("08b0810005 9603000000 00", "69fc")]
    [InlineData("0084000008", "6d00")]
    public void What_is_wrong_gets_its_status_word(string command, string expected)
    {
        var card = cards.CopyMyNumber();
        card.Send(SelectText);
        card.Send(PresentA);
        Assert.Equal(expected, card.Send(command));
    }

    [Fact]
    public async Task My_Number_and_attributes_are_read_and_vouched_for()
    {
        var channel = DemoCards.Channel(cards.CopyMyNumber());
        var number = await TextApplication.ReadMyNumber(channel, DemoCards.TextPin, DemoCards.Keys.TextRoot, Cancel);
        Assert.Equal((true, DemoCards.MyNumber), (number.IsGenuine, number.Content.Value));
        var attributes =
            await TextApplication.ReadAttributes(channel, DemoCards.TextPin, DemoCards.Keys.TextRoot, Cancel);
        Assert.Equal((true, Made), (attributes.IsGenuine, attributes.Content.Value));
    }

    [Fact]
    public async Task Numbers_A_and_B_read_their_own_file()
    {
        var channel = DemoCards.Channel(cards.CopyMyNumber());
        var root = DemoCards.Keys.TextRoot;
        Assert.True((await TextApplication.ConfirmMyNumber(channel, DemoCards.MyNumber, root, Cancel)).IsGenuine);
        Assert.True(
            (await TextApplication.ReadAttributesWithNumberB(channel, DemoCards.NumberB, root, Cancel)).IsGenuine);
        var wrong = await TextApplication.ConfirmMyNumber(channel, "123456789012", root, Cancel);
        Assert.Equal((PinVerdict.Wrong(9), CardRefusal.NotPermitted), (wrong.Pin, wrong.Content.Refusal));
    }

    [Fact]
    public async Task A_wrong_PIN_reads_nothing_the_third_blocks_and_the_counter_resets()
    {
        var channel = DemoCards.Channel(cards.CopyMyNumber());
        PinVerdict[] expected = [PinVerdict.Wrong(2), PinVerdict.Wrong(1), PinVerdict.Blocked, PinVerdict.Blocked];
        foreach (var verdict in expected)
        {
            var reading = await TextApplication.ReadMyNumber(channel, "0000", DemoCards.Keys.TextRoot, Cancel);
            Assert.Equal(verdict, reading.Pin);
            Assert.False(reading.Content.IsGiven);
        }
        using var issuer = Issuer(channel);
        Assert.True((await TextApplication.ResetPin(channel, issuer, "2468", Cancel)).IsGiven);
        Assert.True((await TextApplication.ReadMyNumber(channel, "2468", DemoCards.Keys.TextRoot, Cancel)).IsGenuine);
    }

    [Fact]
    public async Task A_changed_attribute_is_seen()
    {
        var card = cards.CopyMyNumber();
        card.File.Text!.Attributes[^1] = (byte)'2';
        var reading = await ReadAttributes(card);
        Assert.Equal((IntegrityVerdict.ContentChanged, "2"), (reading.Integrity, reading.Content.Value.Sex));
    }

    [Fact]
    public async Task A_forged_record_is_seen()
    {
        var card = cards.CopyMyNumber();
        var text = card.File.Text!;
        text.Attributes[^1] = (byte)'2';
        text.Integrity = TextContent.IntegrityFile(text.MyNumber, text.Attributes, _ => new byte[256]);
        Assert.Equal(IntegrityVerdict.NotSignedByIssuer, (await ReadAttributes(card)).Integrity);
    }

    [Fact]
    public async Task A_signer_under_another_root_is_foreign()
    {
        using var others = IssuerKeys.CreateDemo(DemoCards.Clock);
        var card = cards.CopyMyNumber();
        card.File.Text!.Certificate = others.TextSigner.Certificate.ToArray();
        Assert.Equal(IntegrityVerdict.ForeignIssuer, (await ReadAttributes(card)).Integrity);
    }

    [Fact]
    public async Task A_move_rewrites_attributes_and_record_together()
    {
        var card = cards.CopyMyNumber();
        var channel = DemoCards.Channel(card);
        using var issuer = Issuer(channel);
        Assert.True((await Rewrite(channel, issuer)).IsGiven);
        card.Dispose();
        var reading = await ReadAttributes(cards.Opened("number.card"));
        Assert.Equal((true, Moved), (reading.IsGenuine, reading.Content.Value));
    }

    [Fact]
    public async Task A_card_pulled_at_any_command_of_a_move_is_old_or_new_and_always_genuine()
    {
        var card = cards.CopyMyNumber();
        var seen = new List<TextAttributes>();
        for (var commands = 0; ; commands++)
        {
            var reader = new InProcessReader("desk");
            reader.Insert(card);
            var channel = reader.Connect();
            reader.FailAfter(commands);
            using var issuer = Issuer(channel);
            try
            {
                Assert.True((await Rewrite(channel, issuer)).IsGiven);
                break;
            }
            catch (CardChannelException pulled)
            {
                Assert.Equal(CardChannelFault.CardRemoved, pulled.Fault);
            }
            var reading = await ReadAttributes(card);
            Assert.True(reading.IsGenuine);
            seen.Add(reading.Content.Value);
        }
        Assert.Equal([Made, Moved], seen.Distinct());
    }

    [Theory]
    [InlineData("ff2000")]
    [InlineData("ff2003df2100")]
    [InlineData("ff200bdf2108000f002000590064")]
    [InlineData("ff100c313233343536373839303138")]
    [InlineData("ff2065df21")]
    [InlineData("")]
    public void Bytes_that_are_no_attributes_are_refused_as_such(string file) =>
        Assert.Throws<TlvException>(() => TextContent.AttributesOf(Wire.Hex(file)));

    [Fact]
    public void An_offset_table_that_does_not_fit_is_refused()
    {
        var file = Wire.Hex(Published("attributes-file").GetProperty("file").GetString()!);
        file[7]++;
        Assert.Throws<TlvException>(() => TextContent.AttributesOf(file));
    }

    private static bool Opens(VirtualCard card, string read)
    {
        var answer = card.Send(read);
        if (string.Equals(answer, "6982", StringComparison.Ordinal)) return false;
        Assert.EndsWith("9000", answer, StringComparison.Ordinal);
        return true;
    }

    private static ValueTask<TextReading<TextAttributes>> ReadAttributes(VirtualCard card) =>
        TextApplication.ReadAttributes(DemoCards.Channel(card), DemoCards.TextPin, DemoCards.Keys.TextRoot, Cancel);

    private static ValueTask<CardResult<bool>> Rewrite(ICardChannel channel, IssuerChannel issuer) =>
        TextApplication.RewriteAttributes(
            channel, issuer, DemoCards.MyNumber, Moved, DemoCards.Keys.TextSigner, Cancel);

    private static IssuerChannel Issuer(ICardChannel channel) => new(channel, DemoCards.Keys.CardKey(DemoCards.Serial));

    private static JsonElement Published(string name)
    {
        var file = Repository.Folder("testkit", "my-number", name + ".json");
        using var read = JsonDocument.Parse(File.ReadAllBytes(file));
        return read.RootElement.Clone();
    }
}
