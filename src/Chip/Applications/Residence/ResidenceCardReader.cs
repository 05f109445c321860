using System.Security.Cryptography;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Residence;

/// <summary>
/// Reads a second-generation residence card (05, 06) or a specified card (07, 08) with the number printed on it.
/// Source: second-generation specification 1.1, Appendix 2.
/// </summary>
/// <remarks>05 and 06 are read as specified; 07 and 08 as far as that is public, the rest is our reading: see
/// docs/apdu/set-session-key.md.</remarks>
public static class ResidenceCardReader
{
    /// <summary>Reads everything on the card and checks the authority's signature.</summary>
    /// <param name="card">The card.</param>
    /// <param name="cardNumber">The twelve characters printed on the card.</param>
    /// <param name="trust">Whose signature counts, and what day it is.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancel">Gives up between commands.</param>
    /// <returns>The reading, or why there is none.</returns>
    /// <exception cref="CardChannelException">The card was pulled.</exception>
    public static async ValueTask<ResidenceReadOutcome> Read(
        ICardChannel card,
        string cardNumber,
        ResidenceTrust trust,
        IProgress<ReadingProgress>? progress = null,
        CancellationToken cancel = default)
    {
        if (!ResidenceSession.IsCardNumber(cardNumber)) return Failed(ResidenceReadFailure.NotACardNumber);

        // 1. What card is it? Free to read, under the master file or in the residence application.
        var (conversation, found) = await Begin(card, trust.Delivery, progress, cancel);
        using var _ = conversation;
        if (found is not { } type) return Failed(ResidenceReadFailure.NotThisKindOfCard);
        // 2. to 5. Mutual authentication or delivery of a key, and proof of the number.
        if (await conversation.Open(cardNumber) is { } failure) return Failed(failure);
        // 6. Every file in the order of its folder.
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var file in ResidenceFiles.Of(type).OrderBy(one => one.Folder).ThenBy(one => one.Id))
        {
            if (await conversation.ReadFile(file) is not { } content) return Failed(ResidenceReadFailure.Refused);
            files[file.Path] = content;
        }

        try
        {
            var reading = ResidenceParsing.Parse(type, files, trust);
            // The number is not signed, so that the chip states the one that opened it is all there is to check.
            return string.Equals(reading.CardNumber, cardNumber, StringComparison.Ordinal)
                ? new ResidenceReadOutcome.Complete(reading)
                : Failed(ResidenceReadFailure.CardProofWrong);
        }
        catch (TlvException)
        {
            return Failed(ResidenceReadFailure.Malformed);
        }
    }

    /// <summary>The card's type, which is free to read; null when it is no card of type 05 to 08.</summary>
    /// <exception cref="CardChannelException">The card was pulled.</exception>
    public static async ValueTask<ResidenceCardType?> TypeOf(ICardChannel card, CancellationToken cancel = default)
    {
        var (conversation, type) = await Begin(card, null, null, cancel);
        conversation.Dispose();
        return type;
    }

    /// <summary>Rewrites the unsigned part at a counter. All of it changes together or nothing does.</summary>
    /// <param name="issuer">The counter's channel to this card, see <see cref="IssuerChannel"/>.</param>
    /// <param name="type">05 to 08; on 07 and 08 the residence application has to be selected.</param>
    /// <param name="update">What to change; what 06 and 08 do not have is left out.</param>
    /// <param name="cancel">Gives up between commands.</param>
    public static async ValueTask<CardResult<bool>> Update(
        IssuerChannel issuer, ResidenceCardType type, ResidenceCardUpdate update, CancellationToken cancel = default)
    {
        var payload = ResidenceUpdate.Payload(update, type);
        if (payload.Length == 0) return true;
        var answer = await issuer.Send(IssuerInstructions.PutData, 0, 0, payload, cancel);
        return answer.Refusal is { } refusal ? refusal : true;
    }

    /// <summary>A card of its own says its type under the master file; a My Number card may have the
    /// application.</summary>
    private static async ValueTask<(ResidenceConversation Conversation, ResidenceCardType? Type)> Begin(
        ICardChannel card, RSA? delivery, IProgress<ReadingProgress>? progress, CancellationToken cancel)
    {
        var own = new SecondGenerationConversation(card, progress, cancel);
        if (await own.ReadCardType() is { } type) return (own, type.IsSpecified() ? null : type);
        own.Dispose();
        var specified = new SpecifiedConversation(card, delivery, progress, cancel);
        return (specified, await specified.ReadCardType() is { } other && other.IsSpecified() ? other : null);
    }

    private static ResidenceReadOutcome.Failed Failed(ResidenceReadFailure reason) => new(reason);
}
