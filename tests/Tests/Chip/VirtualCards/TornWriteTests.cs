using Musubi.Chip.Applications.Face;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Applications.Text;
using Musubi.Chip.Readers.InProcess;
using Musubi.Chip.VirtualCards;

namespace Musubi.Tests.Chip.VirtualCards;

/// <summary>Every write of a card, torn at every byte and killed at every step: old or new, never neither.</summary>
public sealed class TornWriteTests : IDisposable
{
    private readonly DemoCards cards = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => cards.Dispose();

    [Fact]
    public void A_write_torn_at_any_byte_leaves_the_old_card()
    {
        var path = cards.PathOf("small.card");
        var old = new CardFile { Profile = CardProfile.Residence, Serial = "old" };
        var changed = new CardFile { Profile = CardProfile.Residence, Serial = "new" };
        using (var store = CardFileStore.Claim(path)) store.Save(old);
        var length = changed.ToBytes().Length;
        for (var taken = 0; taken < length; taken++)
        {
            using var store = CardFileStore.Claim(path, new ShortDisk(taken));
            Assert.Equal(CardFileFault.NotWritten, Assert.Throws<CardFileException>(() => store.Save(changed)).Fault);
            Assert.Equal("old", store.Load().Serial);
        }

        using var whole = CardFileStore.Claim(path, new ShortDisk(length));
        whole.Save(changed);
        Assert.Equal("new", whole.Load().Serial);
    }

    [Fact]
    public void No_beginning_of_a_card_is_a_card()
    {
        var whole = cards.CopyMyNumber().File.ToBytes();
        for (var length = 0; length < whole.Length; length++)
            Assert.False(CardFile.TryRead(whole[..length], out _, out _));
        Assert.True(CardFile.TryRead(whole, out _, out _));
    }

    public static TheoryData<string, string> WritesAndSteps
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var write in Writes.Keys)
                foreach (var step in (string[])["create", "write", "flush", "rename", "folder"]) data.Add(write, step);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(WritesAndSteps))]
    public async Task Every_write_killed_at_any_step_leaves_the_old_card_or_the_new_one(string write, string step)
    {
        var path = write.StartsWith("residence", StringComparison.Ordinal) ? Residence()
            : write.StartsWith("specified", StringComparison.Ordinal) ? Specified()
            : Number();
        var old = await File.ReadAllBytesAsync(path);
        byte[] wanted;
        using (var card = VirtualCard.Open(path, new KilledDisk(step)))
        {
            await Assert.ThrowsAsync<KilledException>(() => Writes[write](card));
            wanted = card.File.ToBytes();
        }

        using var again = VirtualCard.Open(path);
        Assert.Equal(step is "folder" ? wanted : old, again.File.ToBytes());
        Assert.NotEqual(old, wanted);
        Assert.False(File.Exists(path + ".new"));
    }

    private static Dictionary<string, Func<VirtualCard, Task>> Writes { get; } = new(StringComparer.Ordinal)
    {
        ["a wrong PIN"] = async card => await JpkiCard.VerifyAuthenticationPin(Channel(card), "0000", Cancel),
        ["a wrong number B"] = async card => await TextApplication.ReadAttributesWithNumberB(
            Channel(card), "00000000000000", DemoCards.Keys.TextRoot, Cancel),
        ["a changed PIN"] = async card => await JpkiCard.ChangeAuthenticationPin(
            Channel(card), DemoCards.AuthenticationPin, "9999", Cancel),
        ["a changed text PIN"] = async card => await TextApplication.ChangePin(
            Channel(card), DemoCards.TextPin, "9999", Cancel),
        ["a reset PIN"] = async card =>
        {
            var channel = Channel(card);
            using var issuer = Issuer(channel, DemoCards.Serial);
            await JpkiCounter.ResetPin(channel, issuer, JpkiKey.Signing, "NEWPIN1", Cancel);
        },
        ["a removed key"] = async card =>
        {
            var channel = Channel(card);
            using var issuer = Issuer(channel, DemoCards.Serial);
            await JpkiCounter.Remove(channel, issuer, JpkiKey.Signing, Cancel);
        },
        ["a staged key"] = async card =>
        {
            var channel = Channel(card);
            using var issuer = Issuer(channel, DemoCards.Serial);
            await JpkiCounter.Replace(
                channel, issuer, JpkiKey.Signing, _ => throw new InvalidOperationException("not reached"), Cancel);
        },
        ["a move"] = async card =>
        {
            var channel = Channel(card);
            using var issuer = Issuer(channel, DemoCards.Serial);
            await TextApplication.RewriteAttributes(
                channel, issuer, DemoCards.MyNumber, new("名", "所", "19800217", "1"), DemoCards.Keys.TextSigner, Cancel);
        },
        ["a move on the printed face"] = async card =>
        {
            var channel = Channel(card);
            using var issuer = Issuer(channel, DemoCards.Serial);
            await FaceApplication.RewriteAddress(
                channel, issuer, DemoCards.MyNumber, [0x89, 0x50], DemoCards.Keys.FaceSigner, DemoCards.Keys.TextRoot,
                Cancel);
        },
        ["residence: a permission"] = async card =>
        {
            var channel = Channel(card);
            using var issuer = Issuer(channel, DemoCards.ResidenceNumber);
            await ResidenceCardReader.Update(
                issuer, ResidenceCardType.ResidenceCard, new() { ApplicationPending = true }, Cancel);
        },
        ["specified: a permission"] = async card =>
        {
            var channel = Channel(card);
            card.Send("00a4040c10 d392f0004f0100000000000000000000");
            using var issuer = Issuer(channel, DemoCards.Serial);
            await ResidenceCardReader.Update(
                issuer, ResidenceCardType.SpecifiedResidenceCard, new() { ApplicationPending = true }, Cancel);
        },
        ["specified: a wrong PIN"] =
            async card => await JpkiCard.VerifyAuthenticationPin(Channel(card), "0000", Cancel),
    };

    private string Number()
    {
        cards.CopyMyNumber("torn.card").Dispose();
        return cards.PathOf("torn.card");
    }

    private string Specified()
    {
        cards.CopySpecified("torn.card").Dispose();
        return cards.PathOf("torn.card");
    }

    private string Residence()
    {
        cards.MakeResidence(name: "torn.card").Dispose();
        return cards.PathOf("torn.card");
    }

    private static Musubi.Chip.ICardChannel Channel(VirtualCard card)
    {
        var reader = new InProcessReader("torn");
        reader.Insert(card);
        return reader.Connect();
    }

    private static IssuerChannel Issuer(Musubi.Chip.ICardChannel channel, string serial) =>
        new(channel, DemoCards.Keys.CardKey(serial));
}
