using System.Security.Cryptography;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Tests.Chip.Residence;

/// <summary>The residence application of a specified card byte by byte, as docs/apdu/set-session-key.md has it.
/// Expected cryptograms and checksums were computed with openssl from the keys 40…4F and 60…6F.</summary>
public sealed class SpecifiedCardSideTests : IDisposable
{
    private const string SelectAp = "00a4040c10 d392f0004f0100000000000000000000";
    private const string SelectDf1 = "00a4040c10 d392f0004f0200000000000000000000";
    private const string SelectDf2 = "00a4040c10 d392f0004f0300000000000000000000";
    private const string SelectDf3 = "00a4040c10 d392f0004f0400000000000000000000";
    private const string SelectText = "00a4040c0a d3921000310001010408";
    private const string Verify = "0c2000861d 871101e046a529e2532bc49ed1a8944827f2a88e08fa5bfe46c2cd3d17 00";
    private const string VerifyOther = "0c2000861d 8711017049355bf321fa2fb85e73d3e0e8cb3b8e081b1149a3b0744533 00";
    private const string ReadNumber = "0cb081000d 9701008e08751bea6649d0f1d8 00";
    private static readonly byte[] EncryptionSeed = [.. Enumerable.Range(0x40, 32).Select(value => (byte)value)];
    private static readonly byte[] ChecksumSeed = [.. Enumerable.Range(0x60, 32).Select(value => (byte)value)];
    private readonly DemoCards cards = new();

    public void Dispose() => cards.Dispose();

    [Fact]
    public void Session_number_and_first_file_are_these_bytes()
    {
        var card = Selected();
        Assert.Equal("9000", Deliver(card));
        Assert.Equal("990290008e0882d4a3e5aa7032bd9000", card.Send(Verify));
        Assert.Equal("9000", card.Send(SelectDf1));
        Assert.Equal("8711010746811de300b2ce7a236c33611a3bd2990290008e08416a31c2bc05b7899000", card.Send(ReadNumber));
    }

    [Fact]
    public void Version_and_type_are_free_in_the_application_and_nowhere_before_it()
    {
        var card = cards.CopySpecified();
        Assert.Equal("6986", card.Send("00b08a0000"));
        Assert.Equal("9000", card.Send(SelectAp));
        Assert.Equal("c004303030319000", card.Send("00b08b0000"));
        Assert.Equal("c10230379000", card.Send("00b08a0000"));
    }

    [Fact]
    public void The_folders_are_found_only_while_the_application_is_selected()
    {
        var card = cards.CopySpecified();
        Assert.Equal("6a82", card.Send(SelectDf1));
        Assert.Equal("9000", card.Send(SelectAp));
        Assert.Equal("9000", card.Send(SelectDf1));
        Assert.Equal("9000", card.Send(SelectText));
        Assert.Equal("6a82", card.Send(SelectDf1));
        Assert.Equal("6a82", card.Send("00a4040c08 d392f0004f010000"));
    }

    [Fact]
    public void Other_cards_do_not_have_the_application()
    {
        Assert.Equal("6a82", cards.CopyMyNumber().Send(SelectAp));
        Assert.Equal("6a82", cards.MakeResidence().Send(SelectAp));
        Assert.Equal("6a82", VirtualCards.MergedCards.Copy(cards).Send(SelectAp));
    }

    [Fact]
    public void A_specified_card_has_no_PACE_and_no_eID_application()
    {
        var card = cards.CopySpecified();
        Assert.Null(card.File.Eid);
        Assert.Equal("6a82", card.Send("00a4040c09 e80704007f00070302"));
        Assert.Equal("6d00", card.Send("0022c1a40f 800a04007f00070202040202830102"));
    }

    [Theory]
    [InlineData(SelectDf1, "00b0810000")]
    [InlineData(SelectDf1, "00b0830000")]
    [InlineData(SelectDf1, "00b0840000")]
    [InlineData(SelectDf2, "00b0810000")]
    [InlineData(SelectDf3, "00b0820000")]
    public void Nothing_personal_is_read_before_the_number_is_proved(string select, string read)
    {
        var card = Selected();
        Deliver(card);
        Assert.Equal("9000", card.Send(select));
        Assert.Equal("6982", card.Send(read));
    }

    [Fact]
    public void A_session_without_the_number_reads_nothing_personal()
    {
        var card = Selected();
        Deliver(card);
        Assert.Equal("990263008e08047d9b6a02b476446300", card.Send(VerifyOther));
        card.Send(SelectDf1);
        // 6982, under the checksum.
        Assert.EndsWith("6982", card.Send(ReadNumber), StringComparison.Ordinal);
    }

    [Fact]
    public void Images_and_entries_are_never_given_in_clear()
    {
        var card = Opened();
        card.Send(SelectDf1);
        foreach (var file in (string[])["81", "83", "84", "86"]) Assert.Equal("6982", card.Send($"00b0{file}0000"));
        card.Send(SelectDf2);
        Assert.Equal("d801309000", card.Send("00b0820000"));
    }

    [Theory]
    [InlineData(SelectAp)]
    [InlineData(SelectText)]
    [InlineData("reset")]
    public void Application_reset_and_another_application_end_the_session(string end)
    {
        var card = Opened();
        if (end is "reset") card.Reset();
        else card.Send(end);
        card.Send(SelectAp);
        Assert.Equal("69fc", card.Send(ReadNumber));
        card.Send(SelectDf2);
        Assert.Equal("6982", card.Send("00b0820000"));
    }

    [Fact]
    public void A_new_key_takes_back_the_proof_of_the_number()
    {
        var card = Opened();
        Assert.Equal("9000", Deliver(card));
        card.Send(SelectDf2);
        Assert.Equal("6982", card.Send("00b0820000"));
    }

    [Theory]
    [InlineData("0c20008613 871101e046a529e2532bc49ed1a8944827f2a8 00", "6987")]
    [InlineData("0c2000861d 871101e046a529e2532bc49ed1a8944827f2a88e08fa5bfe46c2cd3d18 00", "6988")]
    [InlineData("0c2000871d 871101e046a529e2532bc49ed1a8944827f2a88e08fa5bfe46c2cd3d17 00", "6988")]
    [InlineData("0c2000861d 871101e146a529e2532bc49ed1a8944827f2a88e08fa5bfe46c2cd3d17 00", "6988")]
    [InlineData("0c20008604 8711 0100 00", "6988")]
    [InlineData(ReadNumber, "6988")]
    public void A_message_that_is_not_as_agreed_ends_the_session(string command, string expected)
    {
        var card = Selected();
        Deliver(card);
        Assert.Equal(expected, card.Send(command));
        Assert.Equal("69fc", card.Send(Verify));
    }

    [Fact]
    public void A_command_cannot_be_sent_twice()
    {
        var card = Opened();
        Assert.Equal("6988", card.Send(Verify));
        Assert.Equal("69fc", card.Send(ReadNumber));
    }

    [Theory]
    [InlineData("0020008604 30303030", "6982")]
    [InlineData("0820008613 8611 01 ee0b31ef877f68d071c56d58c72e6748", "6882")]
    [InlineData("0084000008", "6d00")]
    [InlineData("0082000028", "6d00")]
    [InlineData("80ae000001 00", "6700")]
    [InlineData("80ae010000", "6a86")]
    [InlineData("80460000", "6d00")]
    [InlineData("c0b0000000", "6e00")]
    [InlineData("00b0850000", "6a82")]
    [InlineData("00b0ab0000", "6a86")]
    [InlineData("00b0000000", "6986")]
    [InlineData("00a4020c02 0009", "6a82")]
    [InlineData("00a4010c02 0009", "6a86")]
    [InlineData("00a4000002 3f00", "6a82")]
    [InlineData("0c2000861d 871101e046a529e2532bc49ed1a8944827f2a88e08fa5bfe46c2cd3d17", "6700")]
    public void What_is_wrong_gets_its_status_word(string command, string expected)
    {
        var card = Selected();
        Deliver(card);
        Assert.Equal(expected, card.Send(command));
    }

    [Fact]
    public void Only_both_keys_under_the_issuers_key_begin_a_session()
    {
        var card = Selected();
        var key = DemoCards.Keys.Delivery;
        Assert.Equal("6a80", Send(card, KeyDelivery.Wrap(key, EncryptionSeed)));
        byte[] turned = TlvWriter.Encode(0xA0, inner => inner.Write(0x81, ChecksumSeed).Write(0x80, EncryptionSeed));
        Assert.Equal("6a80", Send(card, key.Encrypt(turned, RSAEncryptionPadding.OaepSHA256)));
        byte[] oldHash = TlvWriter.Encode(0xA0, inner => inner.Write(0x80, EncryptionSeed).Write(0x81, ChecksumSeed));
        Assert.Equal("6a80", Send(card, key.Encrypt(oldHash, RSAEncryptionPadding.OaepSHA1)));
        byte[] aboveEveryModulus = [.. Enumerable.Repeat((byte)0xFF, 256)];
        Assert.Equal("6f00", Send(card, aboveEveryModulus));
        Assert.Equal("69fc", card.Send(Verify));
    }

    [Fact]
    public void The_other_applications_know_no_class_0C()
    {
        var card = cards.CopySpecified();
        Assert.Equal("6882", card.Send(Verify));
        card.Send(SelectText);
        Assert.Equal("6882", card.Send(Verify));
    }

    private VirtualCard Selected()
    {
        var card = cards.CopySpecified();
        Assert.Equal("9000", card.Send(SelectAp));
        return card;
    }

    private VirtualCard Opened()
    {
        var card = Selected();
        Deliver(card);
        Assert.EndsWith("9000", card.Send(Verify), StringComparison.Ordinal);
        return card;
    }

    private static string Deliver(VirtualCard card) =>
        Send(card, KeyDelivery.Wrap(DemoCards.Keys.Delivery, EncryptionSeed, ChecksumSeed));

    private static string Send(VirtualCard card, byte[] delivered) =>
        card.Send([0x80, 0xAE, 0x00, 0x00, 0x00, 0x01, 0x00], delivered);
}
