using Musubi.Chip.Apdu;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Applications.Eid;

/// <summary>
/// The master file of a card with extended access control: EF.DIR, EF.CardAccess, EF.CardSecurity, EF.ChipSecurity, and
/// the protocols, which TR-03110-3 places here. Current after reset.
/// </summary>
/// <remarks>
/// Selecting an application drops an unfinished protocol run; what was proved stays in the <see cref="CardSession"/>.
/// </remarks>
internal sealed class EacMasterFile(EacState state, CardSession session, ICardMemory memory) : ICardApplication
{
    private const int DirectoryId = 0x2F00;
    private const int CardAccessId = 0x011C;
    private const int ChipSecurityId = 0x011B;
    private const int CardSecurityId = 0x011D;
    private const int CapabilitiesId = 0x2F01;
    private const int ReadingsId = 0x0100 | CardReadings.ShortId;
    private const byte CapabilitiesShortId = 0x01;
    private const int MasterFileId = 0x3F00;
    private const byte DirectoryShortId = 0x1E;

    /// <summary>
    /// EF.ATR/INFO (ISO/IEC 7816-4 §12.2.2): services (names in full, EF.DIR and this file, READ BINARY), capabilities
    /// (short identifiers; chaining, extended length, lengths below), most bytes of a command and of an answer.
    /// </summary>
    private static readonly byte[] Capabilities =
        [0x43, 1, 0xB8, 0x47, 3, 0x94, 0x41, 0xE0, 0x7F, 0x66, 8, 2, 2, 0x7F, 0xFF, 2, 2, 0x7F, 0xFF];

    private int current;

    public ReadOnlyMemory<byte> Aid => ReadOnlyMemory<byte>.Empty;

    /// <summary>The protocols, which the eID application takes too.</summary>
    internal EacProtocols Protocols { get; } = new(state, session, memory);

    /// <summary>The chip's own count, which every protected answer passes.</summary>
    internal ReadingLedger Readings { get; } = new(state, session, memory);

    public ResponseApdu Process(CommandApdu command) => command switch
    {
        { Ins: 0x86, Cla: 0x00 or 0x10 } => Protocols.Advance(command),
        { Cla: not 0x00 } => new(StatusWord.ClassNotSupported),
        { Ins: 0xA4 } => Select(command),
        { Ins: 0xB0 or 0xB1 } => Read(command),
        _ => Protocols.Process(command),
    };

    public void Reset()
    {
        current = 0;
        Protocols.Forget();
    }

    private ResponseApdu Select(CommandApdu command)
    {
        // An application that the card does not have (P1 = 04), or a P1 that no client of such cards sends.
        if (command.P1 is not (0x00 or 0x02)) return new(StatusWord.FileNotFound);
        if (command.P2 is not (0x00 or 0x04 or 0x0C)) return new(StatusWord.WrongParameters);
        var data = command.Data.Span;
        var id = data.Length switch { 0 => MasterFileId, 2 => (data[0] << 8) | data[1], _ => -1 };
        if (id == MasterFileId && command.P1 == 0x00)
        {
            current = 0;
            return ResponseApdu.Success();
        }

        if (Find(id) is null) return new(StatusWord.FileNotFound);
        current = id;
        return ResponseApdu.Success();
    }

    private ResponseApdu Read(CommandApdu command)
    {
        if (Named(command) is { } id)
        {
            if (Find(id) is null) return new(StatusWord.FileNotFound);
            current = id;
        }

        if (Find(current) is not { } file) return new(StatusWord.NoCurrentFile);
        if (!MayRead(current)) return new(StatusWord.SecurityStatusNotSatisfied);
        return TransparentRead.Answer(file, command, session.IsSecure);
    }

    private static int? Named(CommandApdu command) => TransparentRead.ShortId(command) switch
    {
        null => TransparentRead.FileId(command),
        DirectoryShortId => DirectoryId,
        CapabilitiesShortId => CapabilitiesId,
        { } shortId => 0x0100 | shortId,
    };

    private bool MayRead(int id) => id switch
    {
        // The chip's key is the card's own: it would recognise the card to everyone who knows the CAN.
        CardSecurityId => session.IsSecure && session.Eac.IsTerminalAuthenticated,
        // Before chip authentication, as EF.CardSecurity: the terminal must know the key that it asks for.
        ChipSecurityId => session.IsSecure && session.Eac.IsTerminalPrivileged,
        // Who reads this card is the holder's to know: the PIN, and no terminal that announced itself.
        ReadingsId => session.IsSecure && session.Eac is { IsHolderAlone: true, Chat: null },
        _ => true,
    };

    private byte[]? Find(int id) => id switch
    {
        CapabilitiesId => Capabilities,
        ReadingsId => ReadingLedger.Encode(state.Readings),
        DirectoryId => state.Directory,
        CardAccessId => state.CardAccess,
        CardSecurityId => state.CardSecurity,
        // Cards made before the file was: they have none.
        ChipSecurityId when state.ChipSecurity.Length > 0 => state.ChipSecurity,
        _ => null,
    };
}
