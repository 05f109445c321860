using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Musubi.Chip.Readers.Vpcd;
using Musubi.Chip.VirtualCards;

namespace Musubi.Tests.Chip.Readers;

/// <summary>The card's side of vpcd's protocol, against a reader written from vpcd.h for this test.</summary>
public sealed class VpcdSlotTests : IDisposable
{
    private const byte PowerOff = 0, PowerOn = 1, Reset = 2, AskAtr = 4;
    private const string SelectJpki = "00a4040c0ad392f000260100000001";
    private const string SelectAuthenticationPin = "00a4020c020018";
    private const string SelectTextPin = "00a4020c020011";
    private readonly DemoCards cards = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => cards.Dispose();

    [Fact]
    public async Task The_answer_to_reset_is_framed_by_its_length()
    {
        await using var slot = new Plugged(cards.CopyMyNumber());
        await slot.Accept();
        Assert.Equal("3be000ff8131fe4514", await slot.Ask([AskAtr]));
    }

    [Fact]
    public async Task A_residence_card_says_that_it_is_a_contactless_card_of_type_B()
    {
        await using var slot = new Plugged(cards.MakeResidence());
        await slot.Accept();
        // PC/SC part 3 §3.1.3.2.3: 3B 88 80 01, then application data, protocol and MBLI of the ATQB, and the check.
        Assert.Equal("3b8880010000000000817100f9", await slot.Ask([AskAtr]));
    }

    [Fact]
    public async Task Power_off_power_on_and_reset_are_not_answered()
    {
        await using var slot = new Plugged(cards.CopyMyNumber());
        await slot.Accept();
        await slot.Send([PowerOff]);
        await slot.Send([PowerOn]);
        await slot.Send([Reset]);
        // The next answer belongs to this question: none of the three left one in the stream.
        Assert.Equal("9000", await slot.Ask(Convert.FromHexString(SelectJpki)));
    }

    [Theory]
    [InlineData(PowerOff)]
    [InlineData(PowerOn)]
    [InlineData(Reset)]
    public async Task Whatever_cuts_the_power_takes_the_selected_application_with_it(byte control)
    {
        await using var slot = new Plugged(cards.CopyMyNumber());
        await slot.Accept();
        Assert.Equal("9000", await slot.Ask(Convert.FromHexString(SelectJpki)));
        Assert.Equal("9000", await slot.Ask(Convert.FromHexString(SelectAuthenticationPin)));
        await slot.Send([control]);
        Assert.NotEqual("9000", await slot.Ask(Convert.FromHexString(SelectAuthenticationPin)));
    }

    [Fact]
    public async Task A_reader_that_hangs_up_finds_the_card_again_without_its_rights()
    {
        await using var slot = new Plugged(cards.CopyMyNumber());
        await slot.Accept();
        Assert.Equal("9000", await slot.Ask(Convert.FromHexString(SelectJpki)));
        slot.HangUp();
        await slot.Accept();
        Assert.Equal("3be000ff8131fe4514", await slot.Ask([AskAtr]));
        Assert.NotEqual("9000", await slot.Ask(Convert.FromHexString(SelectTextPin)));
    }

    [Fact]
    public async Task A_reader_that_comes_later_finds_the_card_waiting_for_it()
    {
        await using var slot = new Plugged(cards.CopyMyNumber());
        slot.StopListening();
        await slot.Said(VpcdState.Waiting);
        slot.Listen();
        await slot.Accept();
        Assert.Equal("3be000ff8131fe4514", await slot.Ask([AskAtr]));
        await slot.Said(VpcdState.Present);
    }

    [Fact]
    public async Task A_command_that_comes_in_single_bytes_is_one_command()
    {
        await using var slot = new Plugged(cards.CopyMyNumber());
        await slot.Accept();
        foreach (var one in (byte[])[0, 15, .. Convert.FromHexString(SelectJpki)]) await slot.SendRaw([one]);
        Assert.Equal("9000", await slot.Receive());
    }

    [Fact]
    public async Task An_empty_command_and_the_longest_one_get_a_status_word()
    {
        await using var slot = new Plugged(cards.CopyMyNumber());
        await slot.Accept();
        Assert.Equal("6700", await slot.Ask([]));
        Assert.Equal("6700", await slot.Ask(new byte[ushort.MaxValue]));
    }

    [Theory]
    [InlineData("127.0.0.1:45963", "127.0.0.1", 45963)]
    [InlineData("reader.example", "reader.example", 35963)]
    [InlineData("[::1]:1", "::1", 1)]
    public void An_address_is_host_and_port(string text, string host, int port)
    {
        Assert.True(VpcdAddress.TryParse(text, out var address));
        Assert.Equal(new VpcdAddress(host, port), address.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":35963")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:-1")]
    [InlineData("host:port")]
    public void What_is_no_address_is_refused(string text) => Assert.False(VpcdAddress.TryParse(text, out _));

    /// <summary>A card in a slot whose reader is this test.</summary>
    private sealed class Plugged : IAsyncDisposable, IProgress<VpcdState>
    {
        private readonly CancellationTokenSource takeOut = new();
        private readonly int port;
        private readonly Task running;
        private readonly SemaphoreSlim news = new(0);
        private readonly List<VpcdState> states = [];
        private TcpListener listener;
        private Socket? reader;

        public Plugged(VirtualCard card)
        {
            listener = new(IPAddress.Loopback, 0);
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
            var slot = new VpcdSlot(card, new("127.0.0.1", port), TimeProvider.System, this);
            running = Task.Run(() => slot.Run(takeOut.Token));
        }

        public async Task Accept() => reader = await listener.AcceptSocketAsync(Cancel);

        public void HangUp() => reader!.Dispose();

        public void StopListening() => listener.Stop();

        public void Listen()
        {
            listener = new(IPAddress.Loopback, port);
            listener.Start();
        }

        public Task Send(byte[] message)
        {
            var framed = new byte[message.Length + 2];
            BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
            message.CopyTo(framed, 2);
            return SendRaw(framed);
        }

        public async Task SendRaw(byte[] bytes)
        {
            for (var sent = 0; sent < bytes.Length;)
                sent += await reader!.SendAsync(bytes.AsMemory(sent), Cancel);
        }

        public async Task<string> Receive()
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(await Fill(2));
            return Convert.ToHexStringLower(await Fill(length));
        }

        public async Task<string> Ask(byte[] message)
        {
            await Send(message);
            return await Receive();
        }

        public async Task Said(VpcdState state)
        {
            while (true)
            {
                lock (states)
                {
                    if (states.Contains(state)) return;
                }
                await news.WaitAsync(Cancel);
            }
        }

        public void Report(VpcdState value)
        {
            lock (states) states.Add(value);
            news.Release();
        }

        public async ValueTask DisposeAsync()
        {
            await takeOut.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
            reader?.Dispose();
            listener.Dispose();
            takeOut.Dispose();
            news.Dispose();
        }

        private async Task<byte[]> Fill(int length)
        {
            var bytes = new byte[length];
            for (var read = 0; read < length;)
            {
                var more = await reader!.ReceiveAsync(bytes.AsMemory(read), Cancel);
                Assert.NotEqual(0, more);
                read += more;
            }
            return bytes;
        }
    }
}
