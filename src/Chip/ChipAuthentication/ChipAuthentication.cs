using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Musubi.Chip.Apdu;
using Musubi.Chip.Crypto;
using Musubi.Chip.Pace;
using Musubi.Chip.PassiveAuthentication;
using Musubi.Chip.SecureMessaging;
using Musubi.Chip.TerminalAuthentication;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.ChipAuthentication;

/// <summary>Whose signature makes a chip's key believable.</summary>
/// <param name="CountrySigners">The trusted country signer certificates.</param>
/// <param name="On">The moment of the check.</param>
public sealed record CardSecurityTrust(ImmutableArray<X509Certificate2> CountrySigners, DateTimeOffset On);

/// <summary>
/// Chip authentication version 2, the terminal's side (TR-03110-3 §3.4, §B.2): the chip proves the key that its issuer
/// signed in EF.CardSecurity, and the channel gets new keys that end in that chip.
/// </summary>
/// <remarks>
/// | step | command | gives |
/// | 1 | READ BINARY of EF.CardSecurity | the chip's public key, signed |
/// | 2 | MSE:Set AT 00 22 41 A4 | cipher and key are set |
/// | 3 | GENERAL AUTHENTICATE 7C 80 | the chip's nonce and token; new session keys |
/// </remarks>
public static class ChipAuthentication
{
    /// <summary>Runs chip authentication; the earlier stage is used up.</summary>
    /// <exception cref="CardChannelException">The card is gone.</exception>
    public static async ValueTask<ChipAuthenticationOutcome> Run(
        TerminalAuthenticated terminal, CardSecurityTrust trust, CancellationToken cancel = default)
    {
        // 1. Passive authentication first: a token under an unsigned key would prove nothing.
        var (_, file) = await TransparentFile.Read(terminal, TransparentFile.CardSecurity, cancel);
        if (file is not { } encoded) return Refused(ChipAuthenticationRefusal.CardSecurityUnreadable);
        var signed = SignedContent.Verify(encoded, EacOids.SecurityObject, trust.CountrySigners, trust.On);
        if (!signed.IsGenuine) return Refused(Reason(signed.Verdict));
        if (!SecurityInfos.TryRead(signed.Content, out var infos))
            return Refused(ChipAuthenticationRefusal.CardSecurityUnreadable);
        if (!Confirms(infos, terminal.Pace.CardAccess)) return Refused(ChipAuthenticationRefusal.CardAccessDiffers);
        var variant = terminal.Variant;
        var key = infos.Keys.FirstOrDefault(k => k.KeyId == variant.KeyId && k.Parameters == variant.Parameters);
        if (key is null) return Refused(ChipAuthenticationRefusal.CardSecurityUnreadable);

        // 2. Cipher and key.
        var oid = variant.Strength.Oid(EacOids.ChipAuthenticationEcdh);
        var template = new TlvWriter().Write(0x80, oid);
        if (variant.KeyId is { } id) template.Write(0x84, [(byte)id]);
        var set = await terminal.Transmit(new CommandApdu(0x00, 0x22, 0x41, 0xA4, template.ToArray()), cancel);
        if (!set.IsSuccess) return Refused(ChipAuthenticationRefusal.NotGenuine);

        // 3. Agreement between the chip's signed key and the key the terminal signed for.
        var ephemeral = terminal.Ephemeral;
        var data = TlvWriter.Encode(0x7C, w => w.Write(0x80, ephemeral.Public));
        var answer = await terminal.Transmit(
            new CommandApdu(0x00, 0x86, 0, 0, data, CommandApdu.ShortNe), cancel);
        if (!TryReadAnswer(answer, out var nonce, out var token) || !ephemeral.TryAgree(key.Point.Span, out var shared))
            return Refused(ChipAuthenticationRefusal.NotGenuine);
        using var keys = PaceCryptography.DeriveKeys(CurveKey.X(shared), nonce.Span, variant.Strength);
        CryptographicOperations.ZeroMemory(shared);
        if (!CryptographicOperations.FixedTimeEquals(PaceCryptography.Token(keys, oid, ephemeral.Public), token.Span))
            return Refused(ChipAuthenticationRefusal.NotGenuine);
        var secure = new SecureChannel(terminal.Pace.Inner, new SecureMessagingSession(keys));
        return new ChipAuthenticationOutcome.Authenticated(new ChipAuthenticated(secure, terminal, infos));
    }

    /// <summary>Everything we relied on unsigned is there signed (TR-03110-3 §3.4: verify EF.CardAccess).</summary>
    private static bool Confirms(SecurityInfos signed, SecurityInfos cardAccess) =>
        cardAccess.Pace.All(signed.Pace.Contains)
        && cardAccess.ChipAuthentication.All(signed.ChipAuthentication.Contains);

    private static bool TryReadAnswer(
        ResponseApdu answer, out ReadOnlyMemory<byte> nonce, out ReadOnlyMemory<byte> token)
    {
        (nonce, token) = (default, default);
        if (!answer.IsSuccess || !BerTlv.TryRead(answer.Data, out var dynamic) || dynamic.Value.Tag != 0x7C
            || !dynamic.Value.TryChildren(out var level))
            return false;
        nonce = level.FindValue(0x81) ?? default;
        token = level.FindValue(0x82) ?? default;
        return !nonce.IsEmpty && token.Length == PaceCryptography.TokenLength;
    }

    private static ChipAuthenticationRefusal Reason(SignedContentVerdict verdict) => verdict switch
    {
        SignedContentVerdict.NotSignedByIssuer or SignedContentVerdict.ForeignIssuer
            or SignedContentVerdict.SignerMayNotSign or SignedContentVerdict.CountrySignerMayNotIssue
            or SignedContentVerdict.FileNotAsSigned =>
            ChipAuthenticationRefusal.CardSecurityNotTrusted,
        SignedContentVerdict.SignerNotValidToday or SignedContentVerdict.CountrySignerNotValidToday =>
            ChipAuthenticationRefusal.SignerNotValidToday,
        SignedContentVerdict.Unreadable => ChipAuthenticationRefusal.CardSecurityUnreadable,
        SignedContentVerdict.Genuine => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "No refusal."),
    };

    private static ChipAuthenticationOutcome.Refused Refused(ChipAuthenticationRefusal reason) => new(reason);
}
