using System.Text;
using CsCheck;
using Musubi.Chip.Apdu;
using Musubi.Chip.VirtualCards;

namespace Musubi.Tests.Chip.VirtualCards;

/// <summary>The card's one file: old or new, never neither.</summary>
public sealed class CardFileTests : IDisposable
{
    private const string WrongPin = "0020009804 30303030";
    private const string Tries = "00200098";
    private const string SelectJpki = "00a4040c0a d392f000260100000001";
    private readonly DemoCards cards = new();

    public void Dispose() => cards.Dispose();

    [Theory]
    [InlineData("create", "63c3")]
    [InlineData("write", "63c3")]
    [InlineData("flush", "63c3")]
    [InlineData("rename", "63c3")]
    [InlineData("folder", "63c2")]
    public void A_card_killed_between_two_steps_of_a_write_opens_as_old_or_new(string step, string expected)
    {
        var path = Copy("killed.card");
        using (var card = VirtualCard.Open(path, new KilledDisk(step)))
        {
            card.Send(SelectJpki);
            Assert.Throws<KilledException>(() => card.Send(WrongPin));
        }
        var again = cards.Opened("killed.card");
        again.Send(SelectJpki);
        Assert.Equal(expected, again.Send(Tries));
        Assert.False(File.Exists(path + ".new"));
    }

    [Theory]
    [InlineData("create", "63c3")]
    [InlineData("write", "63c3")]
    [InlineData("flush", "63c3")]
    [InlineData("rename", "63c3")]
    [InlineData("folder", "63c2")]
    public void A_full_disk_answers_6581_and_the_card_is_what_its_file_says(string step, string expected)
    {
        var path = Copy("full.card");
        var disk = new FullDisk(step);
        using var card = VirtualCard.Open(path, disk);
        card.Send(SelectJpki);
        Assert.Equal("6581", card.Send(WrongPin));
        Assert.Equal("6d00", card.Send(Tries));
        disk.Full = false;
        card.Send(SelectJpki);
        Assert.Equal(expected, card.Send(Tries));
    }

    [Fact]
    public void A_temporary_file_torn_at_any_byte_leaves_the_old_card()
    {
        var path = Copy("torn.card");
        var old = File.ReadAllBytes(path);
        for (var length = 0; length <= old.Length; length += Math.Max(1, old.Length / 200))
        {
            File.WriteAllBytes(path + ".new", old[..length]);
            using var card = VirtualCard.Open(path);
            Assert.Equal(DemoCards.Serial, card.Serial);
            Assert.False(File.Exists(path + ".new"));
        }
        Assert.Equal(old, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_write_that_stops_at_any_byte_leaves_the_old_card()
    {
        var path = Copy("short.card");
        var length = (int)new FileInfo(path).Length;
        for (var taken = 0; taken < length; taken += Math.Max(1, length / 100))
        {
            using (var card = VirtualCard.Open(path, new ShortDisk(taken)))
            {
                card.Send(SelectJpki);
                Assert.Equal("6581", card.Send(WrongPin));
            }
            using var again = VirtualCard.Open(path);
            again.Send(SelectJpki);
            Assert.Equal("63c3", again.Send(Tries));
        }
    }

    [Fact]
    public void A_card_file_cut_at_any_byte_is_damaged_and_says_so()
    {
        var path = Copy("cut.card");
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length < whole.Length; length += Math.Max(1, whole.Length / 200))
        {
            File.WriteAllBytes(path, whole[..length]);
            var damaged = Assert.Throws<CardFileException>(() => VirtualCard.Open(path));
            Assert.Equal(CardFileFault.Damaged, damaged.Fault);
            Assert.StartsWith($"Card file {path}: it", damaged.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_card_file_with_one_byte_changed_is_damaged()
    {
        var path = Copy("changed.card");
        var whole = File.ReadAllBytes(path);
        Gen.Int[0, whole.Length - 1].Sample(
            at =>
            {
                var changed = whole.ToArray();
                changed[at] ^= 0x01;
                return !CardFile.TryRead(changed, out _, out var wrong) && wrong.Length > 0;
            },
            iter: 300,
            threads: 1);
    }

    [Theory]
    [InlineData("hello", "it does not begin like a Musubi card file")]
    [InlineData("musubi-card 1 00 2\n{}", "its format is version 1, this program reads version 2")]
    [InlineData("musubi-card 2 00 3\n{}", "it should have 3 bytes after its first line and has 2")]
    [InlineData("musubi-card 2 00 2\n{}", "its content does not fit its checksum")]
    public void What_is_wrong_with_a_file_is_said_in_a_sentence(string content, string expected)
    {
        Assert.False(CardFile.TryRead(Encoding.ASCII.GetBytes(content), out _, out var wrong));
        Assert.Equal(expected, wrong);
    }

    [Fact]
    public void A_file_whose_content_is_no_card_is_damaged()
    {
        var body = """{"Profile":"Residence","Colour":"blue"}"""u8.ToArray();
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(body));
        byte[] file = [.. Encoding.ASCII.GetBytes($"musubi-card 2 {digest} {body.Length}\n"), .. body];
        Assert.False(CardFile.TryRead(file, out _, out var wrong));
        Assert.StartsWith("its content is not a card: ", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_without_its_application_is_damaged()
    {
        var path = cards.PathOf("empty.card");
        File.WriteAllBytes(path, new CardFile { Profile = CardProfile.Residence }.ToBytes());
        var damaged = Assert.Throws<CardFileException>(() => VirtualCard.Open(path));
        Assert.Equal(CardFileFault.Damaged, damaged.Fault);
        Assert.Contains("ResidenceState", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_larger_than_any_card_is_not_read()
    {
        var path = cards.PathOf("large.card");
        File.WriteAllBytes(path, new byte[CardFile.MaximumLength + 1]);
        Assert.Equal(CardFileFault.Damaged, Assert.Throws<CardFileException>(() => VirtualCard.Open(path)).Fault);
    }

    [Fact]
    public void A_card_is_in_one_pair_of_hands_at_a_time()
    {
        var path = Copy("held.card");
        using (VirtualCard.Open(path))
        {
            var second = Assert.Throws<CardFileException>(() => VirtualCard.Open(path));
            Assert.Equal(CardFileFault.InUse, second.Fault);
        }
        using var afterwards = VirtualCard.Open(path);
        Assert.Equal(DemoCards.Serial, afterwards.Serial);
    }

    [Fact]
    public void No_card_is_made_over_another_and_none_opened_that_is_not_there()
    {
        var path = Copy("there.card");
        var exists = Assert.Throws<CardFileException>(() => VirtualCard.Create(path, new()));
        Assert.Equal(CardFileFault.Exists, exists.Fault);
        var missing = Assert.Throws<CardFileException>(() => VirtualCard.Open(cards.PathOf("nowhere.card")));
        Assert.Equal(CardFileFault.Missing, missing.Fault);
        var folder = Assert.Throws<CardFileException>(() => VirtualCard.Open(cards.PathOf("no/folder.card")));
        Assert.Equal(CardFileFault.Missing, folder.Fault);
    }

    [Fact]
    public void Only_its_owner_can_read_a_card_file()
    {
        if (OperatingSystem.IsWindows()) return;
        var card = cards.MakeResidence();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(card.Path));
    }

    [Fact]
    public void Whatever_the_bytes_are_the_answer_is_at_least_a_status_word()
    {
        var (number, residence) = (cards.CopyMyNumber(), cards.MakeResidence());
        number.Send(SelectJpki);
        Gen.Byte.Array[0, 300].Sample(
            command =>
            {
                Assert.True(number.Process(command).Length >= 2);
                Assert.True(residence.Process(command).Length >= 2);
            },
            iter: 3000,
            threads: 1);
    }

    [Fact]
    public void Commands_that_are_nearly_right_never_throw()
    {
        var (number, residence) = (cards.CopyMyNumber(), cards.MakeResidence());
        var instruction = OneOf<byte>(0x20, 0x24, 0x2A, 0x2C, 0x46, 0x82, 0x84, 0xA4, 0xB0, 0xDA);
        var wish = OneOf<int?>(null, 1, 8, 16, 256, 65_536);
        Gen.Select(OneOf<byte>(0x00, 0x08, 0x80, 0x0C), instruction, Gen.Byte, Gen.Byte, Gen.Byte.Array[0, 60], wish)
            .Sample(
                (cla, ins, p1, p2, data, ne) =>
                {
                    var command = new CommandApdu(cla, ins, p1, p2, data, ne);
                    foreach (var application in (string[])[SelectJpki, "00a4040c0a d3921000310001010408"])
                    {
                        number.Send(application);
                        Assert.True(number.Process(command.ToBytes()).Length >= 2);
                    }
                    Assert.True(residence.Process(command.ToBytes()).Length >= 2);
                },
                iter: 1500,
                threads: 1);
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    private string Copy(string name)
    {
        cards.CopyMyNumber(name).Dispose();
        return cards.PathOf(name);
    }
}
