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
internal sealed class TextApplet : NumberCardApplet
{
    /// <summary>Name and address together stay far below; JSON, memory and answers are sized by it.</summary>
    private const int MaximumAttributesLength = 1024;

    private readonly TextState state;
    private readonly ICardMemory memory;

    public TextApplet(TextState state, CardSession session, IssuerDoor issuer, ICardMemory memory)
        : base(session, issuer, new Dictionary<ushort, ReferenceData>
        {
            [TextFiles.Pin] = new(state.Pin, ReferenceDataForm.FourDigits, memory),
            [TextFiles.BlockedReference] = new(new(), ReferenceDataForm.Printed, memory),
            [TextFiles.NumberA] = new(state.NumberA, ReferenceDataForm.Printed, memory),
            [TextFiles.NumberB] = new(state.NumberB, ReferenceDataForm.Printed, memory),
        })
    {
        this.state = state;
        this.memory = memory;
    }

    public override ReadOnlyMemory<byte> Aid => TextFiles.Aid;

    protected override ResponseApdu? ProcessSpecial(CommandApdu command) => command.Ins switch
    {
        IssuerInstructions.PutData => Admit(command, PutAttributes),
        _ => null,
    };

    protected override bool IsKey(ushort id) => false;

    protected override bool IsOpen(ushort id) => id switch
    {
        TextFiles.MyNumber => Presented(TextFiles.Pin) || Presented(TextFiles.NumberA),
        TextFiles.Attributes => Presented(TextFiles.Pin) || Presented(TextFiles.NumberB),
        TextFiles.Integrity =>
            Presented(TextFiles.Pin) || Presented(TextFiles.NumberA) || Presented(TextFiles.NumberB),
        _ => true,
    };

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

    protected override byte[]? FileOf(ushort id) => id switch
    {
        TextFiles.MyNumber => state.MyNumber,
        TextFiles.Attributes => state.Attributes,
        TextFiles.Integrity => state.Integrity,
        TextFiles.Certificate => state.Certificate,
        TextFiles.BasicInformation => state.BasicInformation,
        _ => null,
    };
}
