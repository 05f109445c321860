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
internal sealed class JpkiApplet : ICardApplication
{
    private const byte PlainClass = 0x00;
    private const byte OwnClass = 0x80;
    private const byte ChangeToNewValue = 0x01;
    private const byte Present = 0x8F;

    private readonly JpkiState state;
    private readonly CardSession session;
    private readonly ICardMemory memory;
    private readonly IssuerDoor issuer;
    private readonly CardFolder folder;
    private readonly ReferenceData authenticationPin;
    private readonly ReferenceData signingPin;

    public JpkiApplet(JpkiState state, CardSession session, IssuerDoor issuer, ICardMemory memory)
    {
        this.state = state;
        this.session = session;
        this.issuer = issuer;
        this.memory = memory;
        folder = new(id => IsKeyReference(id) || FileOf(id) is not null);
        authenticationPin = new(state.AuthenticationPin, ReferenceDataForm.FourDigits, memory);
        signingPin = new(state.SigningPin, ReferenceDataForm.SixToSixteenUpperAlphanumeric, memory);
    }

    public ReadOnlyMemory<byte> Aid => JpkiFiles.Aid;

    public void Reset()
    {
        folder.Forget();
        authenticationPin.Forget();
        signingPin.Forget();
        issuer.Forget();
    }

    public ResponseApdu Process(CommandApdu command) => command.Cla switch
    {
        PlainClass => ProcessPlain(command),
        OwnClass => ProcessOwn(command),
        _ => new(StatusWord.ClassNotSupported),
    };

    private ResponseApdu ProcessPlain(CommandApdu command) => command.Ins switch
    {
        JpkiInstructions.Select => folder.Select(command),
        JpkiInstructions.ReadBinary => Read(command),
        JpkiInstructions.Verify => Verify(command),
        JpkiInstructions.ChangeReferenceData => Change(command),
        _ => new(StatusWord.InstructionNotSupported),
    };

    private ResponseApdu ProcessOwn(CommandApdu command) => command.Ins switch
    {
        JpkiInstructions.ComputeDigitalSignature => Sign(command),
        IssuerInstructions.GetChallenge => issuer.GiveChallenge(command),
        IssuerInstructions.GenerateKeyPair => issuer.Admit(command, GenerateKeyPair),
        IssuerInstructions.PutData => issuer.Admit(command, PutCertificate),
        IssuerInstructions.ResetRetryCounter => issuer.Admit(command, ResetRetryCounter),
        _ => new(StatusWord.InstructionNotSupported),
    };

    private ResponseApdu Read(CommandApdu command)
    {
        if (!folder.TryLocate(command, out var id, out var offset, out var refusal)) return refusal;
        if (FileOf(id) is not { } file) return new(StatusWord.IncompatibleWithFile);
        if (id == JpkiFiles.SigningCertificate && !signingPin.Verified)
            return new(StatusWord.SecurityStatusNotSatisfied);
        return CardFolder.Read(file, offset, CardFolder.Wanted(command, session));
    }

    private ResponseApdu Verify(CommandApdu command)
    {
        if (command.P1 != 0) return new(StatusWord.WrongParameters);
        if (!folder.TryReference(command.P2, out var id, out var refusal)) return refusal;
        return PinOf(id) is { } pin ? pin.Verify(command.Data) : new(StatusWord.IncompatibleWithFile);
    }

    private ResponseApdu Change(CommandApdu command)
    {
        if (command.P1 != ChangeToNewValue) return new(StatusWord.WrongParameters);
        if (!folder.TryReference(command.P2, out var id, out var refusal)) return refusal;
        return PinOf(id) is { } pin ? pin.Change(command.Data) : new(StatusWord.IncompatibleWithFile);
    }

    private ResponseApdu Sign(CommandApdu command)
    {
        if (!folder.TryReference(command.P2, out var id, out var refusal)) return refusal;
        if (KeyOf(id) is not var (pair, pin)) return new(StatusWord.IncompatibleWithFile);
        if (!pin.Verified) return new(StatusWord.SecurityStatusNotSatisfied);
        if (pair.Key.Length == 0) return new(StatusWord.ReferencedDataNotFound);
        if (command.Ne is null) return new(StatusWord.WrongLength);
        return JpkiSigning.Sign(command.P1, pair.Key, command.Data.ToArray());
    }

    /// <summary>
    /// A new key beside the old one: the old pair works until the new certificate arrives, so a card pulled in
    /// between has lost nothing.
    /// </summary>
    private ResponseApdu GenerateKeyPair(CommandApdu command)
    {
        if (KeyOf(command.P2) is not var (pair, _)) return new(StatusWord.ReferencedDataNotFound);
        pair.StagedKey = JpkiSigning.GenerateKey();
        memory.Persist();
        return ResponseApdu.Success(JpkiSigning.PublicKeyOf(pair.StagedKey));
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

    private ResponseApdu ResetRetryCounter(CommandApdu command) =>
        PinOf(command.P2) is { } pin ? pin.Replace(command.Data.Span) : new(StatusWord.ReferencedDataNotFound);

    private byte[]? FileOf(ushort id) => id switch
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

    private ReferenceData? PinOf(ushort id) => id switch
    {
        JpkiFiles.AuthenticationPin => authenticationPin,
        JpkiFiles.SigningPin => signingPin,
        _ => null,
    };

    private (JpkiKeyState Pair, ReferenceData Pin)? KeyOf(ushort id) => id switch
    {
        JpkiFiles.AuthenticationKey => (state.Authentication, authenticationPin),
        JpkiFiles.SigningKey => (state.Signing, signingPin),
        _ => null,
    };

    private static bool IsKeyReference(ushort id) =>
        id is JpkiFiles.AuthenticationKey or JpkiFiles.AuthenticationPin
            or JpkiFiles.SigningKey or JpkiFiles.SigningPin;

    private static bool IsCertificateFor(ReadOnlyMemory<byte> certificate, byte[] key)
    {
        try
        {
            using var read = X509CertificateLoader.LoadCertificate(certificate.Span);
            return read.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(JpkiSigning.PublicKeyOf(key));
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static byte PresenceOf(JpkiKeyState pair) => pair.HasCertificate ? Present : (byte)0;

    private static byte[]? NullIfEmpty(byte[] content) => content.Length == 0 ? null : content;
}
