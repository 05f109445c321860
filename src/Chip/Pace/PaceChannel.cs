using Musubi.Chip.Apdu;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.SecureMessaging;

namespace Musubi.Chip.Pace;

/// <summary>
/// The secure channel after PACE, first of three stages. Only <c>Pace.Establish</c> makes it.
/// </summary>
public sealed class PaceChannel : ICardChannel, IDisposable
{
    private readonly SecureChannel secure;

    internal PaceChannel(SecureChannel secure, SecurityInfos cardAccess, PacePasswordKind password, Chat? chat)
    {
        this.secure = secure;
        (CardAccess, Password, Chat) = (cardAccess, password, chat);
    }

    /// <summary>What the card said it can do, unsigned; chip authentication checks it against
    /// EF.CardSecurity.</summary>
    public SecurityInfos CardAccess { get; }

    /// <summary>The password that opened it.</summary>
    public PacePasswordKind Password { get; }

    /// <summary>The rights asked for, or null.</summary>
    public Chat? Chat { get; }

    /// <summary>ID_PICC: x coordinate of the card's ephemeral key, which the terminal signs.</summary>
    public required ReadOnlyMemory<byte> ChipName { get; init; }

    /// <summary>The root key the card wants the terminal's chain to start from; present when rights were asked
    /// for.</summary>
    public CvReference? CurrentRoot { get; init; }

    /// <summary>An older root key that the card still accepts.</summary>
    public CvReference? PreviousRoot { get; init; }

    /// <inheritdoc/>
    public ValueTask<ResponseApdu> Transmit(CommandApdu command, CancellationToken cancel = default) =>
        secure.Transmit(command, cancel);

    /// <inheritdoc/>
    public void Dispose() => secure.Dispose();

    /// <summary>The channel under this one: chip authentication replaces the skin, it does not add one.</summary>
    internal ICardChannel Inner => secure.Inner;
}
