using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Applications.Text;

/// <summary>
/// Card side of the text application: number A opens My Number only, number B the attributes only, the PIN both.
/// </summary>
/// <remarks>
/// Not built: the delivery of a session key (files 0006 and 80 AE) and the card's own signing key (0007 and 80 2A).
/// The holder's presence is proved with JPKI instead; a reader that asks for these files gets 6A82.
/// </remarks>
internal sealed class TextApplet : ICardApplication
{
    private const byte PlainClass = 0x00;
    private const byte OwnClass = 0x80;
    private const byte ChangeToNewValue = 0x01;

    /// <summary>Name and address together stay far below; JSON, memory and answers are sized by it.</summary>
    private const int MaximumAttributesLength = 1024;

    private readonly TextState state;
    private readonly CardSession session;
    private readonly ICardMemory memory;
    private readonly IssuerDoor issuer;
    private readonly CardFolder folder;
    private readonly ReferenceData pin;
    private readonly ReferenceData blocked;
    private readonly ReferenceData numberA;
    private readonly ReferenceData numberB;

    public TextApplet(TextState state, CardSession session, IssuerDoor issuer, ICardMemory memory)
    {
        this.state = state;
        this.session = session;
        this.issuer = issuer;
        this.memory = memory;
        folder = new(id => FileOf(id) is not null || ReferenceOf(id) is not null);
        pin = new(state.Pin, ReferenceDataForm.FourDigits, memory);
        blocked = new(new(), ReferenceDataForm.Printed, memory);
        numberA = new(state.NumberA, ReferenceDataForm.Printed, memory);
        numberB = new(state.NumberB, ReferenceDataForm.Printed, memory);
    }

    public ReadOnlyMemory<byte> Aid => TextFiles.Aid;

    public void Reset()
    {
        folder.Forget();
        pin.Forget();
        numberA.Forget();
        numberB.Forget();
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
        TextInstructions.Select => folder.Select(command),
        TextInstructions.ReadBinary => Read(command),
        TextInstructions.Verify => Verify(command),
        TextInstructions.ChangeReferenceData => Change(command),
        _ => new(StatusWord.InstructionNotSupported),
    };

    private ResponseApdu ProcessOwn(CommandApdu command) => command.Ins switch
    {
        IssuerInstructions.GetChallenge => issuer.GiveChallenge(command),
        IssuerInstructions.PutData => issuer.Admit(command, PutAttributes),
        IssuerInstructions.ResetRetryCounter => issuer.Admit(command, ResetRetryCounter),
        _ => new(StatusWord.InstructionNotSupported),
    };

    private ResponseApdu Read(CommandApdu command)
    {
        if (!folder.TryLocate(command, out var id, out var offset, out var refusal)) return refusal;
        if (FileOf(id) is not { } file) return new(StatusWord.IncompatibleWithFile);
        if (!IsOpen(id)) return new(StatusWord.SecurityStatusNotSatisfied);
        return CardFolder.Read(file, offset, CardFolder.Wanted(command, session));
    }

    private bool IsOpen(ushort id) => id switch
    {
        TextFiles.MyNumber => pin.Verified || numberA.Verified,
        TextFiles.Attributes => pin.Verified || numberB.Verified,
        TextFiles.Integrity => pin.Verified || numberA.Verified || numberB.Verified,
        _ => true,
    };

    private ResponseApdu Verify(CommandApdu command)
    {
        if (command.P1 != 0) return new(StatusWord.WrongParameters);
        if (!folder.TryReference(command.P2, out var id, out var refusal)) return refusal;
        return ReferenceOf(id) is { } reference ? reference.Verify(command.Data) : new(StatusWord.IncompatibleWithFile);
    }

    private ResponseApdu Change(CommandApdu command)
    {
        if (command.P1 != ChangeToNewValue) return new(StatusWord.WrongParameters);
        if (!folder.TryReference(command.P2, out var id, out var refusal)) return refusal;
        return ReferenceOf(id) is { } reference ? reference.Change(command.Data) : new(StatusWord.IncompatibleWithFile);
    }

    /// <summary>
    /// New attributes and their integrity record in one command, so that no reader ever sees one without the other.
    /// </summary>
    private ResponseApdu PutAttributes(CommandApdu command)
    {
        if (!BerTlv.TryReadAll(command.Data, out var objects) || objects.Length != 2) return new(StatusWord.WrongData);
        var (attributes, integrity) = (objects[0], objects[1]);
        if (attributes.Tag != TextTags.AttributesFile || integrity.Tag != TextTags.IntegrityFile)
            return new(StatusWord.WrongData);
        if (attributes.Encoded.Length > MaximumAttributesLength || integrity.Encoded.Length > MaximumAttributesLength)
            return new(StatusWord.NotEnoughMemory);
        (state.Attributes, state.Integrity) = (attributes.Encoded.ToArray(), integrity.Encoded.ToArray());
        memory.Persist();
        return ResponseApdu.Success();
    }

    private ResponseApdu ResetRetryCounter(CommandApdu command) =>
        command.P2 == TextFiles.Pin ? pin.Replace(command.Data.Span) : new(StatusWord.ReferencedDataNotFound);

    private byte[]? FileOf(ushort id) => id switch
    {
        TextFiles.MyNumber => state.MyNumber,
        TextFiles.Attributes => state.Attributes,
        TextFiles.Integrity => state.Integrity,
        TextFiles.Certificate => state.Certificate,
        TextFiles.BasicInformation => state.BasicInformation,
        _ => null,
    };

    private ReferenceData? ReferenceOf(ushort id) => id switch
    {
        TextFiles.Pin => pin,
        TextFiles.BlockedReference => blocked,
        TextFiles.NumberA => numberA,
        TextFiles.NumberB => numberB,
        _ => null,
    };
}
