using Musubi.Chip.Applications.Jpki;
using Musubi.Tests.Chip;

namespace Musubi.Tests.Clients;

/// <summary>OpenSC of Debian, which knows My Number cards, takes ours for one.</summary>
[Collection(PcscdCollection.Name)]
public sealed class OpenScTests(Pcscd pcscd) : IDisposable
{
    private const string Dump = "/usr/bin/pkcs15-tool";
    private const string Token = "/usr/bin/pkcs11-tool";
    private const string Plain = "/usr/bin/opensc-tool";
    private const string OpenSsl = "/usr/bin/openssl";
    private const string WrongPin = "0000";
    private readonly DemoCards cards = new();
    private readonly string folder = Directory.CreateTempSubdirectory("musubi-opensc-").FullName;

    public void Dispose()
    {
        cards.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_dump_shows_both_PINs_with_their_tries_both_keys_and_the_free_certificates()
    {
        await pcscd.Need(Dump);
        await using var plugged = await pcscd.Plug(cards.CopyMyNumber());
        var dump = await Run(Dump, "--reader", Pcscd.ReaderName(0), "--dump");
        Assert.Equal(0, dump.Code);
        string[] lines = [.. dump.Output.Split('\n').Select(line => line.Trim())];
        Assert.Contains("PKCS#15 Card [JPKI]:", lines);
        Assert.Equal(["PIN [User Authentication PIN]", "PIN [Digital Signature PIN]"], Starting("PIN ["));
        Assert.Equal(["Tries left     : 3", "Tries left     : 5"], Starting("Tries left"));
        Assert.Equal(
            ["Private RSA Key [User Authentication Key]", "Private RSA Key [Digital Signature Key]"],
            Starting("Private RSA Key ["));
        Assert.Contains("X.509 Certificate [User Authentication Certificate]", lines);

        IEnumerable<string> Starting(string prefix) => lines.Where(line => line.StartsWith(prefix, default));
    }

    [Fact]
    public async Task Login_and_signature_verify_with_openssl_under_the_cards_certificate()
    {
        await pcscd.Need(Token, Dump, OpenSsl);
        await using var plugged = await pcscd.Plug(cards.CopyMyNumber());
        var (text, signature, key) = (In("text"), In("signature"), In("key.pem"));
        await File.WriteAllTextAsync(text, "在留カード\n");
        var signed = await Run(Token, "--login", "--pin", DemoCards.AuthenticationPin, "--sign",
            "--mechanism", "SHA256-RSA-PKCS", "--id", "01", "--input-file", text, "--output-file", signature);
        Assert.True(signed.Code == 0, signed.All);
        var certificate = await Run(Dump, "--reader", Pcscd.ReaderName(0), "--read-certificate", "01");
        await File.WriteAllTextAsync(In("certificate.pem"), certificate.Output);
        var published = await Run(OpenSsl, "x509", "-in", In("certificate.pem"), "-noout", "-pubkey");
        await File.WriteAllTextAsync(key, published.Output);
        var verified = await Run(OpenSsl, "dgst", "-sha256", "-verify", key, "-signature", signature, text);
        Assert.Equal((0, "Verified OK"), (verified.Code, verified.Output.Trim()));
    }

    [Fact]
    public async Task Three_wrong_PINs_block_the_card_and_the_card_remembers()
    {
        await pcscd.Need(Dump, Token);
        var card = cards.CopyMyNumber();
        await using (await pcscd.Plug(card))
        {
            for (var tries = 2; tries >= 0; tries--)
            {
                var wrong = await Run(Dump, "--reader", Pcscd.ReaderName(0),
                    "--verify-pin", "--auth-id", "01", "--pin", WrongPin);
                Assert.NotEqual(0, wrong.Code);
                var left = await JpkiCard.TriesLeft(DemoCards.Channel(card));
                Assert.Equal((tries, 5), left.Value);
            }

            // The right PIN comes too late.
            var late = await Run(Token, "--login", "--pin", DemoCards.AuthenticationPin, "--test");
            Assert.NotEqual(0, late.Code);
            var dump = await Run(Dump, "--reader", Pcscd.ReaderName(0), "--list-pins");
            Assert.Contains("Tries left     : 0", dump.Output);
        }
        var path = card.Path;
        card.Dispose();
        var again = cards.Opened(Path.GetFileName(path));
        Assert.Equal((0, 5), (await JpkiCard.TriesLeft(DemoCards.Channel(again))).Value);
    }

    [Fact]
    public async Task The_signing_certificate_stays_closed_without_its_password()
    {
        await pcscd.Need(Dump);
        await using var plugged = await pcscd.Plug(cards.CopyMyNumber());
        var closed = await Run(Dump, "--reader", Pcscd.ReaderName(0), "--read-certificate", "02");
        Assert.DoesNotContain("BEGIN CERTIFICATE", closed.Output);
    }

    [Fact]
    public async Task A_plain_tool_gets_the_answer_to_reset_and_status_words()
    {
        await pcscd.Need(Plain);
        await using var plugged = await pcscd.Plug(cards.MakeResidence());
        var atr = await Run(Plain, "--reader", Pcscd.ReaderName(0), "--atr");
        Assert.Equal("3b:88:80:01:00:00:00:00:00:81:71:00:f9", atr.Output.Trim());
        // EF02 of the master file says card type 05; a folder of another card does not exist.
        var sent = await Run(Plain, "--reader", Pcscd.ReaderName(0),
            "--send-apdu", "00:B0:8A:00:00", "--send-apdu", "00:A4:04:0C:0A:D3:92:F0:00:26:01:00:00:00:01");
        Assert.Contains("C1 02 30 35", sent.Output);
        Assert.Contains("SW1=0x6A, SW2=0x82", sent.Output);
    }

    private Task<Ended> Run(string program, params string[] arguments) =>
        Outside.Run(pcscd.Environment, program, arguments);

    private string In(string name) => Path.Combine(folder, name);
}
