using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Musubi.Chip.Apdu;
using Musubi.Chip.Crypto;
using Musubi.Chip.Pace;
using Musubi.Chip.PassiveAuthentication;
using Musubi.Chip.SecureMessaging;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Emrtd;

/// <summary>Whether the chip is the one that its issuer signed for, or a copy of its files.</summary>
/// <param name="Verdict">What the signature over the key's file is worth.</param>
/// <param name="Chip">What the chip's proof is worth; not checked unless the verdict is genuine.</param>
public sealed record EmrtdProof(SignedContentVerdict Verdict, SignatureOfCard Chip)
{
    /// <summary>The issuer signed for a key and this chip has it.</summary>
    public bool IsProved => Verdict == SignedContentVerdict.Genuine && Chip == SignatureOfCard.Genuine;

    private const int ChallengeLength = 8;

    /// <summary>Active authentication (ICAO 9303-11 §6.1): the chip signs a challenge with the key of DG15.</summary>
    /// <param name="secure">The channel after PACE.</param>
    /// <param name="countrySigners">The trust anchors.</param>
    /// <param name="on">The day of checking.</param>
    /// <param name="cancel">Breaks it off.</param>
    /// <returns>The proof, or why the card gave none.</returns>
    public static async ValueTask<CardResult<EmrtdProof>> BySignature(
        ICardChannel secure, ImmutableArray<X509Certificate2> countrySigners, DateTimeOffset on,
        CancellationToken cancel = default)
    {
        var read = await ReadKeyFile(secure, EmrtdFiles.Dg15, 15, countrySigners, on, cancel);
        if (read.Refusal is { } refusal) return refusal;
        var (verdict, file) = read.Value;
        if (verdict != SignedContentVerdict.Genuine) return new EmrtdProof(verdict, SignatureOfCard.NotChecked);
        using var key = EmrtdKeys.ActiveKeyIn(file);
        if (key is null) return new EmrtdProof(verdict, SignatureOfCard.Unreadable);
        var challenge = RandomNumberGenerator.GetBytes(ChallengeLength);
        var answer = await secure.Transmit(
            new(0x00, EmrtdInstructions.InternalAuthenticate, 0, 0, challenge, CommandApdu.ShortNe), cancel);
        if (!answer.IsSuccess) return CardRefusals.Of(answer.Status);
        var genuine = key.VerifyData(challenge, answer.Data.Span, HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return new EmrtdProof(verdict, genuine ? SignatureOfCard.Genuine : SignatureOfCard.NotByThisKey);
    }

    /// <summary>
    /// Chip authentication version 1 (ICAO 9303-11 §6.2): new keys agreed with the key of DG14. The chip has shown
    /// that key when it answers under them.
    /// </summary>
    /// <param name="pace">The channel after PACE; used up when the chip agrees.</param>
    /// <param name="countrySigners">The trust anchors.</param>
    /// <param name="on">The day of checking.</param>
    /// <param name="cancel">Breaks it off.</param>
    /// <returns>The proof with the new channel, or why the card gave none. No channel unless it is proved.</returns>
    public static async ValueTask<CardResult<(EmrtdProof Proof, ICardChannel? Secure)>> ByAgreement(
        PaceChannel pace, ImmutableArray<X509Certificate2> countrySigners, DateTimeOffset on,
        CancellationToken cancel = default)
    {
        // 1. The key, signed by the issuer: a channel under an unsigned key would prove nothing.
        var read = await ReadKeyFile(pace, EmrtdFiles.Dg14, 14, countrySigners, on, cancel);
        if (read.Refusal is { } refusal) return refusal;
        var (verdict, file) = read.Value;
        if (verdict != SignedContentVerdict.Genuine)
            return (new EmrtdProof(verdict, SignatureOfCard.NotChecked), null);
        if (EmrtdKeys.ChipKeyIn(file) is not { } chipKey)
            return (new EmrtdProof(verdict, SignatureOfCard.Unreadable), null);
        // 2. MSE:Set AT.
        var template = TlvWriter.Encode(0x80, EmrtdKeys.Strength.Oid(EacOids.ChipAuthenticationEcdh));
        var set = await pace.Transmit(new(0x00, EmrtdInstructions.ManageSecurityEnvironment, 0x41, 0xA4, template),
            cancel);
        if (!set.IsSuccess) return CardRefusals.Of(set.Status);
        // 3. GENERAL AUTHENTICATE, and the new channel.
        using var own = CurveKey.Create(EmrtdKeys.Curve.Curve);
        var publicKey = own.Public;
        var agreed = await pace.Transmit(
            new(0x00, EmrtdInstructions.GeneralAuthenticate, 0, 0,
                TlvWriter.Encode(0x7C, inner => inner.Write(0x80, publicKey)), CommandApdu.ShortNe),
            cancel);
        if (!agreed.IsSuccess) return CardRefusals.Of(agreed.Status);
        if (!own.TryAgree(chipKey, out var shared))
            return (new EmrtdProof(verdict, SignatureOfCard.Unreadable), null);
        using var keys = PaceCryptography.DeriveKeys(CurveKey.X(shared), [], EmrtdKeys.Strength);
        CryptographicOperations.ZeroMemory(shared);
        var secure = new SecureChannel(pace.Inner, new SecureMessagingSession(keys));
        // 4. The first answer under the new keys is the proof.
        try
        {
            _ = await IsoCommands.SelectFile(secure, EmrtdFiles.Com, cancel);
            return (new EmrtdProof(verdict, SignatureOfCard.Genuine), secure);
        }
        catch (CardChannelException broken) when (broken.Fault == CardChannelFault.SecureMessagingBroken)
        {
            secure.Dispose();
            return (new EmrtdProof(verdict, SignatureOfCard.NotByThisKey), null);
        }
    }

    private static async ValueTask<CardResult<(SignedContentVerdict Verdict, ReadOnlyMemory<byte> File)>> ReadKeyFile(
        ICardChannel secure, ushort id, int group, ImmutableArray<X509Certificate2> countrySigners, DateTimeOffset on,
        CancellationToken cancel)
    {
        if (!await IsoCommands.SelectApplication(secure, EmrtdFiles.Aid, cancel)) return CardRefusal.NoSuchApplication;
        var sod = await IsoCommands.ReadFile(secure, EmrtdFiles.Sod, cancel);
        if (sod.Refusal is { } noSignature) return noSignature;
        var file = await IsoCommands.ReadFile(secure, id, cancel);
        if (file.Refusal is { } noKey) return noKey;
        var (verdict, hashes) = EmrtdReader.Hashes(sod.Value, countrySigners, on);
        if (hashes is null) return (verdict, default);
        return (hashes.Covers(group, file.Value.Span) ? verdict : SignedContentVerdict.FileNotAsSigned, file.Value);
    }
}
