using System.Security.Cryptography;
using System.Text;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.TerminalAuthentication;

/// <summary>Terminal authentication version 2 on the card (TR-03110-2 §3.3, TR-03110-3 §B.3), one object per
/// card.</summary>
internal sealed class TerminalAuthenticationChip(EacState state, CardSession session, ICardMemory memory)
{
    /// <summary>Certificates kept during one session; they are forgotten with it.</summary>
    private const int MaximumImported = 8;

    private const int ChallengeLength = 8;
    private readonly Dictionary<CvReference, Trusted> imported = [];
    private int epoch = -1;
    private Trusted? issuer;
    private Announced? announced;
    private byte[]? challenge;

    /// <summary>MSE:Set DST: names the key that the next certificate is checked with.</summary>
    public ResponseApdu SetIssuer(ReadOnlyMemory<byte> data)
    {
        if (!IsReady()) return new(StatusWord.SecurityStatusNotSatisfied);
        issuer = null;
        if (!BerTlv.TryReadAll(data, out var level) || !TryReference(level.FindValue(0x83), out var name))
            return new(StatusWord.WrongData);
        issuer = FindTrusted(name);
        return new(issuer is null ? StatusWord.ReferencedDataNotFound : StatusWord.Success);
    }

    /// <summary>PSO: VERIFY CERTIFICATE.</summary>
    public ResponseApdu VerifyCertificate(ReadOnlyMemory<byte> data)
    {
        if (!IsReady()) return new(StatusWord.SecurityStatusNotSatisfied);
        if (issuer is not { } above) return new(StatusWord.ConditionsNotSatisfied);
        issuer = null;
        if (!CvCertificate.TryReadBodyAndSignature(data, out var certificate)) return new(StatusWord.WrongData);
        var verdict = CvVerification.Verify(above.Certificate, above.Key, certificate, state.Date);
        return verdict switch
        {
            CvVerdict.Valid => Import(above, certificate),
            CvVerdict.Expired or CvVerdict.IssuerExpired => new(StatusWord.ReferenceDataNotUsable),
            CvVerdict.OtherIssuer or CvVerdict.WrongSignature or CvVerdict.WrongRole
                or CvVerdict.MisplacedCurve => new(StatusWord.AuthenticationFailed),
        };
    }

    /// <summary>MSE:Set AT: names the terminal's key and fixes its ephemeral key for chip authentication.</summary>
    public ResponseApdu Announce(ReadOnlyMemory<byte> data)
    {
        if (!IsReady()) return new(StatusWord.SecurityStatusNotSatisfied);
        announced = null;
        if (!BerTlv.TryReadAll(data, out var level) || !TryReference(level.FindValue(0x83), out var name)
            || level.FindValue(0x91) is not { IsEmpty: false } compressed)
            return new(StatusWord.WrongData);
        if (!imported.TryGetValue(name, out var terminal) || terminal.Certificate.Chat.Role != CvRole.Terminal)
            return new(StatusWord.ReferencedDataNotFound);
        if (compressed.Length != state.Parameters.FieldLength) return new(StatusWord.WrongData);
        if (level.FindValue(0x80) is { } oid && !oid.Span.SequenceEqual(terminal.Key.AlgorithmOid.Span))
            return new(StatusWord.WrongData);
        announced = new Announced(terminal, compressed, level.Find(0x67)?.Encoded ?? default);
        return ResponseApdu.Success();
    }

    /// <summary>GET CHALLENGE: good for one signature. It may come before the certificates too (TR-03110-3
    /// §B.3): a server far away then needs one round trip less.</summary>
    public ResponseApdu GiveChallenge(int? ne)
    {
        if (!IsReady()) return new(StatusWord.SecurityStatusNotSatisfied);
        if (ne is not (ChallengeLength or CommandApdu.ShortNe)) return new(StatusWord.WrongLength);
        challenge = state.Fresh.Nonce(ChallengeLength);
        return ResponseApdu.Success(challenge);
    }

    /// <summary>EXTERNAL AUTHENTICATE: the signature that makes the rights.</summary>
    public ResponseApdu Authenticate(ReadOnlyMemory<byte> signature)
    {
        if (!IsReady()) return new(StatusWord.SecurityStatusNotSatisfied);
        if (announced is not { } terminal || challenge is not { } once) return new(StatusWord.ConditionsNotSatisfied);
        (announced, challenge) = (null, null);
        var eac = session.Eac;
        if (terminal.Trusted.Certificate.Chat.Type != eac.Chat!.Type) return new(StatusWord.ConditionsNotSatisfied);
        var data = TerminalAuthentication.SignedData(
            eac.ChipName.Span, once, terminal.CompressedKey.Span, terminal.AuxiliaryData.Span);
        if (!terminal.Trusted.Key.Verify(data, signature.Span)) return new(StatusWord.AuthenticationFailed);
        var rights = terminal.Trusted.Rights & eac.Chat.EidRights;
        // The CAN is printed on the card: without this right it shows possession, never the holder's consent.
        if (eac.Password == PacePasswordKind.Can && !rights.HasFlag(EidRights.CanAllowed))
            return new(StatusWord.SecurityStatusNotSatisfied);
        var certificate = terminal.Trusted.Certificate;
        eac.AuthenticateTerminal(new AuthenticatedTerminal(
            certificate.Holder, certificate.EffectiveFrom, rights, terminal.CompressedKey)
        {
            AuxiliaryData = terminal.AuxiliaryData,
            Sector = certificate.Sector,
            CertificateHash = terminal.Trusted.SignedWith,
        });
        return ResponseApdu.Success();
    }

    /// <summary>Forgets what belongs to one session.</summary>
    public void Forget()
    {
        imported.Clear();
        (issuer, announced, challenge) = (null, null, null);
    }

    /// <summary>Only inside a channel of PACE that named rights, and once: rights never change within a
    /// session.</summary>
    private bool IsReady()
    {
        if (epoch != session.Epoch) Forget();
        epoch = session.Epoch;
        return session.IsSecure && session.Eac is { Chat: not null, IsTerminalAuthenticated: false };
    }

    private ResponseApdu Import(Trusted above, CvCertificate certificate)
    {
        if (imported.Count == MaximumImported) return new(StatusWord.NotEnoughMemory);
        // Date and roots in one write: pulled before, the card knows neither; after, both.
        if (TrustPoints.Update(state, certificate, above.Certificate)) memory.Persist();
        // A successor root is not bound by its predecessor's rights; everyone below is bound by everyone above.
        var rights = certificate.Chat.EidRights;
        if (certificate.Chat.Role != CvRole.Cvca) rights &= above.Rights;
        // The signature held, so its algorithm is known.
        CvSignatureAlgorithms.TryHash(above.Key.AlgorithmOid.Span, out var signedWith);
        imported[certificate.Holder] = new Trusted(
            certificate, certificate.PublicKey.Inherit(above.Key), rights, signedWith);
        return ResponseApdu.Success();
    }

    private Trusted? FindTrusted(CvReference name)
    {
        if (imported.TryGetValue(name, out var found)) return found;
        return TrustPoints.Find(state, name) is { } root
            ? new Trusted(root, root.PublicKey, root.Chat.EidRights, SignedWith: default)
            : null;
    }

    private static bool TryReference(ReadOnlyMemory<byte>? bytes, out CvReference name)
    {
        name = default;
        return bytes is { } given && CvReference.TryParse(Encoding.Latin1.GetString(given.Span), out name);
    }

    private sealed record Trusted(
        CvCertificate Certificate, CvPublicKey Key, EidRights Rights, HashAlgorithmName SignedWith);

    private sealed record Announced(
        Trusted Trusted, ReadOnlyMemory<byte> CompressedKey, ReadOnlyMemory<byte> AuxiliaryData);
}
