using System.Security.Cryptography;
using Musubi.Chip.Apdu;

namespace Musubi.Chip.Applications;

/// <summary>
/// The key by which text and face application prove that the card itself lies here and not a copy of its files:
/// 80 2A 00 00 over a DigestInfo, without a PIN.
/// </summary>
/// <remarks>Its public part stands in the signed records. Source: soltia48/myna-card, src/ap/surface.rs.</remarks>
internal static class PresenceKey
{
    private const byte OwnClass = 0x80;
    private const byte DefaultKey = 0x00;
    private const int ChallengeLength = 32;

    private static readonly byte[] Sha256DigestInfo =
    [
        0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
        0x20,
    ];

    /// <summary>Card side. The schemes are those of the JPKI application; P2 names the only key.</summary>
    public static ResponseApdu Sign(byte[] key, CommandApdu command)
    {
        if (command.P2 != DefaultKey) return new(StatusWord.WrongParameters);
        if (key.Length == 0) return new(StatusWord.ReferencedDataNotFound);
        return command.Ne is null
            ? new(StatusWord.WrongLength)
            : CardSigning.Sign(command.P1, key, command.Data.ToArray());
    }

    /// <summary>Reader side: a fresh challenge, signed by the key of a record that the issuer signed.</summary>
    public static async ValueTask<SignatureOfCard> Prove(ICardChannel card, RSA certified, CancellationToken cancel)
    {
        var hash = SHA256.HashData(RandomNumberGenerator.GetBytes(ChallengeLength));
        byte[] digestInfo = [.. Sha256DigestInfo, .. hash];
        var answer = await card.Transmit(
            new(OwnClass, NumberCardInstructions.ComputeDigitalSignature, 0, DefaultKey, digestInfo,
                CommandApdu.ShortNe),
            cancel);
        if (!answer.IsSuccess) return SignatureOfCard.Unreadable;
        return certified.VerifyHash(hash, answer.Data.Span, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            ? SignatureOfCard.Genuine
            : SignatureOfCard.NotByThisKey;
    }
}
