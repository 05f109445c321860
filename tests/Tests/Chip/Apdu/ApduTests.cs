using CsCheck;
using Musubi.Chip.Apdu;

namespace Musubi.Tests.Chip.Apdu;

public sealed class ApduTests
{
    [Fact]
    public void What_is_written_is_read() =>
        Gen.Select(
                Gen.Byte, Gen.Byte, Gen.Byte, Gen.Byte, Gen.Byte.Array[0, 600],
                Gen.OneOf(Gen.Const((int?)null), Gen.Int[1, 65_536].Select(n => (int?)n)))
            .Sample((cla, ins, p1, p2, data, ne) =>
            {
                var command = new CommandApdu(cla, ins, p1, p2, data, ne);
                Assert.Equal(command, CommandApdu.Parse(command.ToBytes()));
            });

    [Fact]
    public void Any_bytes_are_read_or_refused_and_nothing_else() =>
        Gen.Byte.Array[0, 30].Sample(bytes =>
        {
            if (CommandApdu.TryRead(bytes, out var read)) Assert.Equal(read, CommandApdu.Parse(read.ToBytes()));
            else Assert.Throws<ApduException>(() => CommandApdu.Parse(bytes));
            if (ResponseApdu.TryRead(bytes, out var answer)) Assert.Equal(bytes, answer.ToBytes());
            else Assert.Throws<ApduException>(() => ResponseApdu.Parse(bytes));
        }, iter: 20_000);

    [Theory]
    [InlineData("00A4040C", 0, null)]
    [InlineData("00B0000000", 0, 256)]
    [InlineData("00B0000004", 0, 4)]
    [InlineData("00A4000C023F00", 2, null)]
    [InlineData("00A40000023F0000", 2, 256)]
    [InlineData("00B00000000000", 0, 65_536)]
    [InlineData("00B00000000100", 0, 256)]
    [InlineData("00D6000000000401020304", 4, null)]
    [InlineData("00D60000000004010203040000", 4, 65_536)]
    public void Each_case_of_the_standard_is_read(string hex, int data, int? ne)
    {
        var command = CommandApdu.Parse(Convert.FromHexString(hex));
        Assert.Equal((data, ne), (command.Data.Length, command.Ne));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00A404")]
    [InlineData("00A4000C023F")]
    [InlineData("00A4000C023F000000")]
    [InlineData("00B0000000FF")]
    [InlineData("00D60000000000")]
    [InlineData("00D6000000000401")]
    public void Lengths_that_disagree_are_no_command(string hex)
    {
        // 00D60000000000 is an extended Le of 65,536 without data, so it is one.
        var isCommand = CommandApdu.TryRead(Convert.FromHexString(hex), out var command);
        Assert.Equal(hex == "00D60000000000", isCommand);
        Assert.Equal(isCommand, command is not null);
    }

    [Fact]
    public void Sizes_beyond_the_standard_are_our_mistake()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CommandApdu(0, 0, 0, 0, new byte[65_536]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CommandApdu(0, 0, 0, 0, Ne: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CommandApdu(0, 0, 0, 0, Ne: 65_537));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ResponseApdu(new byte[65_537], StatusWord.Success));
        Assert.Throws<ArgumentOutOfRangeException>(() => StatusWord.Tries(16));
    }

    [Fact]
    public void A_command_shows_no_data_when_it_is_printed() =>
        Assert.Equal("00 20 00 80 data=4 ne=", new CommandApdu(0, 0x20, 0, 0x80, "1234"u8.ToArray()).ToString());

    [Theory]
    [InlineData(0x63C2, 2)]
    [InlineData(0x63C0, 0)]
    [InlineData(0x6300, null)]
    [InlineData(0x9000, null)]
    public void Tries_left_are_in_63Cx_only(int status, int? left) =>
        Assert.Equal(left, new StatusWord((ushort)status).TriesLeft);
}
