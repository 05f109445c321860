using System.Net.Sockets;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Readers.Vpcd;

/// <summary>
/// Keeps one virtual card in one slot of vpcd, the virtual reader of pcscd (package vsmartcard-vpcd): every program
/// that speaks PC/SC then finds an ordinary card in an ordinary reader.
/// </summary>
/// <remarks>
/// The reader listens and the card connects: a connection is a card in the slot, its end is the card taken out.
/// Trust: whoever listens at the address has the card in hand. vpcd knows no passwords, so the address belongs to the
/// machine itself.
/// </remarks>
public sealed class VpcdSlot
{
    /// <summary>Between the first tries; doubles up to <see cref="LongestPause"/>.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>A restarted daemon finds its card again within this time.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan ConnectBound = TimeSpan.FromSeconds(5);

    private readonly VirtualCard card;
    private readonly VpcdAddress address;
    private readonly TimeProvider time;
    private readonly IProgress<VpcdState>? progress;
    private VpcdState? told;

    /// <summary>Prepares a slot; nothing is connected yet.</summary>
    /// <param name="card">The card; the caller owns it and disposes it after <see cref="Run"/> has ended.</param>
    /// <param name="address">Where vpcd listens for this slot.</param>
    /// <param name="time">For the pauses between tries.</param>
    /// <param name="progress">Told whenever the state changes, on the slot's own thread.</param>
    public VpcdSlot(
        VirtualCard card, VpcdAddress address, TimeProvider time, IProgress<VpcdState>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(card);
        (this.card, this.address, this.time, this.progress) = (card, address, time, progress);
    }

    /// <summary>Holds the card in the slot until cancelled; a reader that goes away is waited for.</summary>
    /// <param name="cancel">Takes the card out.</param>
    /// <exception cref="OperationCanceledException">The card was taken out.</exception>
    public async Task Run(CancellationToken cancel)
    {
        var pause = FirstPause;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var asked = false;
            try
            {
                using var socket = await Connect(cancel);
                Tell(VpcdState.Connected);
                await VpcdConversation.Run(socket, card, Answered, cancel);
            }
            catch (SocketException)
            {
                // Not there, or gone in the middle: the same to a card. The next try says how it is now.
            }
            finally
            {
                // Out of the slot there is no power: channels, PINs presented and selected files are forgotten.
                card.Reset();
            }

            Tell(VpcdState.Waiting);
            // A reader that only accepts and hangs up must not be called without pause.
            if (asked) pause = FirstPause;
            await Task.Delay(pause, time, cancel);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;

            void Answered()
            {
                asked = true;
                Tell(VpcdState.Present);
            }
        }
    }

    private async Task<Socket> Connect(CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bound.CancelAfter(ConnectBound);
        try
        {
            // A machine that vanishes says nothing: without this its card would wait for ever.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            await socket.ConnectAsync(address.Host, address.Port, bound.Token);
            return socket;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Tell(VpcdState state)
    {
        if (told == state) return;
        told = state;
        progress?.Report(state);
    }
}

/// <summary>How a card stands to its slot.</summary>
public enum VpcdState
{
    /// <summary>Nobody listens at the address; tried again with growing pauses.</summary>
    Waiting,

    /// <summary>The connection stands, and the reader has not asked anything yet: its slot may hold another
    /// card.</summary>
    Connected,

    /// <summary>The reader has seen the card.</summary>
    Present,
}
