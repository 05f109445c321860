using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Issuer;

namespace Musubi.Chip.Applications.Jpki;

/// <summary>Reader side of the JPKI application. Every method selects the application itself.</summary>
/// <remarks>Selecting forgets PINs, so a PIN and what needs it go in one call where that matters.</remarks>
public static class JpkiCard
{
    private const byte OwnClass = 0x80;
    private const byte ShortIdFlag = 0x80;
    private const byte HashGiven = 0x02;
    private const int HashLength = 32;

    /// <summary>Presents the four-digit authentication PIN.</summary>
    public static ValueTask<PinVerdict> VerifyAuthenticationPin(
        ICardChannel card, string pin, CancellationToken cancel = default) =>
        Verify(card, JpkiFiles.AuthenticationPin, pin, cancel);

    /// <summary>Presents the signing password.</summary>
    public static ValueTask<PinVerdict> VerifySigningPin(
        ICardChannel card, string pin, CancellationToken cancel = default) =>
        Verify(card, JpkiFiles.SigningPin, pin, cancel);

    /// <summary>Tries left of both PINs without using one.</summary>
    public static async ValueTask<CardResult<(int Authentication, int Signing)>> TriesLeft(
        ICardChannel card, CancellationToken cancel = default)
    {
        if (!await Select(card, cancel)) return CardRefusal.NoSuchApplication;
        var authentication = await IsoCommands.TriesLeft(card, JpkiFiles.AuthenticationPin, cancel);
        var signing = await IsoCommands.TriesLeft(card, JpkiFiles.SigningPin, cancel);
        if (authentication is null || signing is null) return CardRefusal.Malformed;
        return (authentication.Value, signing.Value);
    }

    /// <summary>Changes the authentication PIN; the holder knows the old one.</summary>
    public static ValueTask<CardResult<PinVerdict>> ChangeAuthenticationPin(
        ICardChannel card, string old, string replacement, CancellationToken cancel = default) =>
        Change(card, JpkiFiles.AuthenticationPin, old, replacement, cancel);

    /// <summary>Changes the signing password; the holder knows the old one.</summary>
    public static ValueTask<CardResult<PinVerdict>> ChangeSigningPin(
        ICardChannel card, string old, string replacement, CancellationToken cancel = default) =>
        Change(card, JpkiFiles.SigningPin, old, replacement, cancel);

    /// <summary>The authentication certificate; no PIN. Its subject says nothing about the person.</summary>
    public static async ValueTask<CardResult<X509Certificate2>> ReadAuthenticationCertificate(
        ICardChannel card, CancellationToken cancel = default) =>
        await Select(card, cancel)
            ? await ReadCertificate(card, JpkiFiles.AuthenticationCertificate, cancel)
            : CardRefusal.NoSuchApplication;

    /// <summary>The signing certificate, which names its holder; opens with the signing password.</summary>
    public static async ValueTask<CardResult<X509Certificate2>> ReadSigningCertificate(
        ICardChannel card, string pin, CancellationToken cancel = default)
    {
        if (!await Select(card, cancel)) return CardRefusal.NoSuchApplication;
        var verdict = await IsoCommands.Verify(card, JpkiFiles.SigningPin, pin, cancel);
        return verdict.IsAccepted
            ? await ReadCertificate(card, JpkiFiles.SigningCertificate, cancel)
            : CardRefusal.NotPermitted;
    }

    /// <summary>Signs a SHA-256 hash with the authentication key: PKCS#1 v1.5, 256 bytes.</summary>
    public static ValueTask<CardResult<ReadOnlyMemory<byte>>> SignAuthentication(
        ICardChannel card, string pin, ReadOnlyMemory<byte> sha256, CancellationToken cancel = default) =>
        Sign(card, JpkiFiles.AuthenticationPin, JpkiFiles.AuthenticationKey, pin, sha256, cancel);

    /// <summary>Signs a SHA-256 hash with the signing key: PKCS#1 v1.5, 256 bytes.</summary>
    public static ValueTask<CardResult<ReadOnlyMemory<byte>>> SignDocument(
        ICardChannel card, string pin, ReadOnlyMemory<byte> sha256, CancellationToken cancel = default) =>
        Sign(card, JpkiFiles.SigningPin, JpkiFiles.SigningKey, pin, sha256, cancel);

    /// <summary>
    /// Proves that the card is genuine and its holder present: PIN, certificate under the authority, and a signature
    /// over a challenge made here.
    /// </summary>
    /// <param name="card">The card.</param>
    /// <param name="pin">The authentication PIN.</param>
    /// <param name="authority">The authority for user authentication that is trusted.</param>
    /// <param name="clock">For the certificate's validity.</param>
    /// <param name="cancel">Gives up between commands.</param>
    public static async ValueTask<JpkiProof> ProveHolder(
        ICardChannel card, string pin, X509Certificate2 authority, TimeProvider clock,
        CancellationToken cancel = default)
    {
        // 1. The PIN: consent of the holder.
        if (!await Select(card, cancel)) return new(PinVerdict.NotOnThisCard, SignatureOfCard.NotChecked, null);
        var verdict = await IsoCommands.Verify(card, JpkiFiles.AuthenticationPin, pin, cancel);
        if (!verdict.IsAccepted) return new(verdict, SignatureOfCard.NotChecked, null);
        // 2. The certificate: a key that the authority knows, valid today.
        var read = await ReadCertificate(card, JpkiFiles.AuthenticationCertificate, cancel);
        if (!read.IsGiven) return new(verdict, SignatureOfCard.Unreadable, null);
        var certificate = read.Value;
        var now = clock.GetUtcNow();
        var serial = certificate.SerialNumber;
        if (!CertificateSignature.Verifies(certificate, authority))
            return new(verdict, SignatureOfCard.ForeignIssuer, serial);
        if (now < new DateTimeOffset(certificate.NotBefore) || now > new DateTimeOffset(certificate.NotAfter))
            return new(verdict, SignatureOfCard.CertificateNotValidToday, serial);
        // 3. A fresh challenge: the key is in this card and not in a copy of its files.
        var hash = SHA256.HashData(RandomNumberGenerator.GetBytes(HashLength));
        var signed = await Sign(card, JpkiFiles.AuthenticationKey, hash, cancel);
        if (!signed.IsGiven) return new(verdict, SignatureOfCard.Unreadable, serial);
        using var key = certificate.GetRSAPublicKey();
        var genuine =
            key?.VerifyHash(hash, signed.Value.Span, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) ?? false;
        return new(verdict, genuine ? SignatureOfCard.Genuine : SignatureOfCard.NotByThisKey, serial);
    }

    private static ValueTask<bool> Select(ICardChannel card, CancellationToken cancel) =>
        IsoCommands.SelectApplication(card, JpkiFiles.Aid, cancel);

    private static async ValueTask<PinVerdict> Verify(
        ICardChannel card, ushort id, string pin, CancellationToken cancel) =>
        await Select(card, cancel) ? await IsoCommands.Verify(card, id, pin, cancel) : PinVerdict.NotOnThisCard;

    private static async ValueTask<CardResult<PinVerdict>> Change(
        ICardChannel card, ushort id, string old, string replacement, CancellationToken cancel) =>
        await Select(card, cancel)
            ? await IsoCommands.Change(card, id, old, replacement, cancel)
            : CardRefusal.NoSuchApplication;

    private static async ValueTask<CardResult<ReadOnlyMemory<byte>>> Sign(
        ICardChannel card, ushort pinId, ushort keyId, string pin, ReadOnlyMemory<byte> sha256,
        CancellationToken cancel)
    {
        if (sha256.Length != HashLength) throw new ArgumentException("SHA-256 hashes have 32 bytes.", nameof(sha256));
        if (!await Select(card, cancel)) return CardRefusal.NoSuchApplication;
        var verdict = await IsoCommands.Verify(card, pinId, pin, cancel);
        return verdict.IsAccepted ? await Sign(card, keyId, sha256, cancel) : CardRefusal.NotPermitted;
    }

    private static async ValueTask<CardResult<ReadOnlyMemory<byte>>> Sign(
        ICardChannel card, ushort keyId, ReadOnlyMemory<byte> hash, CancellationToken cancel)
    {
        var answer = await card.Transmit(
            new(OwnClass, NumberCardInstructions.ComputeDigitalSignature, HashGiven, (byte)(ShortIdFlag | keyId), hash,
                CommandApdu.ShortNe),
            cancel);
        return answer.IsSuccess ? answer.Data : CardRefusals.Of(answer.Status);
    }

    private static async ValueTask<CardResult<X509Certificate2>> ReadCertificate(
        ICardChannel card, ushort id, CancellationToken cancel)
    {
        var file = await IsoCommands.ReadFile(card, id, cancel);
        if (file.Refusal is { } refusal) return refusal;
        try
        {
            return X509CertificateLoader.LoadCertificate(file.Value.Span);
        }
        catch (CryptographicException)
        {
            return CardRefusal.Malformed;
        }
    }
}

/// <summary>Whether a card and its holder were proved.</summary>
/// <param name="Pin">What the card said to the PIN.</param>
/// <param name="Signature">What its signature is worth.</param>
/// <param name="CertificateSerial">The certificate's serial, upper-case hexadecimal; null when none was read.</param>
public sealed record JpkiProof(PinVerdict Pin, SignatureOfCard Signature, string? CertificateSerial)
{
    /// <summary>The PIN was right and the card is genuine.</summary>
    public bool IsProved => Pin.IsAccepted && Signature == SignatureOfCard.Genuine;
}
