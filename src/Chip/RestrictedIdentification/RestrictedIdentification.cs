using Musubi.Chip.Apdu;
using Musubi.Chip.Applications;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.RestrictedIdentification;

/// <summary>
/// Restricted identification, the terminal's side (TR-03110-2 §3.6, TR-03110-3 §B.4): the card's pseudonym in one of
/// the sectors that the terminal's certificate names.
/// </summary>
/// <remarks>
/// | step | command | gives |
/// | 1 | MSE:Set AT 00 22 41 A4 | protocol and key are set |
/// | 2 | GENERAL AUTHENTICATE 7C A0 or A2 | the pseudonym |
/// Only chip authentication makes it trustworthy: that is why it starts from <see cref="ChipAuthenticated"/>.
/// </remarks>
public static class RestrictedIdentification
{
    /// <summary>Asks for the pseudonym.</summary>
    /// <param name="card">The channel after chip authentication.</param>
    /// <param name="sector">The sector's key, whose hash the terminal's certificate has in this place.</param>
    /// <param name="place">First or second sector of the certificate.</param>
    /// <param name="key">Which of the card's keys.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <returns>The pseudonym; NoSuchFile when the card has no such key or the certificate no such sector, NotPermitted
    /// without the right, Refused when key and hash differ.</returns>
    /// <exception cref="CardChannelException">The card is gone.</exception>
    public static async ValueTask<CardResult<CardPseudonym>> Run(
        ChipAuthenticated card, SectorKey sector, SectorPlace place, PseudonymKey key,
        CancellationToken cancel = default)
    {
        // 1. The key, as the signed EF.CardSecurity names it.
        var wanted = key == PseudonymKey.WithRight;
        if (card.CardSecurity.RestrictedIdentification.FirstOrDefault(v => v.AuthorizedOnly == wanted) is not { } own)
            return CardRefusal.NoSuchFile;
        var template = new TlvWriter().Write(0x80, SectorKey.IdentificationOid).Write(0x84, [(byte)own.KeyId]);
        var set = await card.Transmit(new CommandApdu(0x00, 0x22, 0x41, 0xA4, template.ToArray()), cancel);
        if (!set.IsSuccess) return Refusal(set.Status);

        // 2. The sector's key goes as it was hashed, under the tag of its place instead of 7F49.
        var data = TlvWriter.Encode(0x7C, w => w.Write(place.CommandTag(), BerTlv.Read(sector.Encoded).Value.Span));
        var answer = await card.Transmit(
            new CommandApdu(0x00, 0x86, 0x00, 0x00, data, CommandApdu.ShortNe), cancel);
        if (!answer.IsSuccess) return Refusal(answer.Status);
        return BerTlv.TryRead(answer.Data, out var dynamic) && dynamic.Value.Tag == 0x7C
            && dynamic.Value.TryChildren(out var level)
            && level.FindValue(place.AnswerTag()) is { Length: CardPseudonym.Length } pseudonym
            ? CardPseudonym.Of(pseudonym.Span)
            : CardRefusal.Malformed;
    }

    private static CardRefusal Refusal(StatusWord status) =>
        status == StatusWord.ReferencedDataNotFound ? CardRefusal.NoSuchFile : CardRefusals.Of(status);
}

/// <summary>Which of a card's keys makes the pseudonym.</summary>
public enum PseudonymKey
{
    /// <summary>The one for every authenticated terminal.</summary>
    ForAll,

    /// <summary>The one for terminals with the right "restricted identification".</summary>
    WithRight,
}
