using Musubi.Chip.Apdu;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Applications.Emrtd;

/// <summary>Card side of the travel-document application: read only, and only through the channel that PACE
/// opened.</summary>
/// <remarks>Whoever holds the card and the number printed on it reads what the face shows anyway, and no
/// more.</remarks>
internal sealed class EmrtdApplet(EmrtdState state, CardSession session) : ICardApplication
{
    private readonly EmrtdChip chip = new(state, session);
    private ushort? current;

    public ReadOnlyMemory<byte> Aid => EmrtdFiles.Aid;

    public void Reset()
    {
        current = null;
        chip.Forget();
    }

    public ResponseApdu Process(CommandApdu command)
    {
        if (command.Cla != 0) return new(StatusWord.ClassNotSupported);
        if (command.Ins != EmrtdInstructions.GeneralAuthenticate) chip.Forget();
        return command.Ins switch
        {
            EmrtdInstructions.Select => Select(command),
            EmrtdInstructions.ReadBinary or TransparentRead.Odd => Read(command),
            EmrtdInstructions.ManageSecurityEnvironment => chip.SetKey(command),
            EmrtdInstructions.GeneralAuthenticate => chip.Agree(command),
            EmrtdInstructions.InternalAuthenticate => chip.SignChallenge(command),
            _ => new(StatusWord.InstructionNotSupported),
        };
    }

    private ResponseApdu Select(CommandApdu command)
    {
        if (!session.IsSecure) return new(StatusWord.SecurityStatusNotSatisfied);
        if (command.P1 != 0x02 || command.P2 is not (0x0C or 0x00)) return new(StatusWord.WrongParameters);
        if (command.Data.Length != 2) return new(StatusWord.WrongLength);
        var id = (ushort)((command.Data.Span[0] << 8) | command.Data.Span[1]);
        if (!state.Files.ContainsKey(EmrtdFiles.Key(id))) return new(StatusWord.FileNotFound);
        current = id;
        return ResponseApdu.Success();
    }

    private ResponseApdu Read(CommandApdu command)
    {
        if (!session.IsSecure) return new(StatusWord.SecurityStatusNotSatisfied);
        // Short identifiers are the last five bits of the file identifier: 1E, 01, 02, 0E, 0F, 1D.
        var shortId = TransparentRead.ShortId(command);
        var named = shortId is null ? TransparentRead.FileId(command) : 0x0100 | shortId;
        if (named is { } id)
        {
            if (!state.Files.ContainsKey(EmrtdFiles.Key((ushort)id))) return new(StatusWord.FileNotFound);
            current = (ushort)id;
        }

        if (current is not { } selected) return new(StatusWord.NoCurrentFile);
        return TransparentRead.Answer(state.Files[EmrtdFiles.Key(selected)], command, session.IsSecure);
    }
}

/// <summary>The application's commands.</summary>
public static class EmrtdInstructions
{
    /// <summary>SELECT a file.</summary>
    public const byte Select = 0xA4;

    /// <summary>Set AT for chip authentication version 1.</summary>
    public const byte ManageSecurityEnvironment = 0x22;

    /// <summary>Chip authentication version 1.</summary>
    public const byte GeneralAuthenticate = 0x86;

    /// <summary>Active authentication.</summary>
    public const byte InternalAuthenticate = 0x88;

    /// <summary>READ BINARY.</summary>
    public const byte ReadBinary = 0xB0;
}
