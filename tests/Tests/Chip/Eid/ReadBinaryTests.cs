using Musubi.Chip;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.Tlv;

namespace Musubi.Tests.Chip.Eid;

/// <summary>READ BINARY with the offset in a data object (ISO/IEC 7816-4 §11.3.3), inside a channel and outside.
/// </summary>
public sealed class ReadBinaryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("00b1001e03 540100 00", "53")] // by short identifier
    [InlineData("00b12f0003 540100 00", "53")] // by file identifier
    [InlineData("00b1011c03 540102 03", "5301")] // three bytes in all: one of content
    [InlineData("00b1011c02 5400 00", "53")] // no offset byte is offset zero
    public async Task It_reads_free_files_without_a_channel(string command, string begin)
    {
        using var country = await Country.Create();
        var answer = country.MakeCard().Raw(Wire.Hex(command));
        Assert.Equal(StatusWord.Success, answer.Status);
        Assert.StartsWith(begin, Convert.ToHexStringLower(answer.Data.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00b1000003 540100 00", "6986")] // no current file
    [InlineData("00b1001303 540100 00", "6A82")] // no such short identifier
    [InlineData("00b1013303 540100 00", "6A82")] // no such file identifier
    [InlineData("00b1001d03 540100 00", "6982")] // EF.CardSecurity
    [InlineData("00b1001b03 540100 00", "6982")] // EF.ChipSecurity
    [InlineData("00b1001c00", "6700")] // no offset
    [InlineData("00b1001c03 540100", "6700")] // no Le
    [InlineData("00b1001c03 540100 02", "6700")] // no room for content
    [InlineData("00b1001c03 530100 00", "6A80")] // another object
    [InlineData("00b1001c06 540400000000 00", "6A80")] // an offset longer than any file
    [InlineData("00b1001c04 54020fff 00", "6B00")]
    public async Task It_refuses_with(string command, string status)
    {
        using var country = await Country.Create();
        Assert.Equal(status, country.MakeCard().Raw(Wire.Hex(command)).Status.ToString());
    }

    [Fact]
    public async Task A_group_comes_in_parts_of_any_size_inside_the_channel_and_needs_its_right()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        var whole = EidGroup.Wrap(4, EidGroup.Text(new string('n', 1000)));
        card.Groups.Groups[4] = whole;
        using var pin = PacePassword.Pin(Country.Pin);
        using var open = await (await country.MakeTerminal(EidRights.ReadDg4)).Open(card, pin, country.Trust);
        Assert.True((await EidReader.ReadGroup(open, 4, Cancel)).IsGiven);
        // 223 bytes with the object's own tag and length; the same by extended length at once; the last byte alone.
        Assert.Equal(whole[..220], await Content(open, 0, CommandApdu.ShortNe));
        Assert.Equal(whole, await Content(open, 0, CommandApdu.ExtendedNe));
        Assert.Equal(whole[^1..], await Content(open, whole.Length - 1, CommandApdu.ShortNe));
        Assert.Equal(whole[5..132], await Content(open, 5, 130));
        var closed = await open.Transmit(Odd(19, 0, CommandApdu.ShortNe), Cancel);
        Assert.Equal(StatusWord.SecurityStatusNotSatisfied, closed.Status);
    }

    [Fact]
    public async Task A_short_command_gets_a_short_answer_whatever_the_protected_length_says()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        card.Groups.Groups[4] = EidGroup.Wrap(4, EidGroup.Text(new string('n', 1000)));
        using var pin = PacePassword.Pin(Country.Pin);
        using var open = await (await country.MakeTerminal(EidRights.ReadDg4)).Open(card, pin, country.Trust);
        Assert.True((await open.Transmit(new CommandApdu(0, 0xA4, 4, 0x0C, EidGroup.Aid), Cancel)).IsSuccess);
        // On the wire Le is one byte; inside it stays two.
        card.OnCommand = wire => wire with { Ne = CommandApdu.ShortNe };
        var answer = await open.Transmit(new CommandApdu(0, 0xB0, 0x84, 0, Ne: 1024), Cancel);
        Assert.Equal(223, answer.Data.Length);
    }

    [Theory]
    [InlineData(0x7FFF)]
    [InlineData(0x8000)]
    [InlineData(70_000)]
    public async Task Our_reader_reads_files_beyond_the_reach_of_the_even_instruction(int length)
    {
        var file = TlvWriter.Encode(0x75, new byte[length]);
        var (_, content) = await TransparentFile.Read(new OneFile(file), 0x02, Cancel);
        Assert.Equal(file, content!.Value.ToArray());
    }

    private static async Task<byte[]> Content(ICardChannel open, int offset, int ne)
    {
        var answer = await open.Transmit(Odd(4, offset, ne), Cancel);
        Assert.Equal(StatusWord.Success, answer.Status);
        Assert.InRange(answer.Data.Length, 1, ne);
        return BerTlv.Read(answer.Data) is { Tag: 0x53 } found ? found.Value.ToArray() : [];
    }

    private static CommandApdu Odd(byte group, int offset, int ne) => new(
        0, 0xB1, 0, group, TlvWriter.Encode(0x54, (byte[])[(byte)(offset >> 8), (byte)(offset & 0xFF)]), ne);

    /// <summary>A card with one file, as long as it may be.</summary>
    private sealed class OneFile(byte[] file) : ICardChannel
    {
        public ValueTask<ResponseApdu> Transmit(CommandApdu command, CancellationToken cancel = default) =>
            ValueTask.FromResult(TransparentRead.Answer(file, command, isSecure: true));
    }
}
