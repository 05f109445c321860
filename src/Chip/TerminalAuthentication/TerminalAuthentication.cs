using System.Collections.Immutable;
using Musubi.Chip.Apdu;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.TerminalAuthentication;

/// <summary>
/// Terminal authentication version 2, the terminal's side (TR-03110-3 §3.3, §B.3): the card checks the terminal's chain
/// from its own root and a signature over its own challenge, and from then on knows the rights.
/// </summary>
/// <remarks>
/// | step | command | gives |
/// | 1 | MSE:Set DST 00 22 81 B6, PSO 00 2A 00 BE | one certificate, once for each |
/// | 2 | MSE:Set AT 00 22 81 A4 | the terminal's key name and its ephemeral key for chip authentication |
/// | 3 | GET CHALLENGE 00 84 | the card's nonce |
/// | 4 | EXTERNAL AUTHENTICATE 00 82 | the signature |
/// </remarks>
public static class TerminalAuthentication
{
    /// <summary>Root links, document verifier and terminal; a longer chain is an error in our own files.</summary>
    public const int MaximumChainLength = 8;

    private const int ChallengeLength = 8;

    /// <summary>Runs terminal authentication.</summary>
    /// <param name="pace">The channel of PACE, which named the rights.</param>
    /// <param name="certificates">Everything that may be needed, in any order: link certificates and verifier.</param>
    /// <param name="terminal">The terminal's certificate.</param>
    /// <param name="key">Its key.</param>
    /// <param name="auxiliaryData">Tag 67 as a whole (dates and codes to compare), or empty.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <exception cref="CardChannelException">The card is gone.</exception>
    public static ValueTask<TerminalAuthenticationOutcome> Run(
        PaceChannel pace, IReadOnlyCollection<CvCertificate> certificates, CvCertificate terminal, ICvSigner key,
        ReadOnlyMemory<byte> auxiliaryData = default, CancellationToken cancel = default) =>
        Run(pace, certificates, terminal, key, auxiliaryData, Freshness.System, cancel);

    internal static async ValueTask<TerminalAuthenticationOutcome> Run(
        PaceChannel pace, IReadOnlyCollection<CvCertificate> certificates, CvCertificate terminal, ICvSigner key,
        ReadOnlyMemory<byte> auxiliaryData, Freshness fresh, CancellationToken cancel)
    {
        if (pace.Chat is null || pace.CurrentRoot is null)
            return Refused(TerminalAuthenticationRefusal.NoRightsRequested);
        if (pace.CardAccess.ChipAuthentication.IsEmpty) return Refused(TerminalAuthenticationRefusal.NoCommonVariant);
        if (FindChain(pace, certificates, terminal) is not { } chain)
            return Refused(TerminalAuthenticationRefusal.NoChainFromCardsRoot);

        // 1. The chain, from the card's root down.
        var rights = pace.Chat.EidRights;
        foreach (var certificate in chain)
        {
            if (await Present(pace, certificate, cancel) is { } refusal) return Refused(refusal, certificate.Holder);
            rights &= certificate.Chat.EidRights;
        }

        // 2. The ephemeral key comes before the signature, so that the signature binds chip authentication to it.
        var variant = pace.CardAccess.ChipAuthentication[0];
        var ephemeral = fresh.Key(variant.Parameters.Curve);
        var stage = new TerminalAuthenticated(pace, terminal, rights, ephemeral, variant);
        var compressed = CurveKey.X(ephemeral.Public).ToArray();
        var template = new TlvWriter()
            .Write(0x80, terminal.PublicKey.AlgorithmOid.Span)
            .Write(0x83, terminal.Holder.ToBytes())
            .WriteEncoded(auxiliaryData.Span)
            .Write(0x91, compressed);
        var set = await pace.Transmit(new CommandApdu(0x00, 0x22, 0x81, 0xA4, template.ToArray()), cancel);
        if (!set.IsSuccess) return Refuse(stage, set.Status);

        // 3. The card's challenge.
        var challenge = await pace.Transmit(new CommandApdu(0x00, 0x84, 0, 0, Ne: ChallengeLength), cancel);
        if (!challenge.IsSuccess || challenge.Data.Length != ChallengeLength) return Refuse(stage, challenge.Status);

        // 4. ID_PICC ‖ r_PICC ‖ Comp(ephemeral key) ‖ auxiliary data, signed.
        var signed = SignedData(pace.ChipName.Span, challenge.Data.Span, compressed, auxiliaryData.Span);
        var signature = await key.Sign(signed, cancel);
        var answer = await pace.Transmit(new CommandApdu(0x00, 0x82, 0, 0, signature), cancel);
        return answer.IsSuccess
            ? new TerminalAuthenticationOutcome.Authenticated(stage)
            : Refuse(stage, answer.Status);
    }

    internal static byte[] SignedData(
        ReadOnlySpan<byte> chipName, ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> compressedKey,
        ReadOnlySpan<byte> auxiliaryData) =>
        [.. chipName, .. challenge, .. compressedKey, .. auxiliaryData];

    /// <summary>The certificates from just below one of the card's roots to the terminal, top down.</summary>
    private static ImmutableArray<CvCertificate>? FindChain(
        PaceChannel pace, IReadOnlyCollection<CvCertificate> certificates, CvCertificate terminal)
    {
        var chain = new List<CvCertificate> { terminal };
        while (chain.Count <= MaximumChainLength)
        {
            var issuer = chain[^1].Issuer;
            if (issuer == pace.CurrentRoot || issuer == pace.PreviousRoot)
            {
                chain.Reverse();
                return [.. chain];
            }

            var above = certificates.FirstOrDefault(c => c.Holder == issuer && !c.IsSelfIssued);
            if (above is null) return null;
            chain.Add(above);
        }

        return null;
    }

    private static async ValueTask<TerminalAuthenticationRefusal?> Present(
        PaceChannel pace, CvCertificate certificate, CancellationToken cancel)
    {
        var issuer = TlvWriter.Encode(0x83, certificate.Issuer.ToBytes());
        var set = await pace.Transmit(new CommandApdu(0x00, 0x22, 0x81, 0xB6, issuer), cancel);
        if (!set.IsSuccess) return TerminalAuthenticationRefusal.NoChainFromCardsRoot;
        var verify = await pace.Transmit(
            new CommandApdu(0x00, 0x2A, 0x00, 0xBE, certificate.BodyAndSignature), cancel);
        if (verify.IsSuccess) return null;
        return verify.Status == StatusWord.ReferenceDataNotUsable
            ? TerminalAuthenticationRefusal.CertificateExpired
            : TerminalAuthenticationRefusal.CertificateRefused;
    }

    private static TerminalAuthenticationOutcome.Refused Refuse(TerminalAuthenticated stage, StatusWord status)
    {
        stage.Ephemeral.Dispose();
        return Refused(status == StatusWord.SecurityStatusNotSatisfied
            ? TerminalAuthenticationRefusal.RightMissing
            : TerminalAuthenticationRefusal.SignatureRefused);
    }

    private static TerminalAuthenticationOutcome.Refused Refused(
        TerminalAuthenticationRefusal reason, CvReference? certificate = null) => new(reason, certificate);
}
