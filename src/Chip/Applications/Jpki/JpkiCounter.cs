using System.Security.Cryptography.X509Certificates;
using System.Text;
using Musubi.Chip.Applications.Issuer;

namespace Musubi.Chip.Applications.Jpki;

/// <summary>Which of the two key pairs.</summary>
public enum JpkiKey
{
    /// <summary>User authentication; survives a move.</summary>
    Authentication,

    /// <summary>Digital signature; its certificate dies with name and address.</summary>
    Signing,
}

/// <summary>
/// What a counter does to the JPKI application of a card in use. The commands are Musubi's own (docs/apdu/issuer):
/// how real cards do this is not public.
/// </summary>
public static class JpkiCounter
{
    /// <summary>
    /// Replaces key and certificate: the card makes a key, the authority certifies it, both change over together.
    /// A card pulled in between keeps the old pair.
    /// </summary>
    /// <param name="card">The card.</param>
    /// <param name="issuer">The counter's channel to the same card.</param>
    /// <param name="key">Which pair.</param>
    /// <param name="certify">Issues a certificate for the public key (SubjectPublicKeyInfo, DER).</param>
    /// <param name="cancel">Gives up between commands.</param>
    public static async ValueTask<CardResult<X509Certificate2>> Replace(
        ICardChannel card,
        IssuerChannel issuer,
        JpkiKey key,
        Func<ReadOnlyMemory<byte>, X509Certificate2> certify,
        CancellationToken cancel = default)
    {
        if (!await IsoCommands.SelectApplication(card, JpkiFiles.Aid, cancel)) return CardRefusal.NoSuchApplication;
        var made = await issuer.Send(IssuerInstructions.GenerateKeyPair, 0, KeyId(key), default, cancel);
        if (made.Refusal is { } refusal) return refusal;
        var certificate = certify(made.Value);
        var put = await issuer.Send(IssuerInstructions.PutData, 0, KeyId(key), certificate.RawData, cancel);
        return put.Refusal is { } refused ? refused : certificate;
    }

    /// <summary>Takes key and certificate off the card.</summary>
    public static async ValueTask<CardResult<bool>> Remove(
        ICardChannel card, IssuerChannel issuer, JpkiKey key, CancellationToken cancel = default)
    {
        if (!await IsoCommands.SelectApplication(card, JpkiFiles.Aid, cancel)) return CardRefusal.NoSuchApplication;
        var put = await issuer.Send(IssuerInstructions.PutData, 0, KeyId(key), default, cancel);
        return put.Refusal is { } refusal ? refusal : true;
    }

    /// <summary>Gives a forgotten or blocked PIN a new value and all its tries.</summary>
    public static async ValueTask<CardResult<bool>> ResetPin(
        ICardChannel card, IssuerChannel issuer, JpkiKey key, string pin, CancellationToken cancel = default)
    {
        if (!await IsoCommands.SelectApplication(card, JpkiFiles.Aid, cancel)) return CardRefusal.NoSuchApplication;
        var reset = await issuer.Send(
            IssuerInstructions.ResetRetryCounter, 0, PinId(key), Encoding.ASCII.GetBytes(pin), cancel);
        return reset.Refusal is { } refusal ? refusal : true;
    }

    private static byte KeyId(JpkiKey key) => key switch
    {
        JpkiKey.Authentication => (byte)JpkiFiles.AuthenticationKey,
        JpkiKey.Signing => (byte)JpkiFiles.SigningKey,
    };

    private static byte PinId(JpkiKey key) => key switch
    {
        JpkiKey.Authentication => (byte)JpkiFiles.AuthenticationPin,
        JpkiKey.Signing => (byte)JpkiFiles.SigningPin,
    };
}
