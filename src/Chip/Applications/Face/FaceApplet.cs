using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Applications.Face;

/// <summary>
/// Card side of the face application. Each of three references opens what its owner knows: the birth date
/// opens the birth date, number B (printed on the front) the face, number A (My Number) the face and My Number.
/// </summary>
/// <remarks>It has no session key to deliver: what opens it travels in clear (soltia48/myna-card,
/// surface.rs).</remarks>
internal sealed class FaceApplet(FaceState state, CardSession session, IssuerDoor issuer, ICardMemory memory)
    : NumberCardApplet(session, issuer, new Dictionary<ushort, ReferenceData>
    {
        [FaceFiles.BirthDate] = new(state.BirthDate, ReferenceDataForm.Printed, memory),
        [FaceFiles.NumberB] = new(state.NumberB, ReferenceDataForm.Printed, memory),
        [FaceFiles.NumberA] = new(state.NumberA, ReferenceDataForm.Printed, memory),
    })
{
    public override ReadOnlyMemory<byte> Aid => FaceFiles.Aid;

    protected override ResponseApdu? ProcessSpecial(CommandApdu command) => command.Ins switch
    {
        NumberCardInstructions.ComputeDigitalSignature => PresenceKey.Sign(state.PresenceKey, command),
        NumberCardInstructions.SetSessionKey => new(StatusWord.NoKeyDelivery),
        IssuerInstructions.PutData => Admit(command, PutFace),
        _ => null,
    };

    /// <summary>A new card face in one command, for a new address. It has to name this card's key: a record of another
    /// card would not prove this one's presence any more.</summary>
    private ResponseApdu PutFace(CommandApdu command)
    {
        if (command is not { P1: 0, P2: (byte)FaceFiles.CardFace }) return new(StatusWord.WrongParameters);
        if (command.Data.Length > FaceContent.MaximumFaceFileLength) return new(StatusWord.NotEnoughMemory);
        if (!FaceRecords.TryKeyOfFace(command.Data, out var key)
            || !key.Span.SequenceEqual(RsaKeyObject.EncodePublicOf(state.PresenceKey)))
            return new(StatusWord.WrongData);
        state.CardFace = command.Data.ToArray();
        memory.Persist();
        return ResponseApdu.Success();
    }

    /// <summary>Number A opens 0002 to 0005, number B the same without 0005. Neither opens the age record, which says
    /// less than the face that they do open.</summary>
    protected override bool IsOpen(ushort id) => id switch
    {
        FaceFiles.AgeRecord => Presented(FaceFiles.BirthDate),
        FaceFiles.CardFace => Presented(FaceFiles.NumberB) || Presented(FaceFiles.NumberA),
        FaceFiles.MyNumberImage => Presented(FaceFiles.NumberA),
        _ => true,
    };

    /// <summary>The key has no identifier here: P2 = 00 is its only name.</summary>
    protected override bool IsKey(ushort id) => false;

    protected override byte[]? FileOf(ushort id) => id switch
    {
        FaceFiles.AgeRecord => state.AgeRecord,
        FaceFiles.CardFace => state.CardFace,
        FaceFiles.BasicInformation => state.BasicInformation,
        FaceFiles.Certificate => state.Certificate,
        FaceFiles.MyNumberImage => state.MyNumberImage,
        _ => null,
    };
}
