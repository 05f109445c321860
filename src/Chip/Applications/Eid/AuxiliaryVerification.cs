using Musubi.Chip.Apdu;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Eid;

/// <summary>Asks a card to compare what the terminal committed to in terminal authentication (TR-03110-3 §B.6): the
/// answer is yes or no, the value stays on the card.</summary>
public static class AuxiliaryVerification
{
    /// <summary>Asks one question.</summary>
    /// <param name="card">The channel after chip authentication.</param>
    /// <param name="question">Which; its data was given to <c>TerminalAuthentication.Run</c>.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <returns>Yes or no; NotPermitted without the right, NoSuchFile when the terminal committed to nothing or the
    /// card has nothing to compare.</returns>
    /// <exception cref="CardChannelException">The card is gone.</exception>
    public static async ValueTask<CardResult<bool>> Ask(
        ChipAuthenticated card, AuxiliaryQuestion question, CancellationToken cancel = default)
    {
        if (!await card.SelectEid(cancel)) return CardRefusal.NoSuchApplication;
        var data = TlvWriter.Encode(0x06, question.Oid());
        // The proprietary class: the data field has a meaning of its own (TR-03110-3 §B.14.10).
        var answer = await card.Transmit(new CommandApdu(0x80, 0x20, 0x80, 0x00, data), cancel);
        if (answer.IsSuccess) return true;
        if (answer.Status == StatusWord.AuthenticationFailed) return false;
        return answer.Status == StatusWord.ReferencedDataNotFound
            ? CardRefusal.NoSuchFile
            : CardRefusals.Of(answer.Status);
    }
}
