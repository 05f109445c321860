using System.Security.Cryptography;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.SecureMessaging;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Applications.Residence;

/// <summary>
/// Card side of the residence application (在留AP) of a specified card (07, 08): the folders of a residence card
/// beside the My Number functions, opened under a key that the reader delivers.
/// </summary>
/// <remarks>
/// Known in public (specification of specified cards for public use 1.1, as others restate it): the names, that the
/// application is selected before its folders and forgets the session when it is selected again, SET SESSION KEY
/// 80 AE 00 00 under RSA-2048 with OAEP and one published key for all cards, AES-128-CBC, AES-CMAC, a message counter
/// from which the IV is derived, VERIFY with the card number, READ BINARY, and files and tags as on 05 and 06.
/// Not known, and therefore our reading: the hash of OAEP (SHA-256), the payload, class 0C with the objects 87, 97, 99
/// and 8E of ISO/IEC 7816-4, what the counter counts, the access rules and short identifiers (those of 05 and 06; DF2
/// and DF3 are given plain or protected), that a wrong number answers 6300 and nothing counts tries, and the status
/// words of a broken session. docs/apdu/set-session-key.md lists them all. No real card has been compared.
/// </remarks>
internal sealed class SpecifiedResidenceApplet(ResidenceState state, IssuerDoor issuer, ICardMemory memory)
    : ICardApplication
{
    private const byte PlainClass = 0x00;
    private const byte UncheckedClass = 0x08;
    private const byte SecureMessagingClass = 0x0C;
    private const byte OwnClass = 0x80;
    private const byte CardNumberReference = 0x86;
    private const byte ByName = 0x04;
    private const byte ByIdentifier = 0x02;
    private readonly ResidenceDirectory directory = new(state, memory);
    private SecureMessagingSession? session;
    private bool numberProved;

    public ReadOnlyMemory<byte> Aid => ResidenceFiles.Application;

    /// <summary>Its folders can be selected while it is: on a card 05 or 06 they belong to the card itself.</summary>
    public bool HasFolder(ReadOnlySpan<byte> name) => ResidenceDirectory.Has(name);

    public bool OpensProtectedCommands => true;

    public void Reset()
    {
        directory.Forget();
        issuer.Forget();
        DropSession();
    }

    public ResponseApdu Process(CommandApdu command) => command.Cla switch
    {
        PlainClass => Answer(command, isProtected: false),
        SecureMessagingClass => ProcessProtected(command),
        // Without a checksum there is no session here: both keys are delivered.
        UncheckedClass => new(StatusWord.SecureMessagingNotSupported),
        OwnClass => ProcessOwn(command),
        _ => new(StatusWord.ClassNotSupported),
    };

    private ResponseApdu ProcessOwn(CommandApdu command) => command.Ins switch
    {
        NumberCardInstructions.SetSessionKey => SetSessionKey(command),
        IssuerInstructions.GetChallenge => issuer.GiveChallenge(command),
        IssuerInstructions.PutData => issuer.Admit(command, directory.Replace),
        _ => new(StatusWord.InstructionNotSupported),
    };

    /// <summary>Nothing has to be presented before: the key is the first thing that a reader brings.</summary>
    private ResponseApdu SetSessionKey(CommandApdu command)
    {
        if (command is not { P1: 0, P2: 0 }) return new(StatusWord.WrongParameters);
        if (state.DeliveryKey.Length == 0) return new(StatusWord.ReferencedDataNotFound);
        using var key = CardSigning.Import(state.DeliveryKey);
        var (status, seeds) = KeyDelivery.UnwrapBoth(key, command.Data);
        if (!status.IsSuccess) return new(status);
        // A new key is a new session: what was proved in the old one is not carried over.
        DropSession();
        session = SpecifiedSession.Of(seeds);
        CryptographicOperations.ZeroMemory(seeds);
        return ResponseApdu.Success();
    }

    private ResponseApdu ProcessProtected(CommandApdu wire)
    {
        if (session is null) return new(StatusWord.NoSecureSession);
        // Every answer carries a checksum, so every command has to leave room for it.
        if (wire.Ne is null) return new(StatusWord.WrongLength);
        var verdict = session.TryOpenCommand(wire, out var plain);
        if (verdict != SecureMessagingVerdict.Accepted)
        {
            DropSession();
            return new(verdict == SecureMessagingVerdict.ObjectMissing
                ? StatusWord.SecureMessagingObjectMissing
                : StatusWord.SecureMessagingObjectIncorrect);
        }
        var answer = session.ProtectResponse(wire.Ins, Answer(plain!, isProtected: true));
        return answer.Data.Length <= wire.Ne
            ? answer
            : session.ProtectResponse(wire.Ins, new(StatusWord.WrongLength));
    }

    private ResponseApdu Answer(CommandApdu command, bool isProtected) => command.Ins switch
    {
        ResidenceInstructions.Select => Select(command),
        ResidenceInstructions.Verify => Verify(command, isProtected),
        ResidenceInstructions.ReadBinary => Read(command, isProtected),
        _ => new(StatusWord.InstructionNotSupported),
    };

    private ResponseApdu Select(CommandApdu command)
    {
        if (command is { P1: ByName, P2: 0x0C or 0x00 }) return directory.SelectFolder(command.Data.Span);
        if (command is { P1: ByIdentifier, P2: 0x0C or 0x00 }) return directory.SelectFile(command.Data.Span);
        return new(StatusWord.WrongParameters);
    }

    private ResponseApdu Verify(CommandApdu command, bool isProtected)
    {
        if (command is not { P1: 0, P2: CardNumberReference }) return new(StatusWord.WrongParameters);
        if (!isProtected) return new(StatusWord.SecurityStatusNotSatisfied);
        numberProved = CryptographicOperations.FixedTimeEquals(
            command.Data.Span, ResidenceSession.NumberBytes(state.CardNumber));
        return new(numberProved ? StatusWord.Success : StatusWord.AuthenticationFailed);
    }

    private ResponseApdu Read(CommandApdu command, bool isProtected)
    {
        if (!directory.TryLocate(command, out var target, out var offset, out var status)) return new(status);
        var open = target.Access switch
        {
            ResidenceAccess.Free => true,
            ResidenceAccess.Number => numberProved,
            ResidenceAccess.NumberAndSecureMessaging => numberProved && isProtected,
        };
        return open ? directory.Read(target, offset, command.Ne) : new(StatusWord.SecurityStatusNotSatisfied);
    }

    private void DropSession()
    {
        session?.Dispose();
        (session, numberProved) = (null, false);
    }
}

/// <summary>The session under two delivered keys, which both ends hold.</summary>
/// <remarks>
/// AES-128-CBC and AES-CMAC of eight bytes over counter ‖ header ‖ objects. Command N and its answer have the counter
/// N, from 1, as measured on the text application of My Number cards; IV = AES(key, N as sixteen bytes).
/// </remarks>
internal static class SpecifiedSession
{
    private const int KeyLength = 16;

    /// <summary>Both seeds one behind the other, 32 bytes each; the first sixteen of each are the key.</summary>
    public static SecureMessagingSession Of(ReadOnlySpan<byte> seeds)
    {
        using var keys = new SessionKeys(
            seeds[..KeyLength].ToArray(),
            seeds.Slice(DeliveredKeySession.SeedLength, KeyLength).ToArray());
        return new(keys, answersCount: false);
    }
}
