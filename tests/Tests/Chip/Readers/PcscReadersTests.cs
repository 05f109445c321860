using Musubi.Chip;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Readers;
using Musubi.Chip.Readers.Pcsc;
using Musubi.Tests.Clients;

namespace Musubi.Tests.Chip.Readers;

/// <summary>Our reader over Debian's pcscd, with our cards in its virtual slots.</summary>
[Collection(PcscdCollection.Name)]
public sealed class PcscReadersTests(Pcscd pcscd) : IDisposable
{
    private static readonly CommandApdu SelectJpki =
        new(0x00, 0xA4, 0x04, 0x0C, Convert.FromHexString("d392f000260100000001"));

    private static readonly string First = Pcscd.ReaderName(0);
    private static readonly string Second = Pcscd.ReaderName(1);
    private readonly DemoCards cards = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => cards.Dispose();

    [Fact]
    public async Task Two_slots_hold_two_cards_and_each_says_what_it_is()
    {
        await pcscd.Need();
        await using var number = await pcscd.Plug(cards.CopyMyNumber());
        await using var residence = await pcscd.Plug(cards.MakeResidence(), slot: 1);
        Assert.Equal(
            [
                new PcscReader(First, PcscSlot.Card, [.. Convert.FromHexString("3be000ff8131fe4514")]),
                new PcscReader(Second, PcscSlot.Card, [.. Convert.FromHexString("3b8880010000000000817100f9")]),
            ],
            PcscReaders.List().Value);
        Assert.Equal(RecognisedCard.MyNumberCard, await Recognise(First));
        Assert.Equal(RecognisedCard.ResidenceCard, await Recognise(Second));
    }

    [Fact]
    public async Task A_residence_card_is_read_whole_with_extended_lengths()
    {
        await pcscd.Need();
        await using var plugged = await pcscd.Plug(cards.MakeResidence());
        using var card = (await PcscReaders.Connect(First, Cancel)).Value;
        var outcome = await ResidenceCardReader.Read(
            card, DemoCards.ResidenceNumber, DemoCards.Trust, cancel: Cancel);
        var reading = Assert.IsType<ResidenceReadOutcome.Complete>(outcome).Reading;
        Assert.Equal((DemoCards.ResidenceNumber, SignatureVerdict.Genuine), (reading.CardNumber, reading.Signature));
    }

    [Fact]
    public async Task A_card_that_comes_and_goes_is_seen_coming_and_going()
    {
        await pcscd.Need();
        await using var views = PcscReaders.Watch(TimeProvider.System, Cancel).GetAsyncEnumerator(Cancel);
        Assert.Equal(PcscSlot.Empty, await Next(views));
        await using (await pcscd.Plug(cards.CopyMyNumber()))
            Assert.Equal(PcscSlot.Card, await Next(views));
        Assert.Equal(PcscSlot.Empty, await Next(views));
    }

    [Fact]
    public async Task A_card_taken_out_in_the_middle_says_so()
    {
        await pcscd.Need();
        var plugged = await pcscd.Plug(cards.CopyMyNumber());
        using var card = (await PcscReaders.Connect(First, Cancel)).Value;
        Assert.True((await card.Transmit(SelectJpki, Cancel)).IsSuccess);
        await plugged.DisposeAsync();
        var gone = await Assert.ThrowsAsync<CardChannelException>(
            async () => await card.Transmit(SelectJpki, Cancel));
        Assert.Equal(CardChannelFault.CardRemoved, gone.Fault);
    }

    [Fact]
    public async Task A_card_survives_the_restart_of_the_daemon_in_its_slot()
    {
        await pcscd.Need();
        await using var plugged = await pcscd.Plug(cards.CopyMyNumber());
        await pcscd.Stop();
        Assert.Equal(PcscFault.ServiceNotRunning, PcscReaders.List().Refusal!.Value.Fault);
        Assert.Equal(PcscFault.ServiceNotRunning, (await PcscReaders.Connect(First, Cancel)).Refusal!.Value.Fault);
        Assert.Null(await pcscd.Start());
        await Pcscd.Until(0, PcscSlot.Card);
        Assert.Equal(RecognisedCard.MyNumberCard, await Recognise(First));
    }

    [Fact]
    public async Task An_empty_reader_and_one_that_does_not_exist_are_told_apart()
    {
        await pcscd.Need();
        Assert.Equal(PcscFault.NoCard, (await PcscReaders.Connect(First, Cancel)).Refusal!.Value.Fault);
        Assert.Equal(PcscFault.NoSuchReader, (await PcscReaders.Connect("No such", Cancel)).Refusal!.Value.Fault);
    }

    [Fact]
    public async Task The_next_program_inherits_no_selected_application_and_no_PIN()
    {
        await pcscd.Need();
        await using var plugged = await pcscd.Plug(cards.CopyMyNumber());
        var selectPin = new CommandApdu(0x00, 0xA4, 0x02, 0x0C, Convert.FromHexString("0018"));
        using (var first = (await PcscReaders.Connect(First, Cancel)).Value)
        {
            Assert.True((await first.Transmit(SelectJpki, Cancel)).IsSuccess);
            Assert.True((await first.Transmit(selectPin, Cancel)).IsSuccess);
        }
        using var second = (await PcscReaders.Connect(First, Cancel)).Value;
        Assert.False((await second.Transmit(selectPin, Cancel)).IsSuccess);
    }

    [Fact]
    public async Task Two_conversations_with_one_card_wait_for_each_other()
    {
        await pcscd.Need();
        await using var plugged = await pcscd.Plug(cards.CopyMyNumber());
        var first = (await PcscReaders.Connect(First, Cancel)).Value;
        var second = PcscReaders.Connect(First, Cancel).AsTask();
        Assert.True((await first.Transmit(SelectJpki, Cancel)).IsSuccess);
        Assert.False(second.IsCompleted);
        first.Dispose();
        using var card = (await second).Value;
        Assert.True((await card.Transmit(SelectJpki, Cancel)).IsSuccess);
    }

    private static async Task<RecognisedCard> Recognise(string reader)
    {
        using var card = (await PcscReaders.Connect(reader, Cancel)).Value;
        return await CardRecognition.Recognise(card, Cancel);
    }

    private static async Task<PcscSlot> Next(
        IAsyncEnumerator<PcscResult<System.Collections.Immutable.ImmutableArray<PcscReader>>> views)
    {
        Assert.True(await views.MoveNextAsync());
        return views.Current.Value.Single(reader => reader.Name == First).Slot;
    }
}
