using System.Text;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.TerminalAuthentication;

/// <summary>Terminal authentication version 2 on the card (TR-03110-3 §3.3, §B.3), one object per card.</summary>
/// <remarks>
/// The card has no clock: its date moves forward with the first day of certificates of a root, a document verifier or a
/// terminal under an official domestic verifier, and of no others. So a card from a drawer accepts old certificates.
/// </remarks>
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
        if (verdict == CvVerdict.Valid) return Import(above, certificate);
        return new(verdict == CvVerdict.Expired
            ? StatusWord.ReferenceDataNotUsable
            : StatusWord.AuthenticationFailed);
    }

    /// <summary>MSE:Set AT: names the terminal's key and fixes its ephemeral key for chip authentication.</summary>
    public ResponseApdu Announce(ReadOnlyMemory<byte> data)
    {
        if (!IsReady()) return new(StatusWord.SecurityStatusNotSatisfied);
        (announced, challenge) = (null, null);
        if (!BerTlv.TryReadAll(data, out var level) || !TryReference(level.FindValue(0x83), out var name)
            || level.FindValue(0x91) is not { IsEmpty: false } compressed)
            return new(StatusWord.WrongData);
        if (!imported.TryGetValue(name, out var terminal) || terminal.Certificate.Chat.Role != CvRole.Terminal)
            return new(StatusWord.ReferencedDataNotFound);
        if (level.FindValue(0x80) is { } oid && !oid.Span.SequenceEqual(terminal.Key.AlgorithmOid.Span))
            return new(StatusWord.WrongData);
        announced = new Announced(terminal, compressed, level.Find(0x67)?.Encoded ?? default);
        return ResponseApdu.Success();
    }

    /// <summary>GET CHALLENGE: good for one signature.</summary>
    public ResponseApdu GiveChallenge(int? ne)
    {
        if (!IsReady()) return new(StatusWord.SecurityStatusNotSatisfied);
        if (announced is null) return new(StatusWord.ConditionsNotSatisfied);
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
        var data = TerminalAuthentication.SignedData(
            eac.ChipName.Span, once, terminal.CompressedKey.Span, terminal.AuxiliaryData.Span);
        if (!terminal.Trusted.Key.Verify(data, signature.Span)) return new(StatusWord.AuthenticationFailed);
        var rights = terminal.Trusted.Rights & eac.Chat!.EidRights;
        // The CAN is printed on the card: without this right it shows possession, never the holder's consent.
        if (eac.Password == PacePasswordKind.Can && !rights.HasFlag(EidRights.CanAllowed))
            return new(StatusWord.SecurityStatusNotSatisfied);
        eac.AuthenticateTerminal(
            terminal.Trusted.Certificate.Holder, rights, terminal.CompressedKey, terminal.AuxiliaryData);
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
        var role = certificate.Chat.Role;
        var isOfficial = role != CvRole.Terminal || above.Certificate.Chat.Role == CvRole.DocumentVerifierDomestic;
        var changed = false;
        if (isOfficial && certificate.EffectiveFrom > state.Date)
        {
            state.Date = certificate.EffectiveFrom;
            changed = true;
        }

        if (role == CvRole.Cvca) changed |= AddRoot(certificate);
        if (changed) memory.Persist();
        // A successor root is not bound by its predecessor's rights; everyone below is bound by everyone above.
        var rights = certificate.Chat.EidRights;
        if (role != CvRole.Cvca) rights &= above.Rights;
        imported[certificate.Holder] = new Trusted(certificate, certificate.PublicKey.Inherit(above.Key), rights);
        return ResponseApdu.Success();
    }

    /// <summary>A link certificate makes its key a root for ever; two are kept, as PACE can name two.</summary>
    private bool AddRoot(CvCertificate link)
    {
        if (state.Roots.Exists(r => CvCertificate.Parse(r).Holder == link.Holder)) return false;
        state.Roots.Insert(0, link.Encoded.ToArray());
        if (state.Roots.Count > EacState.MaximumRoots) state.Roots.RemoveAt(EacState.MaximumRoots);
        return true;
    }

    private Trusted? FindTrusted(CvReference name)
    {
        if (imported.TryGetValue(name, out var found)) return found;
        foreach (var encoded in state.Roots)
        {
            var root = CvCertificate.Parse(encoded);
            if (root.Holder == name) return new Trusted(root, root.PublicKey, root.Chat.EidRights);
        }

        return null;
    }

    private static bool TryReference(ReadOnlyMemory<byte>? bytes, out CvReference name)
    {
        name = default;
        return bytes is { } given && CvReference.TryParse(Encoding.Latin1.GetString(given.Span), out name);
    }

    private sealed record Trusted(CvCertificate Certificate, CvPublicKey Key, EidRights Rights);

    private sealed record Announced(
        Trusted Trusted, ReadOnlyMemory<byte> CompressedKey, ReadOnlyMemory<byte> AuxiliaryData);
}
