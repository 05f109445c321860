using System.Security.Cryptography;
using Musubi.Chip.Apdu;

namespace Musubi.Chip.Readers.Pcsc;

/// <summary>A conversation with a card in a PC/SC reader. Nobody else reaches the card until it is disposed.</summary>
/// <remarks>
/// Afterwards the card is reset, so that the next program inherits no PIN and no channel. Extended lengths go through
/// as they are; <c>61xx</c> and <c>6Cxx</c> are followed up (<see cref="GetResponseChannel"/>). Safe for several
/// threads: commands run one at a time.
/// </remarks>
public sealed class PcscCard : ICardChannel, IDisposable
{
    /// <summary>Generating an RSA key takes a real card up to a minute; nothing takes longer.</summary>
    public static readonly TimeSpan AnswerBound = TimeSpan.FromSeconds(90);

    /// <summary>How long another program may hold the card.</summary>
    public static readonly TimeSpan OthersBound = TimeSpan.FromSeconds(10);

    private const int MostReconnects = 3;

    private readonly Wire wire;
    private readonly GetResponseChannel channel;

    private PcscCard(Wire wire) => (this.wire, channel) = (wire, new GetResponseChannel(wire));

    /// <inheritdoc/>
    public ValueTask<ResponseApdu> Transmit(CommandApdu command, CancellationToken cancel = default) =>
        channel.Transmit(command, cancel);

    /// <summary>Lets others at the card and resets it.</summary>
    public void Dispose() => wire.Dispose();

    internal static async ValueTask<PcscResult<PcscCard>> Connect(string reader, CancellationToken cancel)
    {
        // The library's calls have no bound where another program holds the card: they wait on a thread of their own.
        var opening = Task.Run(() => Wire.Open(reader), CancellationToken.None);
        try
        {
            var opened = await opening.WaitAsync(OthersBound, cancel);
            return opened.Refusal is { } refusal ? refusal : new PcscCard(opened.Value);
        }
        catch (TimeoutException)
        {
            _ = CloseAfter(opening);
            return PcscRefusal.Of(PcscCode.SharingViolation);
        }
        catch (OperationCanceledException)
        {
            _ = CloseAfter(opening);
            throw;
        }
    }

    /// <summary>A call into the library cannot be taken back: what it opens in the end is closed again.</summary>
    private static async Task CloseAfter(Task<PcscResult<Wire>> opening)
    {
        var late = await opening;
        if (late.IsGiven) late.Value.Dispose();
    }

    /// <summary>The connection itself: one message, one answer.</summary>
    private sealed class Wire(PcscContext context, nint card, uint protocol) : ICardChannel, IDisposable
    {
        private readonly SemaphoreSlim oneAtATime = new(1);
        private readonly byte[] received = new byte[PcscLibrary.LongestMessage];
        private Task running = Task.CompletedTask;
        private uint protocol = protocol;
        private bool disposed;

        public static PcscResult<Wire> Open(string reader)
        {
            // 1. A context of its own.
            var opened = PcscContext.Open();
            if (opened.Refusal is { } refusal) return refusal;
            var context = opened.Value;
            // 2. The card, shared: a program that only watches must not keep us out.
            var connected = context.Library.Connect(
                context.Handle, reader, PcscShare.Shared, out var handle, out var protocol);
            if (connected != PcscCode.Success)
            {
                context.Dispose();
                return PcscRefusal.Of(connected);
            }
            // 3. A transaction keeps others out.
            var wire = new Wire(context, handle, protocol);
            var begun = wire.Begin();
            if (begun == PcscCode.Success) return wire;
            wire.Dispose();
            return PcscRefusal.Of(begun);
        }

        private PcscCode Begin()
        {
            var code = context.Library.BeginTransaction(card);
            // Another program has reset the card since we connected: that is no reason to give up.
            for (var i = 0; code == PcscCode.ResetCard && i < MostReconnects; i++)
            {
                code = context.Library.Reconnect(card, PcscShare.Shared, out protocol);
                if (code == PcscCode.Success) code = context.Library.BeginTransaction(card);
            }
            return code;
        }

        public async ValueTask<ResponseApdu> Transmit(CommandApdu command, CancellationToken cancel = default)
        {
            await oneAtATime.WaitAsync(cancel);
            try
            {
                ObjectDisposedException.ThrowIf(disposed, this);
                // A command that was given up may still run, and its answer must not become this one's.
                if (!running.IsCompleted) throw new CardChannelException(CardChannelFault.Timeout);
                var message = Message(command);
                var sent = Task.Run(() => Send(message), CancellationToken.None);
                running = sent;
                return await sent.WaitAsync(AnswerBound, cancel);
            }
            catch (TimeoutException late)
            {
                throw new CardChannelException(CardChannelFault.Timeout, late);
            }
            finally
            {
                oneAtATime.Release();
            }
        }

        public void Dispose()
        {
            if (disposed) return;
            disposed = true;
            // The end waits for a command that was given up, the caller does not.
            if (running.IsCompleted) Disconnect();
            else
                _ = running.ContinueWith(
                    _ => Disconnect(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        private ResponseApdu Send(byte[] message)
        {
            try
            {
                var code = context.Library.Transmit(card, protocol, message, received, out var length);
                if (code != PcscCode.Success) throw new CardChannelException(FaultOf(code));
                return ResponseApdu.TryRead(received.AsSpan(0, length), out var answer)
                    ? answer
                    : throw new CardChannelException(CardChannelFault.CardRemoved);
            }
            finally
            {
                // A PIN, or what a card says of a person.
                CryptographicOperations.ZeroMemory(message);
                CryptographicOperations.ZeroMemory(received);
            }
        }

        /// <summary>T=0 knows no command with data and an answer: the Le stays at home, the card says 61xx.</summary>
        private byte[] Message(CommandApdu command)
        {
            var withoutLe = protocol == PcscProtocol.T0 && !command.Data.IsEmpty && !command.IsExtended;
            return (withoutLe ? command with { Ne = null } : command).ToBytes();
        }

        private void Disconnect()
        {
            // Each may fail because the card or the daemon has gone, and then there is nothing to give back.
            _ = context.Library.EndTransaction(card, PcscLeave.Reset);
            _ = context.Library.Disconnect(card, PcscLeave.Reset);
            context.Dispose();
        }

        private static CardChannelFault FaultOf(PcscCode code)
        {
            if (code is PcscCode.RemovedCard or PcscCode.NoSmartCard or PcscCode.ResetCard)
                return CardChannelFault.CardRemoved;
            var silent = code is PcscCode.NotTransacted or PcscCode.CommunicationError or PcscCode.Timeout
                or PcscCode.UnresponsiveCard or PcscCode.UnpoweredCard;
            return silent ? CardChannelFault.Timeout : CardChannelFault.ReaderGone;
        }
    }
}
