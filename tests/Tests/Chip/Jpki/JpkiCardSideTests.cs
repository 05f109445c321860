using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.Personalisation;

namespace Musubi.Tests.Chip.Jpki;

/// <summary>The JPKI application byte by byte.</summary>
public sealed class JpkiCardSideTests : IDisposable
{
    private const string SelectJpki = "00a4040c0a d392f000260100000001";
    private const string PresentPin = "0020009804 31323334";
    private const string PresentPassword = "0020009b06 414243313233";
    private const string DigestInfoPrefix = "3031300d060960864801650304020105000420";
    private readonly DemoCards cards = new();

    public void Dispose() => cards.Dispose();

    /// <summary>The order and the answers that OpenSC 0.23's jpki driver was observed with.</summary>
    [Fact]
    public void The_conversation_that_OpenSC_has_with_a_card_works()
    {
        var card = cards.CopyMyNumber();
        Assert.Equal("3be000ff8131fe4514", Convert.ToHexStringLower(card.PowerOn()));
        Assert.Equal("9000", card.Send(SelectJpki));
        Assert.Equal("9000", card.Send("00a4020c02 0018"));
        Assert.Equal("63c3", card.Send("00200080"));
        Assert.Equal("9000", card.Send("00a4020c02 001b"));
        Assert.Equal("63c5", card.Send("00200080"));
        foreach (var id in (string[])["000a", "000b", "0002"])
        {
            Assert.Equal("9000", card.Send("00a4020c02" + id));
            Assert.Matches("^3082[0-9a-f]{4}9000$", card.Send("00b0000004"));
        }
        Assert.Equal("9000", card.Send("00a4020c02 0018"));
        Assert.Equal("9000", card.Send("0020008004 31323334"));
        Assert.Equal("9000", card.Send("00a4020c02 0017"));

        var hash = SHA256.HashData("musubi"u8);
        var answer = Wire.Hex(card.Send($"802a008033 {DigestInfoPrefix}{Convert.ToHexStringLower(hash)} 00"));
        Assert.Equal(258, answer.Length);
        using var certificate = X509CertificateLoader.LoadCertificate(card.File.Jpki!.Authentication.Certificate);
        using var key = certificate.GetRSAPublicKey()!;
        Assert.True(key.VerifyHash(hash, answer[..256], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    [Fact]
    public void A_certificate_is_read_in_256_byte_pieces_and_its_end_answers_6B00()
    {
        var card = cards.CopyMyNumber();
        card.Send(SelectJpki);
        card.Send("00a4020c02 000a");
        var whole = card.File.Jpki!.Authentication.Certificate;
        var read = new List<byte>();
        while (read.Count < whole.Length)
        {
            var part = Wire.Hex(card.Send([0x00, 0xB0, (byte)(read.Count >> 8), (byte)(read.Count & 0xFF), 0x00]));
            Assert.Equal<byte>([0x90, 0x00], part[^2..]);
            read.AddRange(part[..^2]);
        }
        Assert.Equal(whole, read.ToArray());
        Assert.Equal("6b00", card.Send([0x00, 0xB0, (byte)(whole.Length >> 8), (byte)(whole.Length & 0xFF), 0x00]));
    }

    [Fact]
    public void The_terminals_authority_is_selected_and_neither_read_nor_signed_with()
    {
        var card = cards.CopyMyNumber();
        card.Send(SelectJpki);
        Assert.Equal("9000", card.Send("00a4020c02 0016"));
        Assert.Equal("6981", card.Send("00b0000000"));
        Assert.Equal("6981", card.Send("00200080"));
        Assert.Equal("6981", card.Send("802a039603 616263 00"));
    }

    [Fact]
    public void An_empty_VERIFY_answers_63Cx_before_after_and_when_blocked()
    {
        var card = cards.CopyMyNumber();
        card.Send(SelectJpki);
        card.Send("00a4020c02 0018");
        Assert.Equal("63c3", card.Send("00200080"));
        Assert.Equal("63c3", card.Send("0020008000"));
        Assert.Equal("9000", card.Send("0020008004 31323334"));
        Assert.Equal("63c3", card.Send("00200080"));
        Assert.Equal("63c2", card.Send("0020008004 30303030"));
        Assert.Equal("63c1", card.Send("0020008004 30303030"));
        Assert.Equal("63c0", card.Send("0020008004 30303030"));
        Assert.Equal("6984", card.Send("0020008004 30303030"));
        Assert.Equal("6984", card.Send("0020008004 31323334"));
        Assert.Equal("63c0", card.Send("00200080"));
    }

    [Fact]
    public void A_right_PIN_gives_back_all_tries_and_a_wrong_one_takes_back_the_right()
    {
        var card = cards.CopyMyNumber();
        card.Send(SelectJpki);
        Assert.Equal("63c2", card.Send("0020009804 30303030"));
        Assert.Equal("9000", card.Send(PresentPin));
        Assert.Equal("63c3", card.Send("00200098"));
        Assert.Equal("63c2", card.Send("0020009804 30303030"));
        Assert.Equal("6982", card.Send("802a039703 616263 00"));
    }

    [Fact]
    public void Tries_used_up_survive_pulling_the_card()
    {
        var card = cards.CopyMyNumber();
        card.Send(SelectJpki);
        card.Send("0020009804 30303030");
        card.Dispose();
        var again = cards.Opened("number.card");
        again.Send(SelectJpki);
        Assert.Equal("63c2", again.Send("00200098"));
    }

    [Fact]
    public void The_signing_certificate_opens_with_the_signing_password_only()
    {
        var card = cards.CopyMyNumber();
        card.Send(SelectJpki);
        Assert.Equal("9000", card.Send("00a4020c02 0001"));
        Assert.Equal("6982", card.Send("00b0000004"));
        Assert.Equal("9000", card.Send(PresentPin));
        Assert.Equal("6982", card.Send("00b0810004"));
        Assert.Equal("9000", card.Send(PresentPassword));
        Assert.Matches("^3082[0-9a-f]{4}9000$", card.Send("00b0810004"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("reset")]
    [InlineData("00a4040c0a d3921000310001010408")]
    public void Selecting_again_reset_and_another_application_forget_the_PIN(string how)
    {
        var card = cards.CopyMyNumber();
        card.Send(SelectJpki);
        card.Send(PresentPin);
        if (string.Equals(how, "reset", StringComparison.Ordinal)) card.Reset();
        else if (how.Length > 0) card.Send(how);
        card.Send(SelectJpki);
        Assert.Equal("6982", card.Send("802a039703 616263 00"));
    }

    [Theory]
    [InlineData("00", "313233", "bare")]
    [InlineData("01", "616263", "bare hash")]
    [InlineData("02", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "PKCS#1")]
    [InlineData("03", "616263", "PKCS#1")]
    [InlineData("04", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "PSS")]
    [InlineData("05", "616263", "PSS")]
    public void Each_scheme_of_the_signing_command_signs_what_it_says(string p1, string data, string form)
    {
        var card = cards.CopyMyNumber();
        card.Send(SelectJpki);
        card.Send(PresentPin);
        var signature = Wire.Hex(card.Send($"802a{p1}97{data.Length / 2:x2}{data}00"))[..^2];
        using var certificate = X509CertificateLoader.LoadCertificate(card.File.Jpki!.Authentication.Certificate);
        using var key = certificate.GetRSAPublicKey()!;
        var hash = SHA256.HashData("abc"u8);
        var signed = form switch
        {
            "PKCS#1" => key.VerifyHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "PSS" => key.VerifyHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            "bare hash" => Ends(BlockOf(key, signature), Convert.ToHexStringLower(hash)),
            _ => Ends(BlockOf(key, signature), data),
        };
        Assert.True(signed);
    }

    [Theory]
    [InlineData("802a0697 03 616263 00", "6a86")]
    [InlineData("802a0297 03 616263 00", "6700")]
    [InlineData("802a0497 03 616263 00", "6700")]
    [InlineData("802a0097 00", "6700")]
    [InlineData("802a0397 03 616263", "6700")]
    [InlineData("802a0398 03 616263 00", "6981")]
    [InlineData("802a0310 03 616263 00", "6a86")]
    [InlineData("802a0380 03 616263 00", "6981")]
    [InlineData("802a039a 03 616263 00", "6982")]
    [InlineData("002a0397 03 616263 00", "6d00")]
    [InlineData("00b0980000", "6981")]
    [InlineData("00b0000000", "6981")]
    [InlineData("00b08600", "6700")]
    [InlineData("00b086a000", "6b00")]
    [InlineData("00a4020c02 0099", "6a82")]
    [InlineData("00a4020c01 00", "6700")]
    [InlineData("00a4010c02 0018", "6a86")]
    [InlineData("00a4040c09 d392f0002601000000", "6a82")]
    [InlineData("00a4040c0b d392f00026010000000100", "6a82")]
    [InlineData("00a4040c", "6a82")]
    [InlineData("00a4000c02 3f00", "6a82")]
    [InlineData("0020009704 31323334", "6981")]
    [InlineData("0020019804 31323334", "6a86")]
    [InlineData("0020001804 31323334", "6a86")]
    [InlineData("0024009804 31323334", "6a86")]
    [InlineData("00f20000", "6d00")]
    [InlineData("8012000000", "6d00")]
    [InlineData("a0a4000002 3f00", "6e00")]
    [InlineData("0c20009804 31323334", "6882")]
    [InlineData("0020009805 3132", "6700")]
    public void What_is_wrong_gets_its_status_word(string command, string expected)
    {
        var card = cards.CopyMyNumber();
        card.Send(SelectJpki);
        card.Send(PresentPin);
        Assert.Equal(expected, card.Send(command));
    }

    [Theory]
    [InlineData("00b0000000")]
    [InlineData("0020008004 31323334")]
    [InlineData("802a0380 03 616263 00")]
    public void Without_a_current_file_nothing_is_meant(string command)
    {
        var card = cards.CopyMyNumber();
        card.Send(SelectJpki);
        Assert.Equal("6986", card.Send(command));
    }

    [Fact]
    public void The_small_files_are_these_bytes()
    {
        var card = cards.CopyMyNumber();
        card.Send(SelectJpki);
        Assert.Equal("8f8f009000", card.Send("00b0880000"));
        var token = card.Send("00b0860000");
        Assert.Equal(324, token.Length);
        Assert.StartsWith(
            Convert.ToHexStringLower("JPKIAPICCTOKEN2                 "u8), token, StringComparison.Ordinal);
        Assert.Equal(Convert.ToHexStringLower("N0000000000001  "u8), token[160..192]);
    }

    [Fact]
    public void A_child_gets_no_signing_certificate()
    {
        var data = DemoCards.NumberData with { WithSigningCertificate = false };
        var made = CardFiles.MakeMyNumber(cards.PathOf("child.card"), data, DemoCards.Keys, DemoCards.Pins);
        Assert.Null(made.Signing);
        var card = cards.Opened("child.card");
        card.Send(SelectJpki);
        Assert.Equal("008f009000", card.Send("00b0880000"));
        Assert.Equal("6a82", card.Send("00a4020c02 0001"));
        Assert.Equal("9000", card.Send(PresentPassword));
        Assert.Equal("6a88", card.Send("802a039a03 616263 00"));
    }

    [Fact]
    public void A_command_of_the_counter_works_once_and_only_with_the_challenge_before_it()
    {
        const string Unauthorised = "802c001814 34333231 00000000000000000000000000000000 00";
        var card = cards.CopyMyNumber();
        card.Send(SelectJpki);
        Assert.Equal("6985", card.Send(Unauthorised));
        card.Send("8084000010");
        Assert.Equal("6982", card.Send(Unauthorised));
        Assert.Equal("6985", card.Send(Unauthorised));
        card.Send("8084000010");
        Assert.Equal("6700", card.Send("802c001804 34333231 00"));
    }

    [Theory]
    [InlineData(0x18, "9000")]
    [InlineData(0x1B, "6982")]
    public void A_command_of_the_counter_for_one_PIN_is_none_for_the_other(byte reference, string expected)
    {
        var card = cards.CopyMyNumber();
        card.Send(SelectJpki);
        var challenge = Wire.Hex(card.Send("8084000010"))[..16];
        var payload = "4321"u8.ToArray();
        var mac = IssuerMac.OfCommand(
            DemoCards.Keys.CardKey(DemoCards.Serial), challenge, new(0x80, 0x2C, 0, 0x18), payload);
        Assert.EndsWith(
            expected, card.Send([0x80, 0x2C, 0x00, reference, 0x14], payload, mac, [0x00]), StringComparison.Ordinal);
    }

    private static bool Ends(string block, string content) =>
        block.EndsWith("ffff00" + content, StringComparison.Ordinal);

    /// <summary>The padded block that was signed: signature to the power of e.</summary>
    private static string BlockOf(RSA key, byte[] signature)
    {
        var numbers = key.ExportParameters(includePrivateParameters: false);
        var block = BigInteger.ModPow(Number(signature), Number(numbers.Exponent!), Number(numbers.Modulus!));
        return Convert.ToHexStringLower(block.ToByteArray(isUnsigned: true, isBigEndian: true));
    }

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
