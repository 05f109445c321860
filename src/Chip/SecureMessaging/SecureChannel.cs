using Musubi.Chip.Apdu;

namespace Musubi.Chip.SecureMessaging;

/// <summary>The reader's skin of secure messaging over another channel.</summary>
/// <remarks>After one wrong answer the channel is dead for good: counters can no longer agree.</remarks>
internal sealed class SecureChannel(ICardChannel inner, SecureMessagingSession session) : ICardChannel, IDisposable
{
    private bool broken;

    /// <summary>The channel underneath, on which a next stage lays its own skin.</summary>
    public ICardChannel Inner => inner;

    /// <inheritdoc/>
    public async ValueTask<ResponseApdu> Transmit(CommandApdu command, CancellationToken cancel = default)
    {
        if (broken) throw new CardChannelException(CardChannelFault.SecureMessagingBroken);
        // Broken until the answer proves otherwise: a cancelled or failed exchange leaves the counters apart.
        broken = true;
        var answer = await inner.Transmit(session.ProtectCommand(command), cancel);
        if (session.TryOpenResponse(command.Ins, answer, out var plain) != SecureMessagingVerdict.Accepted)
            throw new CardChannelException(CardChannelFault.SecureMessagingBroken);
        broken = false;
        return plain!;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        broken = true;
        session.Dispose();
    }
}
