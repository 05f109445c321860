using System.Text.Json;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Tlv;
using Musubi.Tests.Vocabulary;

namespace Musubi.Tests.Chip.Residence;

/// <summary>The published example of Appendix 2, value by value: testkit/residence-card.</summary>
public sealed class ResidenceVectorTests
{
    private static readonly JsonElement Case = Read("mutual-authentication.json");

    [Fact]
    public void The_base_key_is_the_head_of_the_hashed_number()
    {
        var key = ResidenceSession.BaseKey(ResidenceSession.NumberBytes(Text("cardNumber")));
        Assert.Equal(Text("kEnc"), Convert.ToHexStringLower(key));
        Assert.Equal(Text("kMac"), Convert.ToHexStringLower(key));
        Assert.StartsWith(Convert.ToHexStringLower(key), Text("sha1CardNumber"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_reader_makes_the_published_mutual_authenticate_command()
    {
        var token = ResidenceSession.Token(Bytes("kEnc"), Bytes("rndIfd"), Bytes("rndIcc"), Bytes("kIfd"));
        Assert.Equal(Text("eIfd") + Text("mIfd"), Convert.ToHexStringLower(token));
        var command = new CommandApdu(0x00, 0x82, 0, 0, token, CommandApdu.ShortNe);
        Assert.Equal(Command(1), Convert.ToHexStringLower(command.ToBytes()));
    }

    [Fact]
    public void The_card_gives_the_published_answer()
    {
        var answer = ResidenceSession.AnswerAsCard(
            Text("cardNumber"), Bytes("rndIcc"), Wire.Hex(Text("eIfd") + Text("mIfd")), Bytes("kIcc"));
        Assert.Equal(Text("eIcc") + Text("mIcc"), Convert.ToHexStringLower(answer!.Value.Token));
        Assert.Equal(Text("ksEnc"), Convert.ToHexStringLower(answer.Value.SessionKey));
    }

    [Fact]
    public void The_reader_reaches_the_published_session_key()
    {
        var key = ResidenceSession.AgreeAsReader(
            Bytes("kEnc"), Wire.Hex(Text("eIcc") + Text("mIcc")), Bytes("rndIfd"), Bytes("rndIcc"), Bytes("kIfd"));
        Assert.Equal(Text("ksEnc"), Convert.ToHexStringLower(key!));
        var opened = ResidenceSession.Open(Wire.Hex(Text("eIcc") + Text("mIcc")), Bytes("kEnc"))!;
        Assert.Equal(
            Text("eIccDecrypted"),
            Convert.ToHexStringLower([.. opened.FirstNonce, .. opened.SecondNonce, .. opened.KeyHalf]));
    }

    [Fact]
    public void VERIFY_is_the_published_command()
    {
        var cryptogram = ResidenceSession.Encrypt(Bytes("ksEnc"), ResidenceSession.NumberBytes(Text("cardNumber")));
        var published = Case.GetProperty("verify").GetProperty("cryptogram").GetString();
        Assert.Equal(published, Convert.ToHexStringLower(cryptogram));
        var command = new CommandApdu(0x08, 0x20, 0, 0x86, TlvWriter.Encode(0x86, [0x01, .. cryptogram]));
        Assert.Equal(Command(2), Convert.ToHexStringLower(command.ToBytes()));
    }

    [Theory]
    [InlineData("eIcc", 0)]
    [InlineData("mIcc", 7)]
    public void An_answer_with_one_bit_changed_is_refused(string field, int at)
    {
        var changed = Bytes(field);
        changed[at] ^= 0x01;
        byte[] token = string.Equals(field, "eIcc", StringComparison.Ordinal)
            ? [.. changed, .. Bytes("mIcc")]
            : [.. Bytes("eIcc"), .. changed];
        Assert.Null(
            ResidenceSession.AgreeAsReader(Bytes("kEnc"), token, Bytes("rndIfd"), Bytes("rndIcc"), Bytes("kIfd")));
    }

    [Theory]
    [InlineData("rndIfd")]
    [InlineData("rndIcc")]
    public void An_answer_for_other_nonces_is_refused(string nonce)
    {
        var (readerNonce, cardNonce) = (Bytes("rndIfd"), Bytes("rndIcc"));
        (string.Equals(nonce, "rndIfd", StringComparison.Ordinal) ? readerNonce : cardNonce)[0] ^= 0x80;
        var token = Wire.Hex(Text("eIcc") + Text("mIcc"));
        Assert.Null(ResidenceSession.AgreeAsReader(Bytes("kEnc"), token, readerNonce, cardNonce, Bytes("kIfd")));
    }

    internal static JsonElement Read(string name)
    {
        var path = Path.Combine(Repository.Root, "testkit", "residence-card", name);
        return JsonDocument.Parse(File.ReadAllText(path)).RootElement;
    }

    private static string Command(int step) =>
        Case.GetProperty("commands")[step].GetProperty("command").GetString()!;

    private static string Text(string name) => Case.GetProperty(name).GetString()!;

    private static byte[] Bytes(string name) => Wire.Hex(Text(name));
}
