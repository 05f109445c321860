using Musubi.Chip.Apdu;

namespace Musubi.Chip;

/// <summary>A way to a card: a reader in this process, a PC/SC reader, or a skin of secure messaging over
/// another.</summary>
public interface ICardChannel
{
    /// <summary>Sends one command and waits for its answer. Completes synchronously in process.</summary>
    /// <param name="command">The command, plain; a skin protects it on the way.</param>
    /// <param name="cancel">Gives up waiting; the card may have executed the command all the same.</param>
    /// <exception cref="CardChannelException">The card or its reader is gone, or the secure channel broke.</exception>
    ValueTask<ResponseApdu> Transmit(CommandApdu command, CancellationToken cancel = default);
}

/// <summary>Why a card can no longer be talked to.</summary>
public enum CardChannelFault
{
    /// <summary>The card left the reader or was reset.</summary>
    CardRemoved,

    /// <summary>The reader is gone.</summary>
    ReaderGone,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>An answer was not protected, or its MAC, counter or padding was wrong: the channel is dead.</summary>
    SecureMessagingBroken,
}

/// <summary>The card can no longer be talked to; whatever was under way is over.</summary>
public sealed class CardChannelException : Exception
{
    /// <summary>Makes the exception.</summary>
    public CardChannelException(CardChannelFault fault, Exception? inner = null)
        : base(Sentence(fault), inner) => Fault = fault;

    /// <summary>Why.</summary>
    public CardChannelFault Fault { get; }

    private static string Sentence(CardChannelFault fault) => fault switch
    {
        CardChannelFault.CardRemoved => "The card was removed or reset.",
        CardChannelFault.ReaderGone => "The card reader is gone.",
        CardChannelFault.Timeout => "The card did not answer in time.",
        CardChannelFault.SecureMessagingBroken => "The card's answer was not protected as agreed.",
    };
}
