using System.Security.Cryptography;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.Crypto;
using Musubi.Chip.Pace;
using Musubi.Chip.SecureMessaging;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.ChipAuthentication;

/// <summary>Chip authentication version 2 on the card (TR-03110-3 §3.4, §B.2).</summary>
internal sealed class ChipAuthenticationChip(EacState state, CardSession session)
{
    private const int NonceLength = 8;
    private bool isPrivileged;

    /// <summary>MSE:Set AT: names cipher and key; only after terminal authentication.</summary>
    public ResponseApdu SetKey(ReadOnlySpan<byte> oid, ReadOnlyMemory<byte>? keyId)
    {
        if (!session.IsSecure || !session.Eac.IsTerminalAuthenticated)
            return new(StatusWord.SecurityStatusNotSatisfied);
        if (!oid.SequenceEqual(state.Strength.Oid(EacOids.ChipAuthenticationEcdh)))
            return new(StatusWord.WrongData);
        isPrivileged = keyId is { } id && id.Span.SequenceEqual([EacState.PrivilegedKeyId]);
        var isKnown = keyId is not { } named || named.Span.SequenceEqual([EacState.KeyId])
            || (isPrivileged && session.Eac.IsTerminalPrivileged && state.PrivilegedKey.Length > 0);
        return new(isKnown ? StatusWord.Success : StatusWord.ReferencedDataNotFound);
    }

    /// <summary>GENERAL AUTHENTICATE: agreement with the key that the terminal signed for.</summary>
    public ResponseApdu Agree(TlvObject? data)
    {
        if (data is not { Tag: 0x80 } given) return new(StatusWord.WrongData);
        var terminal = given.Value;
        if (terminal.Length != state.Parameters.PointLength
            || !CryptographicOperations.FixedTimeEquals(CurveKey.X(terminal.Span), session.Eac.CompressedKey.Span))
            return new(StatusWord.AuthenticationFailed);
        var key = isPrivileged ? state.PrivilegedKey : state.ChipAuthenticationKey;
        using var own = CurveKey.From(state.Parameters.Curve, (byte[])key.Clone());
        if (!own.TryAgree(terminal.Span, out var shared)) return new(StatusWord.WrongData);

        var nonce = state.Fresh.Nonce(NonceLength);
        using var keys = PaceCryptography.DeriveKeys(CurveKey.X(shared), nonce, state.Strength);
        CryptographicOperations.ZeroMemory(shared);
        var token = PaceCryptography.Token(keys, state.Strength.Oid(EacOids.ChipAuthenticationEcdh), terminal.Span);
        session.OpenAfterAnswer(new SecureMessagingSession(keys));
        session.Eac.AuthenticateChip();
        return ResponseApdu.Success(TlvWriter.Encode(0x7C, w => w.Write(0x81, nonce).Write(0x82, token)));
    }
}
