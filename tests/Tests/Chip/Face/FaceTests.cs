using System.Security.Cryptography;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Face;
using Musubi.Chip.Applications.Text;
using Musubi.Chip.Personalisation;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Tests.Chip.Face;

/// <summary>The face application: who knows more reads more. Source: chips' published behaviour
/// (soltia48/myna-card, src/ap/surface.rs).</summary>
public sealed class FaceTests : IDisposable
{
    private const string SelectFace = "00a4040c0a d3921000310001010402";
    private const string PresentBirthDate = "0020009106 353530323137";
    private const string PresentB = "002000920e 3535303231373230333532323835";
    private const string PresentA = "002000930c 313233343536373839303138";
    private readonly DemoCards cards = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static RSA Root => DemoCards.Keys.TextRoot;

    public void Dispose() => cards.Dispose();

    [Theory]
    [InlineData("", false, false, false)]
    [InlineData(PresentBirthDate, true, false, false)]
    [InlineData(PresentB, false, true, false)]
    [InlineData(PresentA, false, true, true)]
    public void Each_reference_opens_what_its_owner_knows_already(
        string present, bool age, bool face, bool number)
    {
        var card = Selected();
        if (present.Length > 0) Assert.Equal("9000", card.Send(present));
        Assert.Equal(age ? "9000" : "6982", Status(card, "00b0810000"));
        Assert.Equal(face ? "9000" : "6982", Status(card, "00b0820000"));
        Assert.Equal("9000", Status(card, "00b0830000"));
        Assert.Equal("9000", Status(card, "00b0840000"));
        Assert.Equal(number ? "9000" : "6982", Status(card, "00b0850000"));
    }

    [Theory]
    [InlineData("00200091", "63ca")]
    [InlineData("00200092", "63ca")]
    [InlineData("00200093", "63ca")]
    [InlineData("0020009106 353530323138", "63c9")]
    [InlineData("002401930c 313233343536373839303139", "6982")]
    [InlineData("00a4020c02 0006", "6a82")]
    [InlineData("00b0910000", "6981")]
    [InlineData("80ae000000", "66f1")]
    [InlineData("08b0840005 9603000000 00", "69fc")]
    [InlineData("802a0000 01 00", "6700")]
    [InlineData("802a0600 01 00 00", "6a86")]
    [InlineData("802a0093 01 00 00", "6a86")]
    [InlineData("0084000008", "6d00")]
    [InlineData("80da0001", "6985")]
    [InlineData("0cb08300", "6882")]
    [InlineData("90b08300", "6e00")]
    public void What_is_wrong_gets_its_status_word(string command, string expected) =>
        Assert.Equal(expected, Selected().Send(command));

    [Fact]
    public void The_tenth_wrong_number_blocks_and_no_counter_opens_it_again()
    {
        var card = Selected();
        for (var left = 9; left >= 0; left--)
            Assert.Equal($"63c{left}", card.Send("002000930c 303030303030303030303030"));
        Assert.Equal("6984", card.Send(PresentA));
        Assert.Equal("63c0", card.Send("00200093"));
        Assert.Equal("9000", card.Send(PresentB));
        card.Dispose();
        var again = cards.Opened("number.card");
        again.Send(SelectFace);
        Assert.Equal("6984", again.Send(PresentA));
    }

    [Fact]
    public async Task The_birth_date_is_confirmed_and_nothing_more()
    {
        var reading = await FaceApplication.ConfirmBirthDate(
            DemoCards.Channel(cards.CopyMyNumber()), NumberB.BirthDate("19800217"), Root, Cancel);
        Assert.Equal((true, "19800217"), (reading.IsGenuine, reading.Content.Value));
    }

    [Fact]
    public async Task Number_B_reads_the_face_and_number_A_My_Number_too()
    {
        var channel = DemoCards.Channel(WithPictures());
        var face = await FaceApplication.ReadFace(channel, DemoCards.NumberB, Root, Cancel);
        Assert.True(face.IsGenuine);
        Assert.Equal(("19800217", "1", "20350217"),
            (face.Content.Value.BirthDate, face.Content.Value.Sex, face.Content.Value.Expiry));
        Assert.Equal(Pictures.Name, face.Content.Value.Pictures.Name);
        Assert.Equal(Pictures.Photo, face.Content.Value.Pictures.Photo);
        Assert.True((await FaceApplication.ReadFaceWithMyNumber(channel, DemoCards.MyNumber, Root, Cancel)).IsGenuine);
        var number = await FaceApplication.ReadMyNumberImage(channel, DemoCards.MyNumber, Root, Cancel);
        Assert.True(number.IsGenuine);
        Assert.Equal(Pictures.MyNumber, number.Content.Value);
    }

    [Fact]
    public async Task The_municipality_is_free()
    {
        var channel = DemoCards.Channel(WithPictures());
        Assert.Equal("13221", (await FaceApplication.ReadMunicipality(channel, Cancel)).Value);
    }

    [Fact]
    public async Task A_wrong_number_reads_nothing()
    {
        var channel = DemoCards.Channel(cards.CopyMyNumber());
        var reading = await FaceApplication.ReadFace(channel, "55021720352286", Root, Cancel);
        Assert.Equal((PinVerdict.Wrong(9), CardRefusal.NotPermitted), (reading.Reference, reading.Content.Refusal));
    }

    [Fact]
    public async Task A_changed_record_is_not_the_issuers()
    {
        var card = cards.CopyMyNumber();
        var record = card.File.Face!.AgeRecord;
        record[record.AsSpan().IndexOf("19800217"u8) + 3]++;
        var reading = await FaceApplication.ConfirmBirthDate(DemoCards.Channel(card), "550217", Root, Cancel);
        Assert.Equal((IntegrityVerdict.NotSignedByIssuer, SignatureOfCard.NotChecked),
            (reading.Integrity, reading.Presence));
    }

    [Theory]
    [InlineData(0xDF23, true)]
    [InlineData(0xDF25, true)]
    [InlineData(0xDF27, true)]
    [InlineData(0xDF28, true)]
    [InlineData(0xDF29, false)]
    [InlineData(0xDF2A, false)]
    public async Task The_face_is_signed_but_for_expiry_and_security_code(uint tag, bool isSigned)
    {
        var card = WithPictures();
        var file = card.File.Face!.CardFace;
        var field = BerTlv.Read(file).Children().Require(tag);
        var at = file.AsSpan().IndexOf(field.Encoded.Span) + field.Encoded.Length - 1;
        file[at] ^= 0x01;
        var reading = await FaceApplication.ReadFace(DemoCards.Channel(card), DemoCards.NumberB, Root, Cancel);
        Assert.Equal(isSigned ? IntegrityVerdict.NotSignedByIssuer : IntegrityVerdict.Genuine, reading.Integrity);
    }

    [Fact]
    public async Task A_copy_of_the_files_has_not_the_cards_key()
    {
        var card = cards.CopyMyNumber();
        card.File.Face!.PresenceKey = CardSigning.GenerateKey();
        var reading = await FaceApplication.ConfirmBirthDate(DemoCards.Channel(card), "550217", Root, Cancel);
        Assert.Equal((IntegrityVerdict.Genuine, SignatureOfCard.NotByThisKey), (reading.Integrity, reading.Presence));
    }

    [Fact]
    public async Task A_signer_under_another_root_is_foreign()
    {
        using var other = RSA.Create(2048);
        var reading = await FaceApplication.ConfirmBirthDate(
            DemoCards.Channel(cards.CopyMyNumber()), "550217", other, Cancel);
        Assert.Equal(IntegrityVerdict.ForeignIssuer, reading.Integrity);
    }

    [Fact]
    public async Task A_merged_card_has_no_face_application()
    {
        var channel = DemoCards.Channel(cards.MakeResidence());
        var reading = await FaceApplication.ReadFace(channel, DemoCards.NumberB, Root, Cancel);
        Assert.Equal(CardRefusal.NoSuchApplication, reading.Content.Refusal);
    }

    [Fact]
    public void The_files_have_the_lengths_of_real_ones()
    {
        var face = cards.CopyMyNumber().File.Face!;
        // FF10 82 021E and 7F21 82 0233, as read from real cards.
        Assert.Equal("ff1082021edf1108", Convert.ToHexStringLower(face.AgeRecord[..8]));
        Assert.Equal("7f218202335f4e820129", Convert.ToHexStringLower(face.Certificate[..10]));
        Assert.Equal("ff30", Convert.ToHexStringLower(face.BasicInformation[..2]));
    }

    [Fact]
    public void Pictures_that_no_READ_reaches_are_refused()
    {
        var pictures = new FacePictures { Photo = [.. new byte[FacePictures.MaximumLength + 1]] };
        Assert.Throws<ArgumentException>(() => CardFiles.MakeMyNumber(
            cards.PathOf("large.card"), DemoCards.NumberData with { Pictures = pictures }, DemoCards.Keys,
            DemoCards.Pins));
    }

    private static FacePictures Pictures { get; } = new()
    {
        Name = [0x89, 0x50, 0x4E, 0x47, 1],
        Address = [0x89, 0x50, 0x4E, 0x47, 2],
        Photo = [.. Enumerable.Range(0, 700).Select(value => (byte)(value % 251))],
        SecurityCode = [0x89, 0x50, 0x4E, 0x47, 3],
        MyNumber = [0x89, 0x50, 0x4E, 0x47, 4],
    };

    private VirtualCard WithPictures()
    {
        var card = cards.CopyMyNumber();
        var face = card.File.Face!;
        var made = new CardFace("19800217", "1", "20350217", Pictures);
        face.CardFace = FaceContent.FaceFile(made, face.PresenceKey, DemoCards.Keys.FaceSigner);
        face.MyNumberImage = FaceContent.NumberFile(Pictures.MyNumber, face.PresenceKey, DemoCards.Keys.FaceSigner);
        face.BasicInformation = FaceContent.BasicInformationFile("13221");
        return card;
    }

    private VirtualCard Selected()
    {
        var card = cards.CopyMyNumber();
        Assert.Equal("9000", card.Send(SelectFace));
        return card;
    }

    private static string Status(VirtualCard card, string command)
    {
        var answer = card.Send(command);
        return answer[^4..];
    }
}
