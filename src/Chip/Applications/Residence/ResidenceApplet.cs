using System.Security.Cryptography;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Applications.Residence;

/// <summary>
/// Card side of the second-generation residence card (05 and 06): master file, DF1 to DF3 and the session.
/// Source: second-generation specification 1.1, sections 4.1 and 4.2, Appendices 1 and 2.
/// </summary>
/// <remarks>
/// This is the whole card, so it also answers SELECT of its folders. The session key and the proof of the number
/// live until reset; selecting another folder keeps them (on 05 and 06; the 07 and 08 differ).
/// A wrong number answers 6300 and nothing counts tries: that is how the real card behaves.
/// </remarks>
internal sealed class ResidenceApplet : ICardApplication
{
    private const byte PlainClass = 0x00;
    private const byte SecureMessagingClass = 0x08;
    private const byte OwnClass = 0x80;
    private const byte CardNumberReference = 0x86;
    private const uint CryptogramTag = 0x86;
    private const uint WantedLengthTag = 0x96;
    private const byte PaddedContent = 0x01;

    private readonly ResidenceState state;
    private readonly IssuerDoor issuer;
    private readonly ResidenceDirectory directory;

    private byte[]? challenge;
    private byte[]? sessionKey;
    private bool numberProved;

    public ResidenceApplet(ResidenceState state, IssuerDoor issuer, ICardMemory memory)
    {
        this.state = state;
        this.issuer = issuer;
        directory = new(state, memory);
    }

    /// <summary>The card itself has no name; its folders have.</summary>
    public ReadOnlyMemory<byte> Aid => ReadOnlyMemory<byte>.Empty;

    public void Reset()
    {
        directory.Forget();
        challenge = null;
        issuer.Forget();
        DropSession();
    }

    public ResponseApdu Process(CommandApdu command)
    {
        // The challenge is good for the very next command only (section 4.2.3).
        var once = challenge;
        challenge = null;
        return command.Cla switch
        {
            PlainClass => ProcessPlain(command, once),
            SecureMessagingClass => ProcessProtected(command),
            OwnClass => ProcessIssuer(command),
            _ => new(StatusWord.ClassNotSupported),
        };
    }

    private ResponseApdu ProcessPlain(CommandApdu command, byte[]? once) => command.Ins switch
    {
        ResidenceInstructions.Select => Select(command),
        ResidenceInstructions.GetChallenge => GetChallenge(command),
        ResidenceInstructions.MutualAuthenticate => MutualAuthenticate(command, once),
        ResidenceInstructions.Verify => new(StatusWord.SecurityStatusNotSatisfied),
        ResidenceInstructions.ReadBinary => ReadPlain(command),
        _ => new(StatusWord.InstructionNotSupported),
    };

    private ResponseApdu ProcessProtected(CommandApdu command) => command.Ins switch
    {
        ResidenceInstructions.Verify => Verify(command),
        ResidenceInstructions.ReadBinary => ReadProtected(command),
        ResidenceInstructions.Select or ResidenceInstructions.GetChallenge or ResidenceInstructions.MutualAuthenticate
            => new(StatusWord.SecureMessagingNotSupported),
        _ => new(StatusWord.InstructionNotSupported),
    };

    private ResponseApdu ProcessIssuer(CommandApdu command) => command.Ins switch
    {
        IssuerInstructions.GetChallenge => issuer.GiveChallenge(command),
        IssuerInstructions.PutData => issuer.Admit(command, directory.Replace),
        _ => new(StatusWord.InstructionNotSupported),
    };

    private ResponseApdu Select(CommandApdu command)
    {
        if (command is { P1: 0x04, P2: 0x0C or 0x00 }) return directory.SelectFolder(command.Data.Span);
        if (command is { P1: 0x02, P2: 0x0C or 0x00 }) return directory.SelectFile(command.Data.Span);
        if (command is { P1: 0x00, P2: 0x00 or 0x0C }) return SelectMasterFile(command.Data.Span);
        return new(StatusWord.WrongParameters);
    }

    private ResponseApdu SelectMasterFile(ReadOnlySpan<byte> id)
    {
        if (!id.IsEmpty && !id.SequenceEqual<byte>([0x3F, 0x00])) return new(StatusWord.FileNotFound);
        directory.Forget();
        return ResponseApdu.Success();
    }

    private ResponseApdu GetChallenge(CommandApdu command)
    {
        if (command is not { P1: 0, P2: 0 }) return new(StatusWord.WrongParameters);
        if (!command.Data.IsEmpty || command.Ne != ResidenceSession.NonceLength) return new(StatusWord.WrongLength);
        challenge = RandomNumberGenerator.GetBytes(ResidenceSession.NonceLength);
        return ResponseApdu.Success(challenge);
    }

    /// <summary>Appendix 1, steps 2 to 5, card side.</summary>
    private ResponseApdu MutualAuthenticate(CommandApdu command, byte[]? once)
    {
        if (command is not { P1: 0, P2: 0 }) return new(StatusWord.WrongParameters);
        if (command.Data.Length != ResidenceSession.CryptogramLength + ResidenceSession.MacLength)
            return new(StatusWord.WrongLength);
        if (once is null) return new(StatusWord.ConditionsNotSatisfied);

        DropSession();
        var keys = ResidenceSession.AnswerAsCard(
            state.CardNumber, once, command.Data.Span, RandomNumberGenerator.GetBytes(ResidenceSession.KeyLength));
        if (keys is not { } agreed) return new(StatusWord.AuthenticationFailed);
        sessionKey = agreed.SessionKey;
        return ResponseApdu.Success(agreed.Token);
    }

    private ResponseApdu Verify(CommandApdu command)
    {
        if (command is not { P1: 0, P2: CardNumberReference }) return new(StatusWord.WrongParameters);
        if (sessionKey is null) return new(StatusWord.SecurityStatusNotSatisfied);
        if (Decrypt(command.Data) is not { } presented) return new(StatusWord.SecureMessagingObjectIncorrect);
        numberProved = CryptographicOperations.FixedTimeEquals(
            presented, ResidenceSession.NumberBytes(state.CardNumber));
        return new(numberProved ? StatusWord.Success : StatusWord.AuthenticationFailed);
    }

    private ResponseApdu ReadPlain(CommandApdu command)
    {
        if (!directory.TryLocate(command, out var target, out var offset, out var status)) return new(status);
        var open = target.Access switch
        {
            ResidenceAccess.Free => true,
            ResidenceAccess.Number => numberProved,
            ResidenceAccess.NumberAndSecureMessaging => false,
        };
        if (!open) return new(StatusWord.SecurityStatusNotSatisfied);
        return directory.Read(target, offset, command.Ne);
    }

    private ResponseApdu ReadProtected(CommandApdu command)
    {
        if (sessionKey is null || !numberProved) return new(StatusWord.SecurityStatusNotSatisfied);
        if (!TryReadWantedLength(command.Data, out var wanted)) return new(StatusWord.SecureMessagingObjectIncorrect);
        if (!directory.TryLocate(command, out var target, out var offset, out var status)) return new(status);
        // Files outside DF1 are read plain; the card's class 08 belongs to DF1 (table 3.3.3).
        if (target.Access != ResidenceAccess.NumberAndSecureMessaging)
            return new(StatusWord.SecureMessagingNotSupported);

        var plain = directory.Read(target, offset, wanted);
        if (!plain.IsSuccess) return plain;
        byte[] content = [PaddedContent, .. ResidenceSession.Encrypt(sessionKey, plain.Data.Span)];
        var answer = TlvWriter.Encode(CryptogramTag, content);
        // Le counts the protected answer; a reader that allows too few bytes would get a broken cryptogram.
        return answer.Length <= command.Ne ? ResponseApdu.Success(answer) : new(StatusWord.WrongLength);
    }

    private byte[]? Decrypt(ReadOnlyMemory<byte> data)
    {
        if (!BerTlv.TryRead(data, out var only) || only.Value.Tag != CryptogramTag) return null;
        var content = only.Value.Value.Span;
        if (content.Length < 2 || content[0] != PaddedContent) return null;
        return ResidenceSession.TryDecrypt(sessionKey!, content[1..]);
    }

    private static bool TryReadWantedLength(ReadOnlyMemory<byte> data, out int wanted)
    {
        wanted = 0;
        if (!BerTlv.TryRead(data, out var only) || only.Value.Tag != WantedLengthTag) return false;
        var value = only.Value.Value.Span;
        if (value.Length != 2) return false;
        var stated = (value[0] << 8) | value[1];
        wanted = stated == 0 ? CommandApdu.ExtendedNe : stated;
        return true;
    }

    private void DropSession()
    {
        if (sessionKey is not null) CryptographicOperations.ZeroMemory(sessionKey);
        (sessionKey, numberProved) = (null, false);
    }
}

/// <summary>Instructions of the second-generation residence card.</summary>
public static class ResidenceInstructions
{
    public const byte Verify = 0x20;
    public const byte MutualAuthenticate = 0x82;
    public const byte GetChallenge = 0x84;
    public const byte Select = 0xA4;
    public const byte ReadBinary = 0xB0;
}
