using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Emrtd;
using Musubi.Chip.Pace;
using Musubi.Chip.PassiveAuthentication;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;
using Musubi.Tests.Chip.VirtualCards;

namespace Musubi.Tests.Chip.Emrtd;

/// <summary>The travel document proves that it is no copy (ICAO 9303-11 §6.1 and §6.2).</summary>
public sealed class EmrtdProofTests : IDisposable
{
    private readonly DemoCards cards = new();

    private static ImmutableArray<X509Certificate2> Trusted => [DemoCards.Keys.CountrySigner];

    private static DateTimeOffset Today => DemoCards.Clock.GetUtcNow();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => cards.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_chip_proves_itself_by_signature_after_PACE_with_CAN_or_MRZ(bool withCan)
    {
        using var secure = await Open(MergedCards.Copy(cards), withCan);
        Assert.True((await EmrtdProof.BySignature(secure, Trusted, Today, Cancel)).Value.IsProved);
    }

    [Fact]
    public async Task The_chip_proves_itself_by_agreement_and_the_new_channel_reads()
    {
        using var pace = await Open(MergedCards.Copy(cards));
        var (proof, secure) = (await EmrtdProof.ByAgreement(pace, Trusted, Today, Cancel)).Value;
        Assert.True(proof.IsProved);
        var reading = await EmrtdReader.Read(secure!, Trusted, Today, Cancel);
        Assert.Equal((SignedContentVerdict.Genuine, MergedCards.Zone), (reading.Value.Verdict, reading.Value.Mrz));
    }

    [Fact]
    public async Task A_copy_of_the_files_has_neither_key()
    {
        var card = MergedCards.Copy(cards);
        using var other = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);
        card.File.Emrtd!.ActiveAuthenticationKey = other.ExportPkcs8PrivateKey();
        card.File.Emrtd.ChipAuthenticationKey[^1] ^= 0x01;
        using (var secure = await Open(card))
        {
            var signature = (await EmrtdProof.BySignature(secure, Trusted, Today, Cancel)).Value;
            Assert.Equal(SignatureOfCard.NotByThisKey, signature.Chip);
        }

        using var pace = await Open(card);
        var (agreement, channel) = (await EmrtdProof.ByAgreement(pace, Trusted, Today, Cancel)).Value;
        Assert.Equal((SignatureOfCard.NotByThisKey, true), (agreement.Chip, channel is null));
    }

    [Theory]
    [InlineData("010E")]
    [InlineData("010F")]
    public async Task A_key_that_the_issuer_did_not_sign_proves_nothing(string file)
    {
        var card = MergedCards.Copy(cards);
        card.File.Emrtd!.Files[file][^1] ^= 0x01;
        using var secure = await Open(card);
        var proof = file == "010F"
            ? (await EmrtdProof.BySignature(secure, Trusted, Today, Cancel)).Value
            : (await EmrtdProof.ByAgreement(secure, Trusted, Today, Cancel)).Value.Proof;
        Assert.Equal((SignedContentVerdict.FileNotAsSigned, SignatureOfCard.NotChecked), (proof.Verdict, proof.Chip));
    }

    [Fact]
    public async Task Another_country_proves_nothing()
    {
        using var secure = await Open(MergedCards.Copy(cards));
        var proof = (await EmrtdProof.BySignature(secure, [], Today, Cancel)).Value;
        Assert.Equal((SignedContentVerdict.ForeignIssuer, SignatureOfCard.NotChecked), (proof.Verdict, proof.Chip));
    }

    [Fact]
    public void COM_and_SOD_list_all_four_groups()
    {
        var files = MergedCards.Copy(cards).File.Emrtd!.Files;
        Assert.Equal("60165f01043031303" + "75f36063034303030305c0461756e6f", Convert.ToHexStringLower(files["011E"]));
        var (_, hashes) = EmrtdReader.Hashes(files["011D"], Trusted, Today);
        Assert.Equal([1, 2, 14, 15], hashes!.Hashes.Keys);
        Assert.Equal("6e", Convert.ToHexStringLower(files["010E"][..1]));
        Assert.Equal("6f", Convert.ToHexStringLower(files["010F"][..1]));
    }

    [Theory]
    [InlineData(0x22, 0x41, 0xA4, "800a04007f00070202030202", "9000")]
    [InlineData(0x22, 0x41, 0xA4, "800a04007f00070202030204", "6a80")]
    [InlineData(0x22, 0x41, 0xA4, "800a04007f00070202030202840101", "6a88")]
    [InlineData(0x22, 0x81, 0xA4, "800a04007f00070202030202", "6a86")]
    [InlineData(0x86, 0x00, 0x00, "7c00", "6985")]
    [InlineData(0x88, 0x00, 0x00, "0000000000000000", "9000")]
    [InlineData(0x88, 0x00, 0x00, "00000000000000", "6700")]
    [InlineData(0x88, 0x01, 0x00, "0000000000000000", "6a86")]
    [InlineData(0x84, 0x00, 0x00, "", "6d00")]
    public async Task What_is_wrong_gets_its_status_word(
        byte instruction, byte p1, byte p2, string data, string expected)
    {
        using var secure = await Open(MergedCards.Copy(cards));
        await IsoCommands.SelectApplication(secure, EmrtdFiles.Aid, Cancel);
        var answer = await secure.Transmit(
            new(0, instruction, p1, p2, Wire.Hex(data), CommandApdu.ShortNe), Cancel);
        Assert.Equal(expected, answer.Status.ToString().ToLowerInvariant());
    }

    [Theory]
    [InlineData("7c00", "6a80")]
    [InlineData("7c03800104", "6300")]
    public async Task A_key_that_is_none_ends_the_agreement(string data, string expected)
    {
        using var secure = await Open(MergedCards.Copy(cards));
        await IsoCommands.SelectApplication(secure, EmrtdFiles.Aid, Cancel);
        await secure.Transmit(
            new(0, 0x22, 0x41, 0xA4, TlvWriter.Encode(0x80, Wire.Hex("04007f00070202030202"))), Cancel);
        var command = new CommandApdu(0, 0x86, 0, 0, Wire.Hex(data), CommandApdu.ShortNe);
        Assert.Equal(expected, (await secure.Transmit(command, Cancel)).Status.ToString().ToLowerInvariant());
        Assert.Equal(StatusWord.ConditionsNotSatisfied, (await secure.Transmit(command, Cancel)).Status);
    }

    private static async Task<PaceChannel> Open(VirtualCard card, bool withCan = true)
    {
        using var password = withCan
            ? PacePassword.Can(MergedCards.Can)
            : PacePassword.Mrz(MergedCards.Zone.KeySeed());
        var channel = DemoCards.Channel(card);
        return Assert.IsType<PaceOutcome.Established>(await Pace.Establish(channel, password, null, Cancel)).Channel;
    }
}
