using Musubi.Chip;
using Musubi.Chip.Apdu;
using Musubi.Chip.Readers;

namespace Musubi.Tests.Chip.Readers;

/// <summary>ISO/IEC 7816-4 §5.3.4: 61xx and 6Cxx, from a card that plays a script.</summary>
public sealed class GetResponseChannelTests
{
    private static readonly CommandApdu Read = new(0x00, 0xB0, 0, 0, Ne: 256);

    [Fact]
    public async Task Waiting_bytes_are_fetched_until_there_are_none()
    {
        var card = new Script(("00b0000000", "01026103"), ("00c0000003", "0304056102"), ("00c0000002", "06079000"));
        var answer = await new GetResponseChannel(card).Transmit(Read);
        Assert.Equal("010203040506079000", Convert.ToHexStringLower(answer.ToBytes()));
        Assert.True(card.IsOver);
    }

    [Fact]
    public async Task Zero_waiting_bytes_mean_256()
    {
        var card = new Script(("00b0000000", "6100"), ("00c0000000", "aa9000"));
        Assert.Equal("aa9000", Convert.ToHexStringLower((await new GetResponseChannel(card).Transmit(Read)).ToBytes()));
    }

    [Fact]
    public async Task A_wrong_length_is_asked_again_with_the_right_one()
    {
        var card = new Script(("00b0000000", "6c02"), ("00b0000002", "aabb9000"));
        var answer = await new GetResponseChannel(card).Transmit(Read);
        Assert.Equal("aabb9000", Convert.ToHexStringLower(answer.ToBytes()));
    }

    [Fact]
    public async Task A_refusal_while_fetching_is_the_answer()
    {
        var card = new Script(("00b0000000", "6101"), ("00c0000001", "6982"));
        var answer = await new GetResponseChannel(card).Transmit(Read);
        Assert.Equal(StatusWord.SecurityStatusNotSatisfied, answer.Status);
    }

    [Fact]
    public async Task The_logical_channel_stays_and_secure_messaging_does_not()
    {
        var card = new Script(("0db0000000", "6101"), ("01c0000001", "aa9000"));
        await new GetResponseChannel(card).Transmit(Read with { Cla = 0x0D });
        Assert.True(card.IsOver);
    }

    [Fact]
    public async Task A_card_that_always_has_more_is_given_up()
    {
        var talker = new Talker();
        var given = await Assert.ThrowsAsync<CardChannelException>(
            async () => await new GetResponseChannel(talker).Transmit(Read));
        Assert.Equal(CardChannelFault.Timeout, given.Fault);
        Assert.InRange(talker.Commands, 2, 300);
    }

    private sealed class Script(params (string Command, string Answer)[] lines) : ICardChannel
    {
        private int next;

        public bool IsOver => next == lines.Length;

        public ValueTask<ResponseApdu> Transmit(CommandApdu command, CancellationToken cancel = default)
        {
            var (wanted, answer) = lines[next++];
            Assert.Equal(wanted, Convert.ToHexStringLower(command.ToBytes()));
            return ValueTask.FromResult(ResponseApdu.Parse(Convert.FromHexString(answer)));
        }
    }

    private sealed class Talker : ICardChannel
    {
        public int Commands { get; private set; }

        public ValueTask<ResponseApdu> Transmit(CommandApdu command, CancellationToken cancel = default)
        {
            Commands++;
            return ValueTask.FromResult(new ResponseApdu(new byte[256], new(0x6100)));
        }
    }
}
