using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Applications.Jpki;

/// <summary>
/// Card side of the JPKI application: two RSA-2048 keys with their certificates, each behind its own PIN.
/// Behaves as OpenSC's jpki driver needs it (empty VERIFY, 30 82 certificates, 6982 before the signing password).
/// </summary>
internal sealed class JpkiApplet : NumberCardApplet
{
    private const byte Present = 0x8F;

    private readonly JpkiState state;
    private readonly ICardMemory memory;

    public JpkiApplet(JpkiState state, CardSession session, IssuerDoor issuer, ICardMemory memory)
        : base(session, issuer, new Dictionary<ushort, ReferenceData>
        {
            [JpkiFiles.AuthenticationPin] = new(state.AuthenticationPin, ReferenceDataForm.FourDigits, memory),
            [JpkiFiles.SigningPin] = new(state.SigningPin, ReferenceDataForm.SixToSixteenUpperAlphanumeric, memory),
        })
    {
        this.state = state;
        this.memory = memory;
    }

    public override ReadOnlyMemory<byte> Aid => JpkiFiles.Aid;

    protected override ResponseApdu? ProcessSpecial(CommandApdu command) => command.Ins switch
    {
        NumberCardInstructions.ComputeDigitalSignature => Sign(command),
        // A session key could be delivered here, and no right that a reader can have allows it.
        NumberCardInstructions.SetSessionKey => new(StatusWord.SecurityStatusNotSatisfied),
        IssuerInstructions.GenerateKeyPair => Admit(command, GenerateKeyPair),
        IssuerInstructions.PutData => Admit(command, PutCertificate),
        _ => null,
    };

    protected override bool IsOpen(ushort id) =>
        id != JpkiFiles.SigningCertificate || Presented(JpkiFiles.SigningPin);

    protected override bool IsKey(ushort id) => id == JpkiFiles.TerminalAuthority || KeyOf(id) is not null;

    private ResponseApdu Sign(CommandApdu command)
    {
        if (!TryReference(command, out var id, out var refusal)) return refusal;
        if (KeyOf(id) is not var (pair, pin)) return new(StatusWord.IncompatibleWithFile);
        if (!Presented(pin)) return new(StatusWord.SecurityStatusNotSatisfied);
        if (pair.Key.Length == 0) return new(StatusWord.ReferencedDataNotFound);
        if (command.Ne is null) return new(StatusWord.WrongLength);
        return CardSigning.Sign(command.P1, pair.Key, command.Data.ToArray());
    }

    /// <summary>
    /// A new key beside the old one: the old pair works until the new certificate arrives, so a card pulled in
    /// between has lost nothing.
    /// </summary>
    private ResponseApdu GenerateKeyPair(CommandApdu command)
    {
        if (KeyOf(command.P2) is not var (pair, _)) return new(StatusWord.ReferencedDataNotFound);
        pair.StagedKey = CardSigning.GenerateKey();
        memory.Persist();
        return ResponseApdu.Success(CardSigning.PublicKeyOf(pair.StagedKey));
    }

    /// <summary>
    /// P2 names the key. A certificate for the staged key replaces key and certificate together; without data both go.
    /// </summary>
    private ResponseApdu PutCertificate(CommandApdu command)
    {
        if (KeyOf(command.P2) is not var (pair, _)) return new(StatusWord.ReferencedDataNotFound);
        if (command.Data.IsEmpty)
        {
            (pair.Key, pair.Certificate, pair.StagedKey) = ([], [], []);
            memory.Persist();
            return ResponseApdu.Success();
        }

        if (pair.StagedKey.Length == 0) return new(StatusWord.ConditionsNotSatisfied);
        if (!IsCertificateFor(command.Data, pair.StagedKey)) return new(StatusWord.WrongData);
        (pair.Key, pair.Certificate, pair.StagedKey) = (pair.StagedKey, command.Data.ToArray(), []);
        memory.Persist();
        return ResponseApdu.Success();
    }

    protected override byte[]? FileOf(ushort id) => id switch
    {
        JpkiFiles.SigningCertificate => NullIfEmpty(state.Signing.Certificate),
        JpkiFiles.SigningAuthority => NullIfEmpty(state.Signing.Authority),
        JpkiFiles.TokenInformation => TokenInformation.Of(state.Serial),
        JpkiFiles.Availability =>
            [PresenceOf(state.Signing), PresenceOf(state.Authentication), 0],
        JpkiFiles.AuthenticationCertificate => NullIfEmpty(state.Authentication.Certificate),
        JpkiFiles.AuthenticationAuthority => NullIfEmpty(state.Authentication.Authority),
        _ => null,
    };

    private (JpkiKeyState Pair, ushort Pin)? KeyOf(ushort id) => id switch
    {
        JpkiFiles.AuthenticationKey => (state.Authentication, JpkiFiles.AuthenticationPin),
        JpkiFiles.SigningKey => (state.Signing, JpkiFiles.SigningPin),
        _ => null,
    };

    private static bool IsCertificateFor(ReadOnlyMemory<byte> certificate, byte[] key)
    {
        try
        {
            using var read = X509CertificateLoader.LoadCertificate(certificate.Span);
            return read.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(CardSigning.PublicKeyOf(key));
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static byte PresenceOf(JpkiKeyState pair) => pair.HasCertificate ? Present : (byte)0;

    private static byte[]? NullIfEmpty(byte[] content) => content.Length == 0 ? null : content;
}
