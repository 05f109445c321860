using System.Diagnostics.CodeAnalysis;
using Musubi.Chip.Apdu;

namespace Musubi.Chip.Applications;

/// <summary>
/// The current file of a My Number card application, and the two ways to name another: SELECT by identifier,
/// or a short identifier (80 | id) in P1 of READ BINARY and in P2 of VERIFY and of the signing command.
/// Source: JICS X 6320-4 as the My Number card speaks it.
/// </summary>
/// <param name="exists">Whether the application has a file or key reference with this identifier now.</param>
internal sealed class CardFolder(Func<ushort, bool> exists)
{
    /// <summary>Offsets in P1 P2 have fifteen bits.</summary>
    public const int MaximumOffset = 0x7FFF;

    private const byte SelectByFileId = 0x02;
    private const byte NoAnswerWanted = 0x0C;
    private const byte ShortIdFlag = 0x80;
    private const byte ShortIdMask = 0x1F;

    private ushort? current;

    public void Forget() => current = null;

    /// <summary>SELECT of a file under the application.</summary>
    public ResponseApdu Select(CommandApdu command)
    {
        if (command.P1 != SelectByFileId || command.P2 is not (NoAnswerWanted or 0))
            return new(StatusWord.WrongParameters);
        if (command.Data.Length != 2) return new(StatusWord.WrongLength);
        var id = (ushort)((command.Data.Span[0] << 8) | command.Data.Span[1]);
        if (!exists(id)) return new(StatusWord.FileNotFound);
        current = id;
        return ResponseApdu.Success();
    }

    /// <summary>The file and offset that a READ BINARY names; a short identifier becomes the current file.</summary>
    public bool TryLocate(
        CommandApdu read, out ushort id, out int offset, [NotNullWhen(false)] out ResponseApdu? refusal)
    {
        var named = (read.P1 & ShortIdFlag) != 0;
        offset = TransparentRead.Offset(read);
        return named ? TryUseShortId(read.P1, out id, out refusal) : TryUseCurrent(out id, out refusal);
    }

    /// <summary>The key reference that P2 names: 80 is the current one, 80 | id another.</summary>
    public bool TryReference(byte p2, out ushort id, [NotNullWhen(false)] out ResponseApdu? refusal)
    {
        if ((p2 & ShortIdFlag) == 0)
        {
            (id, refusal) = (0, new ResponseApdu(StatusWord.WrongParameters));
            return false;
        }
        return p2 == ShortIdFlag ? TryUseCurrent(out id, out refusal) : TryUseShortId(p2, out id, out refusal);
    }

    private bool TryUseShortId(byte parameter, out ushort id, [NotNullWhen(false)] out ResponseApdu? refusal)
    {
        id = (ushort)(parameter & ShortIdMask);
        var sound = (parameter & ~(ShortIdFlag | ShortIdMask)) == 0;
        refusal = !sound ? new(StatusWord.WrongParameters) : !exists(id) ? new(StatusWord.FileNotFound) : null;
        if (refusal is null) current = id;
        return refusal is null;
    }

    private bool TryUseCurrent(out ushort id, [NotNullWhen(false)] out ResponseApdu? refusal)
    {
        id = current ?? 0;
        refusal = current is null ? new(StatusWord.NoCurrentFile) : null;
        return refusal is null;
    }
}
