using System.Security.Cryptography;
using Musubi.Chip;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Personalisation;
using Musubi.Chip.Readers.InProcess;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Tests.Chip.Residence;

/// <summary>The residence card as a reader and a counter use it.</summary>
public sealed class ResidenceCardTests : IDisposable
{
    private readonly DemoCards cards = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => cards.Dispose();

    [Fact]
    public async Task A_genuine_card_is_read_in_full_with_its_number()
    {
        var card = cards.MakeResidence();
        var steps = new List<ReadingProgress>();
        var reading = await Read(card, DemoCards.ResidenceNumber, new Recorder(steps));

        var made = DemoCards.Residence;
        Assert.Equal(ResidenceCardType.ResidenceCard, reading.CardType);
        Assert.Equal(DemoCards.ResidenceNumber, reading.CardNumber);
        Assert.Equal(made.CardExpiry, reading.CardExpiry);
        Assert.Equal(("19900500", "2", "VNM"), (reading.BirthDate, reading.Sex, reading.Nationality));
        Assert.Equal(("ENG", "0300"), (reading.Status, reading.Period));
        Assert.Equal(("02", "2"), (reading.PermissionType, reading.Work));
        Assert.Equal(made.PermissionDate, reading.PermissionDate);
        Assert.Equal(made.StayUntil, reading.StayUntil);
        Assert.Equal(made.Face.AsSpan(), reading.Face.AsSpan());
        Assert.Equal(made.NameImage.AsSpan(), reading.NameImage.AsSpan());
        Assert.Equal(made.Changing.AddressImage!.Value.AsSpan(), reading.AddressImage.AsSpan());
        Assert.Equal(made.Changing.Permission, reading.Permission);
        Assert.False(reading.ApplicationPending);
        Assert.Equal(new ResidenceNote(Recorded: true, "備考"), reading.Note);
        Assert.Equal(SignatureVerdict.Genuine, reading.Signature);
        Assert.Equal(Enumerable.Range(1, 14).Select(done => new ReadingProgress(done, 14)), steps);
    }

    [Fact]
    public async Task A_special_permanent_resident_certificate_has_no_stay()
    {
        var card = cards.MakeResidence(DemoCards.Residence with { Type = ResidenceCardType.SpecialPermanentResident });
        var reading = await Read(card, DemoCards.ResidenceNumber);
        Assert.Equal(ResidenceCardType.SpecialPermanentResident, reading.CardType);
        Assert.Equal(("", "", null), (reading.PermissionType, reading.Work, reading.StayUntil));
        Assert.Null(reading.Permission);
        Assert.Equal("ENG", reading.Status);
        Assert.Equal(new ResidenceNote(Recorded: true, "備考"), reading.Note);
        Assert.Equal(SignatureVerdict.Genuine, reading.Signature);
    }

    [Theory]
    [InlineData("AA12345678BC", ResidenceReadFailure.WrongNumber)]
    [InlineData("ZZ99999999ZZ", ResidenceReadFailure.WrongNumber)]
    [InlineData("aa12345678bb", ResidenceReadFailure.NotACardNumber)]
    [InlineData("AA12345678B", ResidenceReadFailure.NotACardNumber)]
    [InlineData("AA1234567８BB", ResidenceReadFailure.NotACardNumber)]
    public async Task Another_number_reads_nothing(string number, ResidenceReadFailure expected)
    {
        var outcome = await ResidenceCardReader.Read(
            DemoCards.Channel(cards.MakeResidence()), number, DemoCards.Trust, cancel: Cancel);
        Assert.Equal(new ResidenceReadOutcome.Failed(expected), outcome);
    }

    [Fact]
    public async Task Wrong_numbers_never_lock_the_card()
    {
        var card = cards.MakeResidence();
        for (var i = 0; i < 20; i++)
            await ResidenceCardReader.Read(
                DemoCards.Channel(card), "AA00000000BB", DemoCards.Trust, cancel: Cancel);
        Assert.Equal(SignatureVerdict.Genuine, (await Read(card, DemoCards.ResidenceNumber)).Signature);
    }

    [Fact]
    public async Task A_My_Number_card_is_not_this_kind_of_card()
    {
        var outcome = await ResidenceCardReader.Read(
            DemoCards.Channel(cards.CopyMyNumber()),
            DemoCards.ResidenceNumber,
            DemoCards.Trust,
            cancel: Cancel);
        Assert.Equal(new ResidenceReadOutcome.Failed(ResidenceReadFailure.NotThisKindOfCard), outcome);
    }

    [Fact]
    public async Task A_card_that_states_another_number_than_the_one_that_opens_it_is_refused()
    {
        var card = cards.MakeResidence();
        card.File.Residence!.Files["Df1/0001"][^1] = (byte)'C';
        var outcome = await ResidenceCardReader.Read(
            DemoCards.Channel(card), DemoCards.ResidenceNumber, DemoCards.Trust, cancel: Cancel);
        Assert.Equal(new ResidenceReadOutcome.Failed(ResidenceReadFailure.CardProofWrong), outcome);
    }

    [Fact]
    public async Task A_changed_entry_is_seen()
    {
        var card = cards.MakeResidence();
        card.File.Residence!.Files["Df1/0002"][^1] ^= 0x01;
        Assert.Equal(SignatureVerdict.NotSignedByIssuer, (await Read(card, DemoCards.ResidenceNumber)).Signature);
    }

    [Fact]
    public async Task A_changed_face_is_seen()
    {
        var card = cards.MakeResidence();
        card.File.Residence!.Files["Df1/0003"][^1] ^= 0x01;
        Assert.Equal(SignatureVerdict.NotSignedByIssuer, (await Read(card, DemoCards.ResidenceNumber)).Signature);
    }

    [Fact]
    public async Task A_card_of_another_issuer_is_foreign()
    {
        using var others = IssuerKeys.CreateDemo(DemoCards.Clock);
        CardFiles.MakeResidence(cards.PathOf("foreign.card"), DemoCards.Residence, others);
        var reading = await Read(cards.Opened("foreign.card"), DemoCards.ResidenceNumber);
        Assert.Equal(SignatureVerdict.ForeignIssuer, reading.Signature);
    }

    [Fact]
    public async Task A_signature_in_DER_is_accepted_too()
    {
        var card = cards.MakeResidence();
        var files = card.File.Residence!.Files;
        var objects = ResidenceContent.ReadObjects(files["Df3/0001"]);
        var der = AsDer(objects.Require(ResidenceTags.Signature).Value.Span);
        var file = new TlvWriter()
            .Write(ResidenceTags.Signature, der)
            .Write(ResidenceTags.Certificate, objects.Require(ResidenceTags.Certificate).Value.Span)
            .ToArray();
        files["Df3/0001"] = file;
        Assert.Equal(SignatureVerdict.Genuine, (await Read(card, DemoCards.ResidenceNumber)).Signature);
    }

    [Fact]
    public async Task A_counter_rewrites_the_unsigned_part_and_the_signature_stays_genuine()
    {
        var card = cards.MakeResidence();
        using var issuer = new IssuerChannel(
            DemoCards.Channel(card), DemoCards.Keys.CardKey(DemoCards.ResidenceNumber));
        var update = new ResidenceCardUpdate { AddressImage = [0x49, 0x49, 0x2A, 0x07], ApplicationPending = true };
        var done = await ResidenceCardReader.Update(
            issuer, ResidenceCardType.ResidenceCard, update, Cancel);
        Assert.True(done.IsGiven);

        card.Dispose();
        var reading = await Read(cards.Opened("residence.card"), DemoCards.ResidenceNumber);
        Assert.Equal<byte>([0x49, 0x49, 0x2A, 0x07], reading.AddressImage);
        Assert.True(reading.ApplicationPending);
        Assert.Equal(DemoCards.Residence.Changing.Permission, reading.Permission);
        Assert.Equal(SignatureVerdict.Genuine, reading.Signature);
    }

    [Fact]
    public async Task Without_this_cards_key_nothing_is_rewritten()
    {
        var card = cards.MakeResidence();
        using var issuer = new IssuerChannel(DemoCards.Channel(card), DemoCards.Keys.CardKey("AA00000000BB"));
        var done = await ResidenceCardReader.Update(
            issuer, ResidenceCardType.ResidenceCard, new() { ApplicationPending = true }, Cancel);
        Assert.Equal(CardRefusal.NotPermitted, done.Refusal);
        Assert.False((await Read(card, DemoCards.ResidenceNumber)).ApplicationPending);
    }

    [Fact]
    public async Task A_pulled_card_says_so_at_every_step()
    {
        var card = cards.MakeResidence();
        for (var commands = 0; commands < 15; commands++)
        {
            var reader = new InProcessReader("test");
            reader.Insert(card);
            var channel = reader.Connect();
            reader.FailAfter(commands);
            var pulled = await Assert.ThrowsAsync<CardChannelException>(async () => await ResidenceCardReader.Read(
                channel, DemoCards.ResidenceNumber, DemoCards.Trust, cancel: Cancel));
            Assert.Equal(CardChannelFault.CardRemoved, pulled.Fault);
            Assert.False(reader.CardPresent);
        }
    }

    private static async Task<ResidenceCardReading> Read(
        VirtualCard card, string number, IProgress<ReadingProgress>? progress = null)
    {
        var outcome = await ResidenceCardReader.Read(
            DemoCards.Channel(card), number, DemoCards.Trust, progress, Cancel);
        return Assert.IsType<ResidenceReadOutcome.Complete>(outcome).Reading;
    }

    private static byte[] AsDer(ReadOnlySpan<byte> raw)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new System.Numerics.BigInteger(raw[..48], isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new System.Numerics.BigInteger(raw[48..], isUnsigned: true, isBigEndian: true));
        }
        return writer.Encode();
    }

    private sealed class Recorder(List<ReadingProgress> steps) : IProgress<ReadingProgress>
    {
        public void Report(ReadingProgress value) => steps.Add(value);
    }
}
