using System.Text;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Residence;

/// <summary>The unsigned files as a counter rewrites them, on both ends of the command.</summary>
/// <remarks>
/// The payload of PUT DATA is one object per file, tag C1 to C4 in class "private" of our own, so that the card can
/// tell the three DF2 files and the address apart whatever their inner tags are.
/// </remarks>
internal static class ResidenceUpdate
{
    private const uint AddressFile = 0xC1;
    private const uint PermissionFile = 0xC2;
    private const uint PendingFile = 0xC3;
    private const uint NoteFile = 0xC4;

    // D5 has room for seven characters and holds one (table 3.3.4.7): the file is filled up with 00.
    private const int PermissionFileLength = 22;

    // The file has 207 bytes, which only the three-byte length of DE explains: 82 00 C8, not the minimal 81 C8.
    private static readonly byte[] NoteHeader = [0xDE, 0x82, 0x00, ResidenceContent.NoteLength];

    /// <summary>The same update with nothing left open: no address, no permission, nothing pending, no note.</summary>
    public static ResidenceCardUpdate Complete(ResidenceCardUpdate update) => new()
    {
        AddressImage = update.AddressImage ?? [],
        Permission = update.Permission ?? new("0", null, Individual: false),
        ApplicationPending = update.ApplicationPending ?? false,
        Note = update.Note ?? new(Recorded: false, ""),
    };

    /// <summary>The files that an update replaces.</summary>
    public static Dictionary<string, byte[]> Files(ResidenceCardUpdate update, ResidenceCardType type) =>
        Objects(update, type).ToDictionary(one => PathOf(one.Tag, type)!, one => one.Content, StringComparer.Ordinal);

    /// <summary>The payload of PUT DATA.</summary>
    public static byte[] Payload(ResidenceCardUpdate update, ResidenceCardType type)
    {
        var writer = new TlvWriter();
        foreach (var (tag, content) in Objects(update, type)) writer.Write(tag, content);
        return writer.ToArray();
    }

    /// <summary>The file that one object of a payload replaces, or null when it is none or its size is wrong.</summary>
    public static (string Path, byte[] Content)? TargetOf(TlvObject one, ResidenceCardType type)
    {
        if (PathOf(one.Tag, type) is not { } path) return null;
        var file = ResidenceFiles.Of(type).First(candidate => candidate.Path == path);
        return one.Value.Length == file.Size ? (path, one.Value.ToArray()) : null;
    }

    private static IEnumerable<(uint Tag, byte[] Content)> Objects(ResidenceCardUpdate update, ResidenceCardType type)
    {
        if (update.AddressImage is { } address)
            yield return (AddressFile, TlvWriter.Encode(
                ResidenceTags.AddressImage,
                ResidenceContent.Filled(address.AsSpan(), ResidenceContent.AddressImageLength)));
        if (update.Permission is { } permission && PathOf(PermissionFile, type) is not null)
            yield return (PermissionFile, ResidenceContent.Filled(ResidenceContent.Fields(
                (ResidenceTags.ComprehensivePermission, permission.Comprehensive, 1),
                (ResidenceTags.ComprehensivePermissionUntil, ResidenceContent.Date(permission.Until), 8),
                (ResidenceTags.IndividualPermission, Flag(permission.Individual), 1)), PermissionFileLength));
        if (update.ApplicationPending is { } pending && PathOf(PendingFile, type) is not null)
            yield return (PendingFile, ResidenceContent.Fields((ResidenceTags.ApplicationPending, Flag(pending), 1)));
        if (update.Note is { } note)
            yield return (NoteFile, Note(note));
    }

    private static byte[] Note(ResidenceNote note)
    {
        var text = ResidenceContent.Filled(Encoding.UTF8.GetBytes(note.Text), ResidenceContent.NoteLength);
        var flag = ResidenceContent.Fields((ResidenceTags.CommissionerNote, Flag(note.Recorded), 1));
        return [.. flag, .. NoteHeader, .. text];
    }

    private static string? PathOf(uint tag, ResidenceCardType type) => (tag, type.HasStay()) switch
    {
        (AddressFile, _) => "Df1/0004",
        (PermissionFile, true) => "Df2/0001",
        (PendingFile, true) => "Df2/0002",
        (NoteFile, true) => "Df2/0003",
        (NoteFile, false) => "Df2/0001",
        _ => null,
    };

    private static string Flag(bool set) => set ? "1" : "0";
}
