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

public sealed class ResidenceCardTests : IDisposable
{
    private const string SelectDf1 = "00a4040c10 d392f0004f0200000000000000000000";
    private const string SelectDf2 = "00a4040c10 d392f0004f0300000000000000000000";
    private const string SelectDf3 = "00a4040c10 d392f0004f0400000000000000000000";
    private readonly DemoCards cards = new();

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
        Assert.Equal(("ENG", "0300", "02", "2"),
            (reading.Status, reading.Period, reading.PermissionType, reading.Work));
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
    [InlineData(ResidenceCardType.ResidenceCard)]
    [InlineData(ResidenceCardType.SpecialPermanentResident)]
    public void Every_file_has_exactly_the_size_of_the_specification(ResidenceCardType type)
    {
        var card = cards.MakeResidence(DemoCards.Residence with { Type = type });
        var files = card.File.Residence!.Files;
        var specified = ResidenceFiles.Of(type);
        Assert.Equal(specified.Select(one => one.Path).Order(), files.Keys.Order());
        Assert.All(specified, one => Assert.Equal(one.Size, files[one.Path].Length));
    }

    [Fact]
    public void The_printed_entries_are_these_bytes()
    {
        var entries = cards.MakeResidence().File.Residence!.Files["Df1/0002"];
        Assert.Equal(
            "c5083230323930333331" + "c6083139393030353030" + "c70132" + "c803564e4d" + "c90a454e4700000000000000"
            + "ce0430333030" + "ca023032" + "cb083230323630343031" + "cc0132" + "cd083230323930333331",
            Convert.ToHexStringLower(entries));
    }

    [Fact]
    public void The_free_files_are_read_under_the_master_file()
    {
        var card = cards.MakeResidence();
        Assert.Equal("c004303030319000", card.Send("00b08b0000"));
        Assert.Equal("c10230359000", card.Send("00b08a0000"));
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
            DemoCards.Channel(cards.MakeResidence()), number, DemoCards.Trust,
            cancel: TestContext.Current.CancellationToken);
        Assert.Equal(new ResidenceReadOutcome.Failed(expected), outcome);
    }

    [Fact]
    public async Task Wrong_numbers_never_lock_the_card()
    {
        var card = cards.MakeResidence();
        for (var i = 0; i < 20; i++)
            await ResidenceCardReader.Read(
                DemoCards.Channel(card), "AA00000000BB", DemoCards.Trust,
                cancel: TestContext.Current.CancellationToken);
        Assert.Equal(SignatureVerdict.Genuine, (await Read(card, DemoCards.ResidenceNumber)).Signature);
    }

    [Fact]
    public async Task A_My_Number_card_is_not_this_kind_of_card()
    {
        var outcome = await ResidenceCardReader.Read(
            DemoCards.Channel(cards.CopyMyNumber()),
            DemoCards.ResidenceNumber,
            DemoCards.Trust,
            cancel: TestContext.Current.CancellationToken);
        Assert.Equal(new ResidenceReadOutcome.Failed(ResidenceReadFailure.NotThisKindOfCard), outcome);
    }

    [Theory]
    [InlineData(SelectDf1, "00b0810000")]
    [InlineData(SelectDf1, "08b083000000049602 0000 0000")]
    [InlineData(SelectDf2, "00b0810000")]
    [InlineData(SelectDf3, "00b0820000")]
    public void Nothing_personal_is_read_before_the_number_is_proved(string select, string read)
    {
        var card = cards.MakeResidence();
        Assert.Equal("9000", card.Send(select));
        Assert.Equal("6982", card.Send(read));
    }

    [Fact]
    public void After_the_proof_DF1_still_refuses_plain_reading_and_DF2_protected_reading()
    {
        var card = cards.MakeResidence();
        OpenAsReader(card);
        Assert.Equal("9000", card.Send(SelectDf1));
        Assert.Equal("6982", card.Send("00b0830000"));
        Assert.Equal("9000", card.Send(SelectDf2));
        Assert.Equal("6882", card.Send("08b08200 000004 96020000 0000"));
        Assert.Equal("d801309000", card.Send("00b0820000"));
    }

    [Fact]
    public void Name_image_and_face_are_read_as_in_the_published_example()
    {
        var example = ResidenceVectorTests.Read("read-df1-ef03.json");
        var card = cards.MakeResidence();
        var key = OpenAsReader(card);
        card.Send(SelectDf1);
        var answer = card.Send(example.GetProperty("command").GetString()!);

        Assert.StartsWith(example.GetProperty("responseStartsWith").GetString()!, answer, StringComparison.Ordinal);
        var cryptogram = Wire.Hex(answer)[5..^2];
        Assert.Equal(example.GetProperty("cryptogramLength").GetInt32(), cryptogram.Length);
        var plain = ResidenceSession.TryDecrypt(key, cryptogram)!;
        Assert.Equal(5508, plain.Length);
        Assert.StartsWith(
            example.GetProperty("plainStartsWith").GetString()!, Convert.ToHexStringLower(plain),
            StringComparison.Ordinal);
        Assert.Equal("d1820bb8", Convert.ToHexStringLower(plain[2504..2508]));
    }

    [Fact]
    public void Signature_and_certificate_are_read_as_in_the_published_example()
    {
        var example = ResidenceVectorTests.Read("read-df3-ef01.json");
        var card = cards.MakeResidence();
        OpenAsReader(card);
        card.Send(SelectDf3);
        var answer = card.Send(example.GetProperty("command").GetString()!);
        Assert.StartsWith(example.GetProperty("responseStartsWith").GetString()!, answer, StringComparison.Ordinal);
        var bytes = Wire.Hex(answer)[..^2];
        Assert.Equal(example.GetProperty("responseLength").GetInt32(), bytes.Length);
        Assert.Equal(example.GetProperty("certificateHeader").GetString(), Convert.ToHexStringLower(bytes[98..101]));
    }

    [Fact]
    public void MUTUAL_AUTHENTICATE_needs_the_challenge_immediately_before_it()
    {
        var card = cards.MakeResidence();
        var token = new byte[40];
        Assert.Equal("6985", card.Send([0x00, 0x82, 0x00, 0x00, 0x28], token, [0x00]));
        card.Send("0084000008");
        Assert.Equal("c10230359000", card.Send("00b08a0000"));
        Assert.Equal("6985", card.Send([0x00, 0x82, 0x00, 0x00, 0x28], token, [0x00]));
        card.Send("0084000008");
        Assert.Equal("6300", card.Send([0x00, 0x82, 0x00, 0x00, 0x28], token, [0x00]));
    }

    [Theory]
    [InlineData("0820008613 8611 01 00000000000000000000000000000000", "6988")]
    [InlineData("0820008613 8711 01 ee0b31ef877f68d071c56d58c72e6748", "6988")]
    [InlineData("0820008613 8611 02 ee0b31ef877f68d071c56d58c72e6748", "6988")]
    [InlineData("0820008605 8603 01 ee0b", "6988")]
    [InlineData("0820008613 8612 01 ee0b31ef877f68d071c56d58c72e6748", "6988")]
    [InlineData("0820008713 8611 01 ee0b31ef877f68d071c56d58c72e6748", "6a86")]
    [InlineData("0820000113 8611 01 ee0b31ef877f68d071c56d58c72e6748", "6a86")]
    [InlineData("0884000008", "6882")]
    [InlineData("08ff0000", "6d00")]
    [InlineData("00ff0000", "6d00")]
    [InlineData("c0b0000000", "6e00")]
    [InlineData("00a4040c0a d392f0004f0200000000", "6a82")]
    [InlineData("00a4020c02 0009", "6a82")]
    [InlineData("00b0850000", "6a82")]
    [InlineData("00b0ab0000", "6a86")]
    [InlineData("00b08aff00", "6b00")]
    [InlineData("00b08a0400", "6b00")]
    [InlineData("00b0000000", "6986")]
    [InlineData("00", "6700")]
    [InlineData("", "6700")]
    public void A_card_with_a_session_refuses_what_is_wrong(string command, string expected)
    {
        var card = cards.MakeResidence();
        OpenAsReader(card, verify: false);
        Assert.Equal(expected, card.Send(command));
    }

    [Fact]
    public void VERIFY_of_another_number_in_a_session_answers_6300_and_opens_nothing()
    {
        var card = cards.MakeResidence();
        var key = OpenAsReader(card);
        Assert.Equal("6300", card.Send([0x08, 0x20, 0x00, 0x86, 0x13], VerifyObject(key, "AA12345678BC")));
        card.Send(SelectDf2);
        Assert.Equal("6982", card.Send("00b0820000"));
    }

    [Theory]
    [InlineData("9602", "6988")]
    [InlineData("96010000", "6988")]
    [InlineData("97020000", "6988")]
    [InlineData("9603000000", "6988")]
    public void A_protected_reading_with_a_bad_object_answers_6988(string data, string expected)
    {
        var card = cards.MakeResidence();
        OpenAsReader(card);
        card.Send(SelectDf1);
        var bytes = Wire.Hex(data);
        Assert.Equal(expected,
            card.Send([0x08, 0xB0, 0x83, 0x00, 0x00, 0x00, (byte)bytes.Length], bytes, [0x00, 0x00]));
    }

    [Fact]
    public void Reset_forgets_the_session()
    {
        var card = cards.MakeResidence();
        OpenAsReader(card);
        card.Reset();
        card.Send(SelectDf2);
        Assert.Equal("6982", card.Send("00b0820000"));
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
            issuer, ResidenceCardType.ResidenceCard, update, TestContext.Current.CancellationToken);
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
            issuer, ResidenceCardType.ResidenceCard, new() { ApplicationPending = true },
            TestContext.Current.CancellationToken);
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
                channel, DemoCards.ResidenceNumber, DemoCards.Trust, cancel: TestContext.Current.CancellationToken));
            Assert.Equal(CardChannelFault.CardRemoved, pulled.Fault);
            Assert.False(reader.CardPresent);
        }
    }

    private static async Task<ResidenceCardReading> Read(
        VirtualCard card, string number, IProgress<ReadingProgress>? progress = null)
    {
        var outcome = await ResidenceCardReader.Read(
            DemoCards.Channel(card), number, DemoCards.Trust, progress, TestContext.Current.CancellationToken);
        return Assert.IsType<ResidenceReadOutcome.Complete>(outcome).Reading;
    }

    /// <summary>Authenticates by hand and gives the session key, so that tests see the bytes.</summary>
    private static byte[] OpenAsReader(VirtualCard card, bool verify = true)
    {
        var baseKey = ResidenceSession.BaseKey(ResidenceSession.NumberBytes(DemoCards.ResidenceNumber));
        byte[] readerNonce = [1, 2, 3, 4, 5, 6, 7, 8];
        var readerHalf = new byte[16];
        var cardNonce = Wire.Hex(card.Send("0084000008"))[..8];
        var token = ResidenceSession.Token(baseKey, readerNonce, cardNonce, readerHalf);
        var answer = Wire.Hex(card.Send([0x00, 0x82, 0x00, 0x00, 0x28], token, [0x00]))[..^2];
        var key = ResidenceSession.AgreeAsReader(baseKey, answer, readerNonce, cardNonce, readerHalf)!;
        if (verify)
            Assert.Equal("9000", card.Send([0x08, 0x20, 0x00, 0x86, 0x13],
                VerifyObject(key, DemoCards.ResidenceNumber)));
        return key;
    }

    private static byte[] VerifyObject(byte[] key, string number) =>
        TlvWriter.Encode(0x86, [0x01, .. ResidenceSession.Encrypt(key, ResidenceSession.NumberBytes(number))]);

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
