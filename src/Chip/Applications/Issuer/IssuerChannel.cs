using System.Security.Cryptography;
using Musubi.Chip.Apdu;

namespace Musubi.Chip.Applications.Issuer;

/// <summary>Reader side of the counter's own commands: authorises each, checks the card's sealed answer.</summary>
/// <remarks>The channel holds the key of one card; <see cref="Dispose"/> zeroes it.</remarks>
public sealed class IssuerChannel : IDisposable
{
    private const byte OwnClass = 0x80;
    private readonly ICardChannel card;
    private readonly byte[] key;

    /// <summary>Binds to a card whose application is selected.</summary>
    /// <param name="card">The card.</param>
    /// <param name="key">The card's own 16-byte key, see <c>IssuerKeys.CardKey</c>; copied.</param>
    public IssuerChannel(ICardChannel card, ReadOnlySpan<byte> key)
    {
        this.card = card;
        this.key = key.ToArray();
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(key);

    /// <summary>Sends one authorised command.</summary>
    /// <returns>The answer's data, or why the card (or its seal) did not agree.</returns>
    internal async ValueTask<CardResult<ReadOnlyMemory<byte>>> Send(
        byte instruction, byte p1, byte p2, ReadOnlyMemory<byte> payload, CancellationToken cancel)
    {
        var given = await card.Transmit(
            new(OwnClass, IssuerInstructions.GetChallenge, 0, 0, Ne: IssuerMac.ChallengeLength), cancel);
        if (!given.IsSuccess || given.Data.Length != IssuerMac.ChallengeLength) return CardRefusals.Of(given.Status);
        var challenge = given.Data.ToArray();

        var bare = new CommandApdu(OwnClass, instruction, p1, p2);
        var mac = IssuerMac.OfCommand(key, challenge, bare, payload.Span);
        byte[] sealedPayload = [.. payload.Span, .. mac];
        var ne = sealedPayload.Length > byte.MaxValue ? CommandApdu.ExtendedNe : CommandApdu.ShortNe;
        var answer = await card.Transmit(bare with { Data = sealedPayload, Ne = ne }, cancel);
        if (!answer.IsSuccess) return CardRefusals.Of(answer.Status);

        if (answer.Data.Length < IssuerMac.Length) return CardRefusal.Malformed;
        var data = answer.Data[..^IssuerMac.Length];
        var expected = IssuerMac.OfAnswer(key, challenge, data.Span);
        var agreed = CryptographicOperations.FixedTimeEquals(expected, answer.Data.Span[^IssuerMac.Length..]);
        return agreed ? data : CardRefusal.AnswerNotFromThisCard;
    }
}
