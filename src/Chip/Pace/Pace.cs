using System.Security.Cryptography;
using Musubi.Chip.Apdu;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.SecureMessaging;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Pace;

/// <summary>
/// PACE, the reader's side (TR-03110-3 §3.2, §B.1; ICAO 9303-11 §4.4): both prove that they know the password, nobody
/// who listens or guesses once more learns it, and a secure channel stands.
/// </summary>
/// <remarks>
/// | step | command | gives |
/// | 1 | MSE:Set AT 00 22 C1 A4 | password, rights, curve are set |
/// | 2 | GENERAL AUTHENTICATE 7C 00 | nonce under the password's key |
/// | 3 | 7C 81 | mapped generator |
/// | 4 | 7C 83 | shared secret, session keys |
/// | 5 | 7C 85 | tokens compared: the channel stands |
/// </remarks>
public static class Pace
{
    /// <summary>Runs PACE with the card's first variant that we speak.</summary>
    /// <param name="channel">The card; a channel of an earlier PACE when a suspended PIN is resumed by the CAN.</param>
    /// <param name="password">The password; the caller still owns it.</param>
    /// <param name="chat">The rights that an authentication terminal will ask for, or null for none.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <exception cref="CardChannelException">The card is gone.</exception>
    public static async ValueTask<PaceOutcome> Establish(
        ICardChannel channel, PacePassword password, Chat? chat = null, CancellationToken cancel = default)
    {
        var cardAccess = await TransparentFile.ReadCardAccess(channel, cancel);
        return cardAccess is null
            ? Refused(PaceRefusal.NoCommonVariant)
            : await Establish(channel, cardAccess, password, chat, Freshness.System, cancel);
    }

    /// <summary>The tries left of the holder's PIN, without spending one.</summary>
    /// <returns>3 to 0; 1 means that the CAN must come first; null when the card does not say.</returns>
    /// <exception cref="CardChannelException">The card is gone.</exception>
    public static async ValueTask<int?> PinTriesLeft(ICardChannel channel, CancellationToken cancel = default)
    {
        var status = await ReadPinStatus(channel, cancel);
        return status.State is PinState.Deactivated or PinState.Unknown ? null : status.TriesLeft;
    }

    /// <summary>How the holder's PIN stands, without spending a try.</summary>
    /// <exception cref="CardChannelException">The card is gone.</exception>
    public static async ValueTask<PinStatus> ReadPinStatus(ICardChannel channel, CancellationToken cancel = default)
    {
        var cardAccess = await TransparentFile.ReadCardAccess(channel, cancel);
        if (cardAccess is null || cardAccess.Pace.IsEmpty) return PinStatus.Of(StatusWord.ReferencedDataNotFound);
        var answer = await channel.Transmit(SetAuthenticationTemplate(cardAccess.Pace[0], PacePasswordKind.Pin, null),
            cancel);
        return PinStatus.Of(answer.Status);
    }

    internal static async ValueTask<PaceOutcome> Establish(
        ICardChannel channel, SecurityInfos cardAccess, PacePassword password, Chat? chat, Freshness fresh,
        CancellationToken cancel)
    {
        if (cardAccess.Pace.IsEmpty) return Refused(PaceRefusal.NoCommonVariant);
        var variant = cardAccess.Pace[0];
        var curve = variant.Parameters.Curve;
        var oid = variant.Strength.Oid(EacOids.PaceEcdhGenericMapping);

        // 1. Name the password, the rights and the curve. A warning 63Cx is news about the PIN, not a refusal; only
        // when the card says so at once that nothing can come of it (63C0, 6283) we stop here.
        var set = await channel.Transmit(SetAuthenticationTemplate(variant, password.Kind, chat), cancel);
        if (!set.IsSuccess && set.Status.TriesLeft is not > 0) return Refuse(set.Status);

        // 2. The nonce, under the password's key.
        var first = await Step(channel, null, 0x80, cancel);
        if (first.Value is not { } encrypted || !PaceCryptography.IsNonce(encrypted.Length))
            return Refuse(first.Status, set.Status);

        // 3. The mapping: a generator that only those who know the nonce can compute.
        using var mapping = fresh.Key(curve);
        var second = await Step(channel, (0x81, mapping.Public), 0x82, cancel);
        if (second.Value is not { } chipMapping) return Refuse(second.Status, set.Status);
        if (!TryMap(password, variant, mapping, encrypted.Span, chipMapping.Span, out var generator)
            || !fresh.TryKey(curve, generator, out var ephemeral))
            return Refused(PaceRefusal.CardNotTrusted);
        using var own = ephemeral;

        // 4. Key agreement on the mapped generator.
        var third = await Step(channel, (0x83, own.Public), 0x84, cancel);
        if (third.Value is not { } chipPublic) return Refuse(third.Status, set.Status);
        if (chipPublic.Span.SequenceEqual(own.Public) || !own.TryAgree(chipPublic.Span, out var shared))
            return Refused(PaceRefusal.CardNotTrusted);
        using var keys = PaceCryptography.DeriveKeys(CurveKey.X(shared), [], variant.Strength);
        CryptographicOperations.ZeroMemory(shared);

        // 5. Tokens: each proves to the other that it has the same keys.
        var token = PaceCryptography.Token(keys, oid, chipPublic.Span);
        var last = await channel.Transmit(GeneralAuthenticate((0x85, token), isLast: true), cancel);
        if (!last.IsSuccess) return Refuse(last.Status);
        if (!TryReadDynamic(last.Data, out var level) || level.FindValue(0x86) is not { } chipToken
            || !CryptographicOperations.FixedTimeEquals(PaceCryptography.Token(keys, oid, own.Public), chipToken.Span))
            return Refused(PaceRefusal.CardNotTrusted);

        var inner = channel is PaceChannel earlier ? earlier.Inner : channel;
        var secure = new SecureChannel(inner, new SecureMessagingSession(keys));
        return new PaceOutcome.Established(new PaceChannel(secure, cardAccess, password.Kind, chat)
        {
            ChipName = CurveKey.X(chipPublic.Span).ToArray(),
            CurrentRoot = Reference(level.FindValue(0x87)),
            PreviousRoot = Reference(level.FindValue(0x88)),
        });
    }

    /// <summary>Opens the nonce and maps the generator with it; the nonce lives no longer than this.</summary>
    private static bool TryMap(
        PacePassword password, PaceVariant variant, CurveKey mapping,
        ReadOnlySpan<byte> encryptedNonce, ReadOnlySpan<byte> chipMapping, out byte[] generator)
    {
        var passwordKey = password.DeriveKey(variant.Strength);
        var nonce = PaceCryptography.DecryptNonce(passwordKey, encryptedNonce);
        generator = [];
        var isMapped = mapping.TryAgree(chipMapping, out var h)
            && variant.Parameters.Curve.TryMapGenerator(nonce, h, out generator);
        CryptographicOperations.ZeroMemory(passwordKey);
        CryptographicOperations.ZeroMemory(nonce);
        return isMapped;
    }

    private static CommandApdu SetAuthenticationTemplate(PaceVariant variant, PacePasswordKind kind, Chat? chat)
    {
        var data = new TlvWriter()
            .Write(0x80, variant.Strength.Oid(EacOids.PaceEcdhGenericMapping))
            .Write(0x83, [(byte)kind])
            .Write(0x84, [(byte)variant.Parameters.Id]);
        // The rights are bound to the run: card and holder see what will be asked before the password is used.
        if (chat is not null) data.WriteEncoded(chat.ToBytes());
        return new CommandApdu(0x00, 0x22, 0xC1, 0xA4, data.ToArray());
    }

    private static CommandApdu GeneralAuthenticate((uint Tag, byte[] Value)? data, bool isLast)
    {
        var dynamic = TlvWriter.Encode(0x7C, w =>
        {
            if (data is { } given) w.Write(given.Tag, given.Value);
        });
        return new CommandApdu((byte)(isLast ? 0x00 : 0x10), 0x86, 0, 0, dynamic, CommandApdu.ShortNe);
    }

    private static async ValueTask<(StatusWord Status, ReadOnlyMemory<byte>? Value)> Step(
        ICardChannel channel, (uint Tag, byte[] Value)? data, uint wanted, CancellationToken cancel)
    {
        var answer = await channel.Transmit(GeneralAuthenticate(data, isLast: false), cancel);
        var value = answer.IsSuccess && TryReadDynamic(answer.Data, out var level) ? level.FindValue(wanted) : null;
        return (answer.Status, value);
    }

    private static bool TryReadDynamic(
        ReadOnlyMemory<byte> data, out System.Collections.Immutable.ImmutableArray<TlvObject> level)
    {
        level = [];
        return BerTlv.TryRead(data, out var dynamic) && dynamic.Value.Tag == 0x7C
            && dynamic.Value.TryChildren(out level);
    }

    private static CvReference? Reference(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } name && CvReference.TryParse(System.Text.Encoding.Latin1.GetString(name.Span), out var reference)
            ? reference
            : null;

    /// <summary>A refusal in the middle: a suspended PIN shows itself at the nonce, after a warning of one try; some
    /// cards say 6985, some 6982 (TR-03110-3 §B.14.2).</summary>
    private static PaceOutcome Refuse(StatusWord status, StatusWord warning) =>
        warning.TriesLeft == PinTries.Suspended
            && (status == StatusWord.ConditionsNotSatisfied || status == StatusWord.SecurityStatusNotSatisfied)
            ? new PaceOutcome.Refused(PaceRefusal.Suspended, PinTries.Suspended)
            : Refuse(status);

    private static PaceOutcome Refuse(StatusWord status)
    {
        if (status.TriesLeft is { } left)
        {
            var reason = left switch
            {
                0 => PaceRefusal.Blocked,
                PinTries.Suspended => PaceRefusal.Suspended,
                _ => PaceRefusal.WrongPassword,
            };
            return new PaceOutcome.Refused(reason, left);
        }

        if (status == StatusWord.AuthenticationFailed) return Refused(PaceRefusal.WrongPassword);
        if (status == StatusWord.AuthenticationBlocked) return new PaceOutcome.Refused(PaceRefusal.Blocked, 0);
        if (status == StatusWord.Deactivated || status == StatusWord.ReferenceDataNotUsable)
            return Refused(PaceRefusal.Deactivated);
        return Refused(status.IsSuccess ? PaceRefusal.CardNotTrusted : PaceRefusal.NotAccepted);
    }

    private static PaceOutcome Refused(PaceRefusal reason) => new PaceOutcome.Refused(reason, null);
}
