using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Tests.Chip.Residence;

/// <summary>The residence card byte by byte.</summary>
public sealed class ResidenceCardSideTests : IDisposable
{
    private const string SelectDf1 = "00a4040c10 d392f0004f0200000000000000000000";
    private const string SelectDf2 = "00a4040c10 d392f0004f0300000000000000000000";
    private const string SelectDf3 = "00a4040c10 d392f0004f0400000000000000000000";
    private readonly DemoCards cards = new();

    public void Dispose() => cards.Dispose();

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
        var head = example.GetProperty("plainStartsWith").GetString()!;
        Assert.StartsWith(head, Convert.ToHexStringLower(plain), StringComparison.Ordinal);
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
        byte[] header = [0x08, 0xB0, 0x83, 0x00, 0x00, 0x00, (byte)bytes.Length];
        Assert.Equal(expected, card.Send(header, bytes, [0x00, 0x00]));
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
        if (!verify) return key;
        var opened = card.Send([0x08, 0x20, 0x00, 0x86, 0x13], VerifyObject(key, DemoCards.ResidenceNumber));
        Assert.Equal("9000", opened);
        return key;
    }

    private static byte[] VerifyObject(byte[] key, string number) =>
        TlvWriter.Encode(0x86, [0x01, .. ResidenceSession.Encrypt(key, ResidenceSession.NumberBytes(number))]);
}
