using System.Security.Cryptography;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Applications.Text;

/// <summary>
/// Card side of the text application: number A opens My Number only, number B the attributes only, the PIN both.
/// After the PIN a reader may deliver a session key, so that My Number need not be read or presented in clear.
/// </summary>
internal sealed class TextApplet : NumberCardApplet
{
    /// <summary>Name and address together stay far below; JSON, memory and answers are sized by it.</summary>
    private const int MaximumAttributesLength = 1024;

    private readonly TextState state;
    private readonly ICardMemory memory;
    private DeliveredKeySession? delivered;

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
        NumberCardInstructions.ComputeDigitalSignature => PresenceKey.Sign(state.PresenceKey, command),
        NumberCardInstructions.SetSessionKey => SetSessionKey(command),
        IssuerInstructions.PutData => Admit(command, PutAttributes),
        _ => null,
    };

    protected override ResponseApdu ProcessProtected(CommandApdu command)
    {
        if (delivered is null) return base.ProcessProtected(command);
        if (!DeliveredKeyCard.Process(delivered, command, ProcessPlain, out var answer)) ForgetSession();
        return answer;
    }

    protected override void ForgetSession()
    {
        delivered?.Dispose();
        delivered = null;
    }

    protected override bool IsKey(ushort id) => id == TextFiles.PresenceKey && state.PresenceKey.Length > 0;

    protected override bool IsOpen(ushort id) => id switch
    {
        TextFiles.MyNumber => Presented(TextFiles.Pin) || Presented(TextFiles.NumberA),
        TextFiles.Attributes => Presented(TextFiles.Pin) || Presented(TextFiles.NumberB),
        TextFiles.Integrity or TextFiles.DeliveryKey or TextFiles.SignedKey =>
            Presented(TextFiles.Pin) || Presented(TextFiles.NumberA) || Presented(TextFiles.NumberB),
        _ => true,
    };

    /// <summary>The right is asked before anything is decrypted: number A or B is not enough.</summary>
    private ResponseApdu SetSessionKey(CommandApdu command)
    {
        if (command is not { P1: 0, P2: 0 }) return new(StatusWord.WrongParameters);
        if (!Presented(TextFiles.Pin)) return new(StatusWord.SecurityStatusNotSatisfied);
        if (state.DeliveryKey.Length == 0) return new(StatusWord.ReferencedDataNotFound);
        using var key = CardSigning.Import(state.DeliveryKey);
        var (status, seed) = KeyDelivery.Unwrap(key, command.Data);
        if (!status.IsSuccess) return new(status);
        ForgetSession();
        delivered = new(seed);
        CryptographicOperations.ZeroMemory(seed);
        return ResponseApdu.Success();
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

    protected override byte[]? FileOf(ushort id) => id switch
    {
        TextFiles.MyNumber => state.MyNumber,
        TextFiles.Attributes => state.Attributes,
        TextFiles.Integrity => state.Integrity,
        TextFiles.Certificate => state.Certificate,
        TextFiles.BasicInformation => state.BasicInformation,
        TextFiles.DeliveryKey when state.DeliveryKey.Length > 0 => TextContent.DeliveryKeyFile(state.DeliveryKey),
        TextFiles.SignedKey when state.SignedKey.Length > 0 => state.SignedKey,
        _ => null,
    };
}
