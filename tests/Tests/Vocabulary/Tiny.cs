namespace Musubi.Tests.Vocabulary;

/// <summary>The tiny jurisdiction's folder, and copies of it with one thing changed.</summary>
internal static class Tiny
{
    public static string Folder { get; } = Repository.Folder("tests", "Tests", "Vocabulary", "Tinyland");

    /// <summary>A copy in which one text of one file is replaced; the text must be there.</summary>
    public static TemporaryFolder With(string file, string old, string changed)
    {
        var copy = Copy();
        var path = Path.Combine(copy.Path, file);
        var text = File.ReadAllText(path);
        if (!text.Contains(old, StringComparison.Ordinal)) throw new ArgumentException(
            $"{file} has no {old}", nameof(old));
        File.WriteAllText(path, text.Replace(old, changed, StringComparison.Ordinal));
        return copy;
    }

    public static TemporaryFolder Copy()
    {
        var copy = new TemporaryFolder();
        foreach (var source in Directory.EnumerateFiles(Folder))
            File.Copy(source, Path.Combine(copy.Path, Path.GetFileName(source)));
        return copy;
    }
}

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("musubi-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
