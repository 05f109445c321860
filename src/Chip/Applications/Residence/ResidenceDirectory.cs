using System.Diagnostics.CodeAnalysis;
using Musubi.Chip.Apdu;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Applications.Residence;

/// <summary>
/// The folders and files of a residence card on the card's side: what is current, what a command names, and what a
/// counter rewrites. What opens a file is for the application to say.
/// </summary>
internal sealed class ResidenceDirectory
{
    private static readonly ResidenceFolder[] Named = [ResidenceFolder.Df1, ResidenceFolder.Df2, ResidenceFolder.Df3];

    private readonly ResidenceState state;
    private readonly ICardMemory memory;
    private readonly Dictionary<(ResidenceFolder, byte), ResidenceFile> byShortId;
    private ResidenceFolder folder;
    private ResidenceFile? file;

    public ResidenceDirectory(ResidenceState state, ICardMemory memory)
    {
        (this.state, this.memory) = (state, memory);
        byShortId = ResidenceFiles.Of(state.Type).ToDictionary(one => (one.Folder, one.ShortId));
    }

    /// <summary>Back to where the card begins: the master file, or the application itself.</summary>
    public void Forget() => (folder, file) = (ResidenceFolder.MasterFile, null);

    /// <summary>Whether the name is one of the three folders', in full length.</summary>
    public static bool Has(ReadOnlySpan<byte> aid) => TryFolder(aid, out _);

    public ResponseApdu SelectFolder(ReadOnlySpan<byte> aid)
    {
        if (!TryFolder(aid, out var found)) return new(StatusWord.FileNotFound);
        (folder, file) = (found, null);
        return ResponseApdu.Success();
    }

    public ResponseApdu SelectFile(ReadOnlySpan<byte> id)
    {
        if (id.Length != 2) return new(StatusWord.WrongLength);
        var wanted = (ushort)((id[0] << 8) | id[1]);
        var found = ResidenceFiles.Of(state.Type).FirstOrDefault(one => one.Folder == folder && one.Id == wanted);
        if (found is null) return new(StatusWord.FileNotFound);
        file = found;
        return ResponseApdu.Success();
    }

    /// <summary>The file and offset that a READ BINARY names; a short identifier becomes the current file.</summary>
    public bool TryLocate(
        CommandApdu read, [NotNullWhen(true)] out ResidenceFile? target, out int offset, out StatusWord status)
    {
        var named = (read.P1 & 0x80) != 0;
        target = named ? byShortId.GetValueOrDefault((folder, (byte)(read.P1 & 0x1F))) : file;
        status = (read.P1 & 0xE0) is not (0 or 0x80) && named ? StatusWord.WrongParameters
            : named ? StatusWord.FileNotFound
            : StatusWord.NoCurrentFile;
        offset = TransparentRead.Offset(read);
        if (target is null || ((read.P1 & 0x60) != 0 && named)) return false;
        file = target;
        return true;
    }

    public ResponseApdu Read(ResidenceFile target, int offset, int? ne) =>
        TransparentRead.Bytes(state.Files[target.Path], offset, ne);

    /// <summary>
    /// Replaces what changes during the card's life and is not signed: address image, permissions, pending flag, notes.
    /// All files of one command change together.
    /// </summary>
    public ResponseApdu Replace(CommandApdu command)
    {
        if (!BerTlv.TryReadAll(command.Data, out var objects) || objects.IsEmpty) return new(StatusWord.WrongData);
        var replacements = new List<(string Path, byte[] Content)>();
        foreach (var one in objects)
        {
            if (ResidenceUpdate.TargetOf(one, state.Type) is not { } target) return new(StatusWord.WrongData);
            replacements.Add(target);
        }
        foreach (var (path, content) in replacements) state.Files[path] = content;
        memory.Persist();
        return ResponseApdu.Success();
    }

    private static bool TryFolder(ReadOnlySpan<byte> aid, out ResidenceFolder found)
    {
        foreach (var candidate in Named)
        {
            found = candidate;
            if (ResidenceFiles.AidOf(candidate).Span.SequenceEqual(aid)) return true;
        }
        found = ResidenceFolder.MasterFile;
        return false;
    }
}
