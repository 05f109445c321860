using System.Collections.Immutable;
using Musubi.Chip;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.Applications.Emrtd;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Text;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.PassiveAuthentication;
using Musubi.Chip.Personalisation;
using Musubi.Chip.Readers;
using Musubi.Chip.Readers.InProcess;
using Musubi.Chip.VirtualCards;

namespace Musubi.Tests.Chip.VirtualCards;

/// <summary>One chip, four applications, one file.</summary>
public sealed class MergedCardTests : IDisposable
{
    internal const string Pin = "135790";
    internal const string Can = "246801";
    internal const string Puk = "9876543210";
    internal static readonly Lazy<byte[]> MadeOnce = new(Make);
    private readonly DemoCards cards = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static CardSecurityTrust Trust => new([DemoCards.Keys.CountrySigner], DemoCards.Clock.GetUtcNow());

    public void Dispose() => cards.Dispose();

    [Fact]
    public async Task All_four_applications_answer_on_one_chip()
    {
        var card = Copy();
        Assert.Equal("3b8a80018031f873f741e082900075", Convert.ToHexStringLower(card.PowerOn()));
        Assert.Equal(RecognisedCard.MergedCard, await CardRecognition.Recognise(DemoCards.Channel(card), Cancel));

        var travel = await ReadTravel(DemoCards.Channel(card));
        Assert.Equal((SignedContentVerdict.Genuine, Zone), (travel.Value.Verdict, travel.Value.Mrz));
        Assert.Equal("stay", await ReadGroup(card, 19, EidRights.ReadDg19));
        var proof = await JpkiCard.ProveHolder(
            DemoCards.Channel(card), DemoCards.AuthenticationPin,
            DemoCards.Keys.AuthenticationAuthority.Certificate, DemoCards.Clock, Cancel);
        Assert.True(proof.IsProved);
        var number = await TextApplication.ReadMyNumber(
            DemoCards.Channel(card), DemoCards.TextPin, DemoCards.Keys.TextRoot, Cancel);
        Assert.True(number.IsGenuine);
    }

    [Fact]
    public async Task The_chips_residence_folders_do_not_exist_beside_the_eID()
    {
        var card = Copy();
        Assert.Equal("6a82", card.Send("00a4040c10 d392f0004f0200000000000000000000"));
        Assert.Equal("6a82", card.Send("00a4040c10 d392f0004f0100000000000000000000"));
        var files = await EmrtdReader.Read(DemoCards.Channel(card), [], DemoCards.Clock.GetUtcNow(), Cancel);
        Assert.Equal(CardRefusal.NotPermitted, files.Refusal);
    }

    [Fact]
    public async Task A_wrong_CAN_opens_nothing()
    {
        using var password = PacePassword.Can("000000");
        var outcome = await Pace.Establish(DemoCards.Channel(Copy()), password, null, Cancel);
        Assert.IsNotType<PaceOutcome.Established>(outcome);
    }

    [Fact]
    public async Task A_renewal_rewrites_groups_that_survive_the_card_being_put_away()
    {
        var card = Copy();
        using (var password = PacePassword.Pin(Pin))
        {
            using var open = await (await Terminal(EidRights.All)).Open(DemoCards.Channel(card), password, Trust);
            var written = await EidWriter.WriteGroups(
                open, [(19, EidGroup.Text("longer stay")), (21, EidGroup.Text("yes"))]);
            Assert.True(written.IsGiven);
        }
        card.Dispose();
        var again = cards.Opened("merged.card");
        Assert.Equal("longer stay", await ReadGroup(again, 19, EidRights.ReadDg19));
        Assert.Equal("yes", await ReadGroup(again, 21, EidRights.ReadDg21));
    }

    [Fact]
    public async Task A_full_disk_during_a_renewal_keeps_all_old_groups()
    {
        var path = cards.PathOf("full.card");
        await File.WriteAllBytesAsync(path, MadeOnce.Value);
        var disk = new FillingDisk();
        using (var card = VirtualCard.Open(path, disk))
        {
            using var password = PacePassword.Pin(Pin);
            using var open = await (await Terminal(EidRights.All)).Open(DemoCards.Channel(card), password, Trust);
            disk.IsFull = true;
            var written = await EidWriter.WriteGroups(open, [(19, EidGroup.Text("longer stay"))]);
            Assert.Equal(CardRefusal.MemoryFailure, written.Refusal);
        }
        Assert.Equal("stay", await ReadGroup(cards.Opened("full.card"), 19, EidRights.ReadDg19));
    }

    [Fact]
    public async Task What_the_card_cannot_count_it_does_not_give()
    {
        var path = cards.PathOf("full.card");
        await File.WriteAllBytesAsync(path, MadeOnce.Value);
        var disk = new FillingDisk();
        using (var card = VirtualCard.Open(path, disk))
        {
            using var password = PacePassword.Pin(Pin);
            using var open = await (await Terminal(EidRights.All)).Open(DemoCards.Channel(card), password, Trust);
            disk.IsFull = true;
            Assert.Equal(CardRefusal.MemoryFailure, (await EidReader.ReadGroup(open, 19, Cancel)).Refusal);
        }
        Assert.Equal(0, cards.Opened("full.card").File.Eac!.Readings.Count);
    }

    [Fact]
    public async Task The_printed_zone_opens_the_travel_document_and_counts_nothing()
    {
        var card = Copy();
        using var password = PacePassword.Mrz(Zone.KeySeed());
        var pace = Assert.IsType<PaceOutcome.Established>(
            await Pace.Establish(DemoCards.Channel(card), password, null, Cancel));
        using var secure = pace.Channel;
        var travel = await EmrtdReader.Read(
            secure, [DemoCards.Keys.CountrySigner], DemoCards.Clock.GetUtcNow(), Cancel);
        Assert.Equal(Zone, travel.Value.Mrz);
        Assert.Equal(0, card.File.Eac!.Readings.Count);
    }

    [Fact]
    public async Task A_PIN_presented_inside_a_secure_channel_does_not_outlive_it()
    {
        var card = Copy();
        using var password = PacePassword.Can(Can);
        var established = Assert.IsType<PaceOutcome.Established>(
            await Pace.Establish(DemoCards.Channel(card), password, null, Cancel));
        using var secure = established.Channel;
        Assert.True((await JpkiCard.VerifyAuthenticationPin(secure, DemoCards.AuthenticationPin, Cancel)).IsAccepted);
        Assert.Equal("6982", card.Send("802a039703 616263 00"));
    }

    [Fact]
    public async Task A_certificate_read_inside_a_secure_channel_is_whole()
    {
        var card = Copy();
        using var password = PacePassword.Can(Can);
        var established = Assert.IsType<PaceOutcome.Established>(
            await Pace.Establish(DemoCards.Channel(card), password, null, Cancel));
        using var secure = established.Channel;
        var read = await JpkiCard.ReadAuthenticationCertificate(secure, Cancel);
        Assert.Equal(card.File.Jpki!.Authentication.Certificate, read.Value.RawData);
        var part = await secure.Transmit(new CommandApdu(0, 0xB0, 0, 0, Ne: CommandApdu.ShortNe), Cancel);
        Assert.Equal(223, part.Data.Length);
    }

    [Fact]
    public async Task A_move_on_the_merged_card_rewrites_text_and_signing_certificate()
    {
        var card = Copy();
        var channel = DemoCards.Channel(card);
        var moved = DemoCards.Holder with { Address = "大阪府大阪市北区梅田１－１" };
        using var issuer = new IssuerChannel(channel, DemoCards.Keys.CardKey(DemoCards.Serial));
        var text = await TextApplication.RewriteAttributes(
            channel, issuer, DemoCards.MyNumber, new(moved.Name, moved.Address, moved.BirthDate, moved.Sex),
            DemoCards.Keys.TextSigner, Cancel);
        Assert.True(text.IsGiven);
        var replaced = await JpkiCounter.Replace(
            channel, issuer, JpkiKey.Signing, key => DemoCards.Keys.SigningAuthority.IssueSigning(
                key, moved, DemoCards.NumberData.CertificatesFrom, DemoCards.NumberData.CertificatesUntil), Cancel);
        Assert.Equal(moved, JpkiHolder.Of(replaced.Value));
    }

    [Theory]
    [InlineData("12345", Pin, Puk)]
    [InlineData(Can, "12345", Puk)]
    [InlineData(Can, Pin, "123456789A")]
    public void Secrets_without_their_form_make_no_card(string can, string pin, string puk)
    {
        var path = cards.PathOf("none.card");
        Assert.Throws<ArgumentException>(() => CardFiles.MakeMerged(
            path, Data with { Can = can }, DemoCards.Keys, new(pin, puk, DemoCards.Pins)));
        Assert.False(File.Exists(path));
    }

    private static Td1Mrz Zone { get; } = new()
    {
        DocumentCode = "AR",
        IssuingState = "JPN",
        DocumentNumber = DemoCards.ResidenceNumber,
        BirthDate = "9005<<",
        Sex = 'F',
        ExpiryDate = "350217",
        Nationality = "VNM",
        PrimaryIdentifier = "NGUYEN",
        SecondaryIdentifier = "THI HOA",
    };

    private static MergedCardData Data => new()
    {
        Number = DemoCards.NumberData,
        Travel = new(Zone, new([0xFF, 0xD8, .. new byte[200], 0xFF, 0xD9], 120, 160)),
        Groups = ImmutableSortedDictionary<int, ReadOnlyMemory<byte>>.Empty
            .Add(4, EidGroup.Text("NGUYEN"))
            .Add(19, EidGroup.Text("stay"))
            .Add(21, EidGroup.Text("within status")),
        Can = Can,
    };

    private static byte[] Make()
    {
        var folder = Directory.CreateTempSubdirectory("musubi-cards-").FullName;
        var path = Path.Combine(folder, "merged.card");
        CardFiles.MakeMerged(path, Data, DemoCards.Keys, new(Pin, Puk, DemoCards.Pins));
        var bytes = File.ReadAllBytes(path);
        Directory.Delete(folder, recursive: true);
        return bytes;
    }

    private static async Task<CardResult<EmrtdReading>> ReadTravel(ICardChannel channel)
    {
        using var password = PacePassword.Can(Can);
        var pace = Assert.IsType<PaceOutcome.Established>(await Pace.Establish(channel, password, null, Cancel));
        using var secure = pace.Channel;
        return await EmrtdReader.Read(secure, [DemoCards.Keys.CountrySigner], DemoCards.Clock.GetUtcNow(), Cancel);
    }

    private static async Task<string> ReadGroup(VirtualCard card, int group, EidRights right)
    {
        using var password = PacePassword.Pin(Pin);
        using var open = await (await Terminal(right)).Open(DemoCards.Channel(card), password, Trust, right);
        var read = await EidReader.ReadGroup(open, group, Cancel);
        Assert.True(EidGroup.TryText(read.Value, out var text));
        return text;
    }

    private static async Task<Terminal> Terminal(EidRights rights)
    {
        var today = DateOnly.FromDateTime(DemoCards.Clock.GetUtcNow().UtcDateTime);
        var verifierKey = DemoCards.Keys.EidVerifierKey;
        var verifier = await DemoCards.Keys.EidRoot.Issue(
            CvReference.Parse("JPDV00001"), verifierKey,
            new Chat(CvRole.DocumentVerifierDomestic, EidRights.All), today, today.AddDays(30), cancel: Cancel);
        var key = CvKey.Create(verifierKey.Parameters);
        var certificate = await new CvCertificateAuthority(verifier, verifierKey).Issue(
            CvReference.Parse("JPTERM00001"), key, new Chat(CvRole.Terminal, rights),
            today, today.AddDays(1), cancel: Cancel);
        return new([verifier], certificate, key);
    }

    private VirtualCard Copy()
    {
        File.WriteAllBytes(cards.PathOf("merged.card"), MadeOnce.Value);
        return cards.Opened("merged.card");
    }

    private sealed class FillingDisk : DiskSteps
    {
        public bool IsFull { get; set; }

        public override Stream CreateTemporary(string path) =>
            IsFull ? throw new IOException("No space left on device.") : base.CreateTemporary(path);
    }
}
