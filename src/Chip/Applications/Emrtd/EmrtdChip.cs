using System.Security.Cryptography;
using Musubi.Chip.Apdu;
using Musubi.Chip.Crypto;
using Musubi.Chip.Pace;
using Musubi.Chip.SecureMessaging;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Applications.Emrtd;

/// <summary>
/// Card side of the travel-document application's two proofs: chip authentication version 1 (ICAO 9303-11 §6.2) and
/// active authentication (§6.1). Both only inside the channel that PACE opened.
/// </summary>
internal sealed class EmrtdChip(EmrtdState state, CardSession session)
{
    private const int ChallengeLength = 8;
    private bool isKeySet;

    public void Forget() => isKeySet = false;

    /// <summary>MSE:Set AT, 00 22 41 A4 { 80 protocol }.</summary>
    public ResponseApdu SetKey(CommandApdu command)
    {
        if (command is not { P1: 0x41, P2: 0xA4 }) return new(StatusWord.WrongParameters);
        if (!session.IsSecure) return new(StatusWord.SecurityStatusNotSatisfied);
        // A terminal with rights has a channel that ends in the chip already; another key must not take it over.
        if (session.Eac.IsTerminalAuthenticated) return new(StatusWord.ConditionsNotSatisfied);
        if (state.ChipAuthenticationKey.Length == 0) return new(StatusWord.ReferencedDataNotFound);
        if (!BerTlv.TryReadAll(command.Data, out var level) || level.FindValue(0x80) is not { } oid
            || !oid.Span.SequenceEqual(EmrtdKeys.Strength.Oid(EacOids.ChipAuthenticationEcdh)))
            return new(StatusWord.WrongData);
        if (level.FindValue(0x84) is not null) return new(StatusWord.ReferencedDataNotFound);
        isKeySet = true;
        return ResponseApdu.Success();
    }

    /// <summary>GENERAL AUTHENTICATE 7C { 80 ephemeral key } → 7C 00; the next command has the new keys.</summary>
    public ResponseApdu Agree(CommandApdu command)
    {
        var begun = isKeySet;
        isKeySet = false;
        if (!begun) return new(StatusWord.ConditionsNotSatisfied);
        if (!BerTlv.TryRead(command.Data, out var dynamic) || dynamic.Value.Tag != 0x7C
            || !dynamic.Value.TryChildren(out var level) || level.FindValue(0x80) is not { } terminal)
            return new(StatusWord.WrongData);
        using var own = CurveKey.From(EmrtdKeys.Curve.Curve, (byte[])state.ChipAuthenticationKey.Clone());
        if (!own.TryAgree(terminal.Span, out var shared)) return new(StatusWord.AuthenticationFailed);
        using var keys = PaceCryptography.DeriveKeys(CurveKey.X(shared), [], EmrtdKeys.Strength);
        CryptographicOperations.ZeroMemory(shared);
        session.OpenAfterAnswer(new SecureMessagingSession(keys));
        return ResponseApdu.Success(TlvWriter.Encode(0x7C, []));
    }

    /// <summary>INTERNAL AUTHENTICATE, 00 88 00 00 08: ECDSA over the challenge, r ‖ s.</summary>
    public ResponseApdu SignChallenge(CommandApdu command)
    {
        if (command is not { P1: 0, P2: 0 }) return new(StatusWord.WrongParameters);
        if (!session.IsSecure) return new(StatusWord.SecurityStatusNotSatisfied);
        if (state.ActiveAuthenticationKey.Length == 0) return new(StatusWord.ReferencedDataNotFound);
        if (command.Data.Length != ChallengeLength || command.Ne is null) return new(StatusWord.WrongLength);
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(state.ActiveAuthenticationKey, out _);
        return ResponseApdu.Success(key.SignData(
            command.Data.Span, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }
}
