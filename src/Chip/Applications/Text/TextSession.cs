using System.Security.Cryptography;
using Musubi.Chip.Apdu;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Text;

/// <summary>
/// A conversation with the text application under a delivered key: My Number is neither read nor presented in clear.
/// </summary>
/// <remarks>
/// The PIN that opens it travels in clear: the card asks for it first. There is no MAC, so who stands in between can
/// still change what he cannot read; the integrity record shows that. Selecting any application ends the session.
/// </remarks>
public sealed class TextSession : IDisposable
{
    private const byte OwnClass = 0x80;
    private readonly DeliveredKeyChannel hidden;

    private TextSession(DeliveredKeyChannel hidden) => this.hidden = hidden;

    /// <summary>Presents the PIN and delivers a fresh key.</summary>
    /// <param name="card">The card.</param>
    /// <param name="pin">The four digits.</param>
    /// <param name="cancel">Gives up between commands.</param>
    /// <returns>What the card said to the PIN, and the session or why there is none.</returns>
    public static async ValueTask<(PinVerdict Pin, CardResult<TextSession> Session)> Open(
        ICardChannel card, string pin, CancellationToken cancel = default)
    {
        if (!await IsoCommands.SelectApplication(card, TextFiles.Aid, cancel))
            return (PinVerdict.NotOnThisCard, CardRefusal.NoSuchApplication);
        var verdict = await IsoCommands.Verify(card, TextFiles.Pin, pin, cancel);
        if (!verdict.IsAccepted) return (verdict, CardRefusal.NotPermitted);
        var file = await IsoCommands.ReadFile(card, TextFiles.DeliveryKey, cancel);
        if (file.Refusal is { } refusal) return (verdict, refusal);
        using var key = KeyIn(file.Value);
        return (verdict, key is null ? CardRefusal.Malformed : await Deliver(card, key, cancel));
    }

    /// <summary>My Number, presented as number A and read back.</summary>
    public ValueTask<TextReading<string>> ConfirmMyNumber(
        string myNumber, RSA root, CancellationToken cancel = default) =>
        TextApplication.ReadSelected(hidden, TextFiles.NumberA, myNumber, root, TextApplication.MyNumber, cancel);

    /// <summary>The four attributes, with number B.</summary>
    public ValueTask<TextReading<TextAttributes>> ReadAttributes(
        string numberB, RSA root, CancellationToken cancel = default) =>
        TextApplication.ReadSelected(hidden, TextFiles.NumberB, numberB, root, TextApplication.Attributes, cancel);

    /// <summary>Zeroes the reader's key.</summary>
    public void Dispose() => hidden.Dispose();

    private static async ValueTask<CardResult<TextSession>> Deliver(
        ICardChannel card, RSA key, CancellationToken cancel)
    {
        var seed = RandomNumberGenerator.GetBytes(DeliveredKeySession.SeedLength);
        var session = new DeliveredKeySession(seed);
        var wrapped = KeyDelivery.Wrap(key, seed);
        CryptographicOperations.ZeroMemory(seed);
        var answer = await card.Transmit(
            new(OwnClass, NumberCardInstructions.SetSessionKey, 0, 0, wrapped), cancel);
        if (answer.IsSuccess) return new TextSession(new(card, session));
        session.Dispose();
        return CardRefusals.Of(answer.Status);
    }

    private static RSA? KeyIn(ReadOnlyMemory<byte> file) =>
        BerTlv.TryRead(file, out var outer) && outer.Value.Tag == TextTags.DeliveryKeyFile
            ? RsaKeyObject.TryRead(outer.Value.Value)
            : null;
}
