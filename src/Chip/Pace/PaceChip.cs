using System.Security.Cryptography;
using Musubi.Chip.Apdu;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.SecureMessaging;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Pace;

/// <summary>One run of PACE on the card (TR-03110-3 §3.2, §B.1): four GENERAL AUTHENTICATE after MSE:Set AT.</summary>
/// <remarks>
/// Retry counters are the caller's: it lowers the PIN's before the token is compared, so that a card pulled at the
/// moment of a wrong guess has already counted it.
/// </remarks>
internal sealed class PaceChip : IDisposable
{
    private readonly PaceVariant variant;
    private readonly ICurve curve;
    private readonly byte[] passwordKey;
    private readonly Freshness fresh;
    private byte[] nonce = [];
    private byte[] mapped = [];
    private SessionKeys? keys;
    private byte[] terminalPublic = [];
    private byte[] chipPublic = [];
    private Step step = Step.Nonce;

    public PaceChip(PaceVariant variant, PacePassword password, Chat? chat, Freshness? fresh = null)
    {
        this.variant = variant;
        (Kind, Chat) = (password.Kind, chat);
        curve = variant.Parameters.Curve;
        passwordKey = password.DeriveKey(variant.Strength);
        this.fresh = fresh ?? Freshness.System;
    }

    private enum Step
    {
        Nonce,
        Map,
        Agree,
        Token,
        Over,
    }

    public PacePasswordKind Kind { get; }

    /// <summary>The rights that the terminal asked for, as shown to the holder; null when it named none.</summary>
    public Chat? Chat { get; }

    /// <summary>Comp of the chip's ephemeral key: what the terminal signs as the chip's name (ID_PICC).</summary>
    public ReadOnlyMemory<byte> ChipName => CurveKey.X(chipPublic).ToArray();

    /// <summary>True when the next step compares the token.</summary>
    public bool ExpectsToken => step == Step.Token;

    /// <summary>Steps 1 to 3: nonce, mapping, key agreement. Any error ends the run.</summary>
    public ResponseApdu Advance(TlvObject? data)
    {
        var at = step;
        step = Step.Over;
        var answer = (at, data?.Tag) switch
        {
            (Step.Nonce, null) => EncryptNonce(),
            (Step.Map, 0x81) => Map(data.Value.Value.Span),
            (Step.Agree, 0x83) => Agree(data.Value.Value.Span),
            _ => null,
        };
        if (answer is null) return new ResponseApdu(StatusWord.WrongData);
        step = at + 1;
        return ResponseApdu.Success(answer);
    }

    /// <summary>Step 4: compares the terminal's token; true gives the chip's own and the channel.</summary>
    public bool TryFinish(TlvObject? data, out byte[] chipToken, out SecureMessagingSession? channel)
    {
        (chipToken, channel) = ([], null);
        var expected = step == Step.Token && data?.Tag == 0x85;
        step = Step.Over;
        if (!expected || keys is null) return false;
        var oid = variant.Strength.Oid(EacOids.PaceEcdhGenericMapping);
        if (!CryptographicOperations.FixedTimeEquals(PaceCryptography.Token(keys, oid, chipPublic),
            data!.Value.Value.Span))
            return false;
        chipToken = PaceCryptography.Token(keys, oid, terminalPublic);
        channel = new SecureMessagingSession(keys);
        return true;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(passwordKey);
        CryptographicOperations.ZeroMemory(nonce);
        CryptographicOperations.ZeroMemory(mapped);
        keys?.Dispose();
    }

    private byte[] EncryptNonce()
    {
        nonce = fresh.Nonce(PaceCryptography.NonceLength(variant.Strength));
        return Dynamic(0x80, PaceCryptography.EncryptNonce(passwordKey, nonce));
    }

    private byte[]? Map(ReadOnlySpan<byte> terminalMapping)
    {
        using var own = fresh.Key(curve);
        if (!own.TryAgree(terminalMapping, out var shared)) return null;
        return curve.TryMapGenerator(nonce, shared, out mapped) ? Dynamic(0x82, own.Public) : null;
    }

    private byte[]? Agree(ReadOnlySpan<byte> terminal)
    {
        if (!fresh.TryKey(curve, mapped, out var own)) return null;
        using (own)
        {
            // Equal keys would let the tokens be reflected (TR-03110-3 §3.2.1 step 4b).
            if (terminal.SequenceEqual(own.Public) || !own.TryAgree(terminal, out var shared)) return null;
            keys = PaceCryptography.DeriveKeys(CurveKey.X(shared), [], variant.Strength);
            CryptographicOperations.ZeroMemory(shared);
            (terminalPublic, chipPublic) = (terminal.ToArray(), own.Public);
            return Dynamic(0x84, own.Public);
        }
    }

    private static byte[] Dynamic(uint tag, byte[] value) => TlvWriter.Encode(0x7C, w => w.Write(tag, value));
}
