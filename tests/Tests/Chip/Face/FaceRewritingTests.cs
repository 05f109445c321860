using System.Collections.Immutable;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Face;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.Personalisation;
using Musubi.Chip.VirtualCards;

namespace Musubi.Tests.Chip.Face;

/// <summary>The printed address after a move: the card face gets another picture and another signature.</summary>
public sealed class FaceRewritingTests : IDisposable
{
    private static readonly ImmutableArray<byte> Moved = PrintedPictures.NumberCardAddress("大阪府大阪市北区梅田三丁目");
    private readonly DemoCards cards = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => cards.Dispose();

    [Fact]
    public async Task A_counter_replaces_the_picture_of_the_address_and_nothing_else()
    {
        var card = WithPictures("number.card");
        var before = (await Face(card)).Content.Value;
        Assert.True((await Rewrite(card, DemoCards.Serial)).IsGiven);
        card.Dispose();
        var after = await Face(cards.Opened("number.card"));
        Assert.True(after.IsGenuine);
        Assert.Equal(Moved.AsEnumerable(), after.Content.Value.Pictures.Address);
        Assert.NotEqual(before.Pictures.Address.AsEnumerable(), after.Content.Value.Pictures.Address);
        Assert.Equal(before.Pictures.Photo.AsEnumerable(), after.Content.Value.Pictures.Photo);
        Assert.Equal(before.Pictures.Name.AsEnumerable(), after.Content.Value.Pictures.Name);
        Assert.Equal(before.Pictures.SecurityCode.AsEnumerable(), after.Content.Value.Pictures.SecurityCode);
        Assert.Equal((before.BirthDate, before.Expiry), (after.Content.Value.BirthDate, after.Content.Value.Expiry));
    }

    [Fact]
    public async Task Without_this_cards_key_the_face_stays()
    {
        var card = WithPictures("number.card");
        var before = card.File.ToBytes();
        Assert.Equal(CardRefusal.NotPermitted, (await Rewrite(card, "another card")).Refusal);
        Assert.Equal(before, card.File.ToBytes());
    }

    [Fact]
    public async Task A_face_that_the_issuer_did_not_make_is_not_signed_again()
    {
        var card = WithPictures("number.card");
        card.File.Face!.CardFace[^1] ^= 0x01;
        // The last byte is the security code's, which nobody signed: still genuine. The photograph is signed.
        Assert.True((await Face(card)).IsGenuine);
        card.File.Face.CardFace[card.File.Face.CardFace.Length / 2] ^= 0x01;
        Assert.Equal(CardRefusal.NotGenuine, (await Rewrite(card, DemoCards.Serial)).Refusal);
    }

    [Fact]
    public async Task The_face_of_another_card_is_refused()
    {
        var other = WithPictures("other.card", CardSigning.GenerateKey());
        var card = WithPictures("number.card");
        var channel = DemoCards.Channel(card);
        card.Send("00a4040c0a d3921000310001010402");
        using var issuer = new IssuerChannel(channel, DemoCards.Keys.CardKey(DemoCards.Serial));
        byte[] tooLong = [.. card.File.Face!.CardFace, 0x00];
        foreach (var payload in (byte[][])[other.File.Face!.CardFace, tooLong, [0xFF, 0x20]])
        {
            var put = await issuer.Send(IssuerInstructions.PutData, 0, 0x02, payload, Cancel);
            Assert.Equal(CardRefusal.Refused, put.Refusal);
        }
        Assert.True((await Face(card)).IsGenuine);
    }

    private VirtualCard WithPictures(string name, byte[]? key = null)
    {
        var card = cards.CopyMyNumber(name);
        var face = card.File.Face!;
        var pictures = PrintedPictures.NumberCard(
            DemoCards.Holder.Name, DemoCards.Holder.Address, "2285", DemoCards.MyNumber,
            [.. Musubi.Population.Portrait.Photograph(1)]);
        if (key is not null) face.PresenceKey = key;
        face.CardFace = FaceContent.FaceFile(
            new("19800217", "1", "20350217", pictures), face.PresenceKey, DemoCards.Keys.FaceSigner);
        return card;
    }

    private static ValueTask<FaceReading<CardFace>> Face(VirtualCard card) =>
        FaceApplication.ReadFace(DemoCards.Channel(card), DemoCards.NumberB, DemoCards.Keys.TextRoot, Cancel);

    private static async Task<CardResult<bool>> Rewrite(VirtualCard card, string serial)
    {
        var channel = DemoCards.Channel(card);
        using var issuer = new IssuerChannel(channel, DemoCards.Keys.CardKey(serial));
        return await FaceApplication.RewriteAddress(
            channel, issuer, DemoCards.MyNumber, Moved, DemoCards.Keys.FaceSigner, DemoCards.Keys.TextRoot, Cancel);
    }
}
