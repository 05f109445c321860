using Musubi.Chip;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Personalisation;
using Musubi.Chip.Readers;
using Musubi.Chip.Readers.InProcess;
using Musubi.Chip.VirtualCards;

namespace Musubi.Tests.Chip.VirtualCards;

public sealed class ReaderTests : IDisposable
{
    private static readonly CommandApdu SelectJpki =
        CommandApdu.Parse(Wire.Hex("00a4040c0a d392f000260100000001"));

    private readonly DemoCards cards = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => cards.Dispose();

    [Fact]
    public async Task Each_supported_card_is_recognised()
    {
        var special = DemoCards.Residence with { Type = ResidenceCardType.SpecialPermanentResident };
        Assert.Equal(RecognisedCard.MyNumberCard, await Recognise(cards.CopyMyNumber()));
        Assert.Equal(RecognisedCard.ResidenceCard, await Recognise(cards.MakeResidence()));
        Assert.Equal(
            RecognisedCard.SpecialPermanentResidentCertificate,
            await Recognise(cards.MakeResidence(special, "special.card")));
    }

    [Fact]
    public async Task A_card_that_refuses_everything_is_unknown() =>
        Assert.Equal(RecognisedCard.Unknown, await CardRecognition.Recognise(new DeafCard(), Cancel));

    [Fact]
    public void An_empty_reader_has_no_card_to_talk_to()
    {
        var reader = new InProcessReader("desk");
        Assert.False(reader.CardPresent);
        Assert.Null(reader.Remove());
        var fault = Assert.Throws<CardChannelException>(reader.Connect).Fault;
        Assert.Equal(CardChannelFault.CardRemoved, fault);
    }

    [Fact]
    public async Task A_channel_ends_with_its_insertion_and_a_card_put_back_needs_a_new_one()
    {
        var card = cards.CopyMyNumber();
        var reader = new InProcessReader("desk");
        reader.Insert(card);
        var channel = reader.Connect();
        Assert.True((await channel.Transmit(SelectJpki, Cancel)).IsSuccess);
        Assert.Same(card, reader.Remove());
        reader.Insert(card);
        await Assert.ThrowsAsync<CardChannelException>(async () => await channel.Transmit(SelectJpki, Cancel));
        Assert.True((await reader.Connect().Transmit(SelectJpki, Cancel)).IsSuccess);
    }

    [Fact]
    public async Task A_pulled_card_has_done_the_command_whose_answer_is_lost()
    {
        var card = cards.CopyMyNumber();
        var reader = new InProcessReader("desk");
        reader.Insert(card);
        var channel = reader.Connect();
        reader.FailAfter(1);
        Assert.True((await channel.Transmit(SelectJpki, Cancel)).IsSuccess);
        var wrongPin = CommandApdu.Parse(Wire.Hex("0020009804 30303030"));
        await Assert.ThrowsAsync<CardChannelException>(async () => await channel.Transmit(wrongPin, Cancel));
        Assert.False(reader.CardPresent);
        Assert.Equal(2, card.File.Jpki!.AuthenticationPin.TriesLeft);
    }

    [Fact]
    public async Task A_new_connection_forgets_the_PIN_of_the_old_one()
    {
        var reader = new InProcessReader("desk");
        reader.Insert(cards.CopyMyNumber());
        var first = reader.Connect();
        await first.Transmit(SelectJpki, Cancel);
        await first.Transmit(CommandApdu.Parse(Wire.Hex("0020009804 31323334")), Cancel);
        var second = reader.Connect();
        await second.Transmit(SelectJpki, Cancel);
        var sign = await second.Transmit(CommandApdu.Parse(Wire.Hex("802a039703 616263 00")), Cancel);
        Assert.Equal(StatusWord.SecurityStatusNotSatisfied, sign.Status);
    }

    [Fact]
    public async Task Coming_and_going_is_told()
    {
        var reader = new InProcessReader("desk");
        var coming = reader.WaitForChange(Cancel);
        Assert.False(coming.IsCompleted);
        reader.Insert(cards.CopyMyNumber());
        await coming;
        var going = reader.WaitForChange(Cancel);
        reader.Remove();
        await going;
    }

    [Fact]
    public void Two_cards_do_not_fit_one_reader()
    {
        var reader = new InProcessReader("desk");
        reader.Insert(cards.CopyMyNumber());
        Assert.Throws<InvalidOperationException>(() => reader.Insert(cards.MakeResidence()));
    }

    private static ValueTask<RecognisedCard> Recognise(VirtualCard card) =>
        CardRecognition.Recognise(DemoCards.Channel(card), Cancel);

    private sealed class DeafCard : ICardChannel
    {
        public ValueTask<ResponseApdu> Transmit(CommandApdu command, CancellationToken cancel = default) =>
            ValueTask.FromResult(new ResponseApdu(StatusWord.InstructionNotSupported));
    }
}
