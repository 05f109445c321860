using Musubi.Chip;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Applications.Text;
using Musubi.Chip.Personalisation;
using Musubi.Chip.Readers;
using Musubi.Chip.Readers.InProcess;
using Musubi.Chip.VirtualCards;

namespace Musubi.Tests.Chip.Residence;

/// <summary>A specified card (07, 08) as a reader and a counter use it.</summary>
public sealed class SpecifiedCardTests : IDisposable
{
    private readonly DemoCards cards = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => cards.Dispose();

    [Fact]
    public async Task A_specified_card_is_read_in_full_and_says_what_a_residence_card_says()
    {
        var steps = new List<ReadingProgress>();
        var read = await Read(DemoCards.Channel(cards.CopySpecified()), progress: new Recorder(steps));
        var reading = Complete(read);
        var separate = Complete(await Read(DemoCards.Channel(cards.MakeResidence())));
        Assert.Equal(ResidenceCardType.SpecifiedResidenceCard, reading.CardType);
        Assert.Equal(SignatureVerdict.Genuine, reading.Signature);
        Assert.Equal(separate.Face.AsSpan(), reading.Face.AsSpan());
        Assert.Equal(
            separate with { Face = [], NameImage = [], AddressImage = [] },
            reading with
            {
                CardType = ResidenceCardType.ResidenceCard,
                Face = [],
                NameImage = [],
                AddressImage = [],
            });
        Assert.Equal(Enumerable.Range(1, 13).Select(done => new ReadingProgress(done, 13)), steps);
    }

    [Fact]
    public async Task A_specified_certificate_of_special_permanent_residents_has_no_stay()
    {
        var data = DemoCards.Specified with { Type = ResidenceCardType.SpecifiedSpecialPermanentResident };
        var path = cards.PathOf("special.card");
        CardFiles.MakeSpecified(path, data, DemoCards.NumberData, DemoCards.Keys, DemoCards.Pins);
        var card = cards.Opened("special.card");
        Assert.Equal(
            RecognisedCard.SpecifiedSpecialPermanentResidentCertificate,
            await CardRecognition.Recognise(DemoCards.Channel(card), Cancel));
        var reading = Complete(await Read(DemoCards.Channel(card)));
        Assert.Equal(("", null, null), (reading.Work, reading.StayUntil, reading.Permission));
        Assert.Equal(SignatureVerdict.Genuine, reading.Signature);
    }

    [Fact]
    public async Task The_My_Number_functions_work_beside_it()
    {
        var card = cards.CopySpecified();
        Assert.Equal(
            RecognisedCard.SpecifiedResidenceCard,
            await CardRecognition.Recognise(DemoCards.Channel(card), Cancel));
        var channel = DemoCards.Channel(card);
        var number = await TextApplication.ReadMyNumber(channel, DemoCards.TextPin, DemoCards.Keys.TextRoot, Cancel);
        Assert.Equal((true, DemoCards.MyNumber), (number.IsGenuine, number.Content.Value));
        Complete(await Read(channel));
        var proof = await JpkiCard.ProveHolder(
            channel, DemoCards.AuthenticationPin, DemoCards.Keys.AuthenticationAuthority.Certificate, DemoCards.Clock,
            Cancel);
        Assert.True(proof.IsProved);
    }

    [Theory]
    [InlineData("AA12345678BC", ResidenceReadFailure.WrongNumber)]
    [InlineData("12345678", ResidenceReadFailure.NotACardNumber)]
    public async Task Another_number_reads_nothing(string number, ResidenceReadFailure expected) =>
        Assert.Equal(
            new ResidenceReadOutcome.Failed(expected), await Read(DemoCards.Channel(cards.CopySpecified()), number));

    [Fact]
    public async Task Wrong_numbers_never_lock_and_cost_the_PINs_nothing()
    {
        var card = cards.CopySpecified();
        for (var i = 0; i < 20; i++) await Read(DemoCards.Channel(card), "AA00000000BB");
        Complete(await Read(DemoCards.Channel(card)));
        var tries = await JpkiCard.TriesLeft(DemoCards.Channel(card), Cancel);
        Assert.Equal((3, 5), (tries.Value.Authentication, tries.Value.Signing));
    }

    [Fact]
    public async Task A_blocked_PIN_leaves_the_residence_side_open()
    {
        var card = cards.CopySpecified();
        var channel = DemoCards.Channel(card);
        for (var left = 2; left >= 0; left--)
            Assert.Equal(PinVerdict.Wrong(left), await JpkiCard.VerifyAuthenticationPin(channel, "0000", Cancel));
        Assert.Equal(
            PinVerdict.Blocked,
            await JpkiCard.VerifyAuthenticationPin(channel, DemoCards.AuthenticationPin, Cancel));
        Complete(await Read(channel));
    }

    [Fact]
    public async Task Without_the_issuers_delivery_key_a_reader_says_that_it_needs_it()
    {
        var trust = new ResidenceTrust(DemoCards.Keys.ResidenceAuthority, DemoCards.Clock);
        var outcome = await ResidenceCardReader.Read(
            DemoCards.Channel(cards.CopySpecified()), DemoCards.ResidenceNumber, trust, cancel: Cancel);
        Assert.Equal(new ResidenceReadOutcome.Failed(ResidenceReadFailure.DeliveryKeyNeeded), outcome);
    }

    [Fact]
    public async Task Another_issuers_delivery_key_is_said_to_be_that()
    {
        using var others = IssuerKeys.CreateDemo(DemoCards.Clock);
        var trust = new ResidenceTrust(DemoCards.Keys.ResidenceAuthority, DemoCards.Clock, others.Delivery);
        var outcome = await ResidenceCardReader.Read(
            DemoCards.Channel(cards.CopySpecified()), DemoCards.ResidenceNumber, trust, cancel: Cancel);
        Assert.Equal(new ResidenceReadOutcome.Failed(ResidenceReadFailure.DeliveryKeyNotThisIssuers), outcome);
    }

    [Fact]
    public async Task A_changed_entry_another_issuer_and_a_cut_file_are_told_apart()
    {
        var card = cards.CopySpecified();
        var files = card.File.Residence!.Files;
        files["Df1/0002"][^1] ^= 0x01;
        Assert.Equal(
            SignatureVerdict.NotSignedByIssuer, Complete(await Read(DemoCards.Channel(card))).Signature);

        using var others = IssuerKeys.CreateDemo(DemoCards.Clock);
        var foreign = new ResidenceTrust(others.ResidenceAuthority, DemoCards.Clock, DemoCards.Keys.Delivery);
        var read = await ResidenceCardReader.Read(
            DemoCards.Channel(card), DemoCards.ResidenceNumber, foreign, cancel: Cancel);
        Assert.Equal(SignatureVerdict.ForeignIssuer, Complete(read).Signature);

        files["Df1/0002"] = files["Df1/0002"][..40];
        Assert.Equal(
            new ResidenceReadOutcome.Failed(ResidenceReadFailure.Malformed), await Read(DemoCards.Channel(card)));
    }

    [Fact]
    public async Task A_stranger_on_the_wire_reads_no_entry_and_changes_none_unseen()
    {
        var wire = new Meddler(DemoCards.Channel(cards.CopySpecified()));
        Complete(await Read(wire));
        foreach (var secret in (string[])[DemoCards.ResidenceNumber, "19900500", "VNM"])
            Assert.DoesNotContain(
                Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(secret)), wire.Text,
                StringComparison.Ordinal);
        wire.Change = true;
        var broken = await Assert.ThrowsAsync<CardChannelException>(async () => await Read(wire));
        Assert.Equal(CardChannelFault.SecureMessagingBroken, broken.Fault);
    }

    [Fact]
    public async Task A_counter_rewrites_the_unsigned_part_in_the_application()
    {
        var card = cards.CopySpecified();
        var channel = DemoCards.Channel(card);
        Assert.Equal("9000", card.Send("00a4040c10 d392f0004f0100000000000000000000"));
        using var issuer = new IssuerChannel(channel, DemoCards.Keys.CardKey(DemoCards.Serial));
        var update = new ResidenceCardUpdate { ApplicationPending = true };
        var done = await ResidenceCardReader.Update(
            issuer, ResidenceCardType.SpecifiedResidenceCard, update, Cancel);
        Assert.True(done.IsGiven);
        card.Dispose();
        var reading = Complete(await Read(DemoCards.Channel(cards.Opened("specified.card"))));
        Assert.True(reading.ApplicationPending);
        Assert.Equal(SignatureVerdict.Genuine, reading.Signature);
    }

    [Fact]
    public async Task A_pulled_card_says_so_at_every_step()
    {
        var card = cards.CopySpecified();
        for (var commands = 0; commands < 18; commands++)
        {
            var reader = new InProcessReader("test");
            reader.Insert(card);
            var channel = reader.Connect();
            reader.FailAfter(commands);
            var pulled = await Assert.ThrowsAsync<CardChannelException>(async () => await Read(channel));
            Assert.Equal(CardChannelFault.CardRemoved, pulled.Fault);
        }
    }

    [Fact]
    public void Each_kind_is_made_by_its_own_method_only()
    {
        Assert.Throws<ArgumentException>(() => CardFiles.MakeResidence(
            cards.PathOf("x.card"), DemoCards.Specified, DemoCards.Keys));
        Assert.Throws<ArgumentException>(() => CardFiles.MakeSpecified(
            cards.PathOf("x.card"), DemoCards.Residence, DemoCards.NumberData, DemoCards.Keys, DemoCards.Pins));
        Assert.False(File.Exists(cards.PathOf("x.card")));
    }

    private static ValueTask<ResidenceReadOutcome> Read(
        ICardChannel card, string number = DemoCards.ResidenceNumber, IProgress<ReadingProgress>? progress = null) =>
        ResidenceCardReader.Read(card, number, DemoCards.Trust, progress, Cancel);

    private static ResidenceCardReading Complete(ResidenceReadOutcome outcome) =>
        Assert.IsType<ResidenceReadOutcome.Complete>(outcome).Reading;

    private sealed class Recorder(List<ReadingProgress> steps) : IProgress<ReadingProgress>
    {
        public void Report(ReadingProgress value) => steps.Add(value);
    }

    /// <summary>Listens, and turns one bit of every long answer when told to.</summary>
    private sealed class Meddler(ICardChannel inner) : ICardChannel
    {
        private const int LongAnswer = 100;
        private readonly System.Text.StringBuilder heard = new();

        public bool Change { get; set; }

        public string Text => heard.ToString();

        public async ValueTask<Musubi.Chip.Apdu.ResponseApdu> Transmit(
            Musubi.Chip.Apdu.CommandApdu command, CancellationToken cancel = default)
        {
            var answer = await inner.Transmit(command, cancel);
            heard.Append(Convert.ToHexStringLower(command.ToBytes()))
                .Append(Convert.ToHexStringLower(answer.ToBytes()));
            if (!Change || answer.Data.Length < LongAnswer) return answer;
            var changed = answer.Data.ToArray();
            changed[LongAnswer / 2] ^= 0x01;
            return answer with { Data = changed };
        }
    }
}
