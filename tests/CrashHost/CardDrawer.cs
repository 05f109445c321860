using Musubi.Registers;

namespace Musubi.CrashHost;

/// <summary>Stands for the card bureau: one file per act. Made twice for one act would be a double card.</summary>
public sealed class CardDrawer(string folder)
{
    private readonly string drawer = Directory.CreateDirectory(Path.Combine(folder, "cards")).FullName;

    public async Task<CompletionAnswer> Order(DecidedAct act, CancellationToken cancel)
    {
        var path = Path.Combine(drawer, act.Header.Act + ".card");
        if (File.Exists(path)) return CompletionAnswer.Done;
        var draft = path + ".draft";
        await File.WriteAllTextAsync(draft, act.Completion, cancel);
        File.Move(draft, path, overwrite: false);
        return CompletionAnswer.Done;
    }

    public IReadOnlySet<string> Cards() =>
        Directory.EnumerateFiles(drawer, "*.card").Select(path => Path.GetFileNameWithoutExtension(path)!)
            .ToHashSet(StringComparer.Ordinal);
}
