namespace Musubi.Tests.House;

/// <summary>A file of the repository as the house rules see it; the text of a picture is empty.</summary>
internal sealed record HouseFile(string Path, string Text, long Bytes)
{
    public string[] Lines { get; } = Text.Length == 0 ? [] : Text.TrimEnd('\n').Split('\n');

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public string Folder => System.IO.Path.GetDirectoryName(Path)!.Replace('\\', '/');

    public Breach Breach(int line, string what) => new(Path, line, what);
}

/// <summary>One thing that is not as the house wants it; line 0 speaks of the file as a whole.</summary>
internal sealed record Breach(string Path, int Line, string What)
{
    public string Place => $"{Path}:{Line}";

    public override string ToString() => $"{Place}: {What}";
}

/// <summary>The files of a repository, or of a planted example: rules read nothing else.</summary>
internal sealed class FileSet
{
    private const string SolutionName = "Musubi.slnx";

    private static readonly HashSet<string> NotOurs =
        [".git", ".vs", ".vscode", ".idea", "bin", "obj", "data", "artifacts", "TestResults", "node_modules"];

    private static readonly HashSet<string> TextKinds =
    [
        ".cs", ".razor", ".md", ".json", ".sql", ".css", ".js", ".csproj", ".props", ".slnx", ".config", ".txt",
        ".editorconfig", ".gitignore", ".gitattributes", ".svg", "",
    ];

    private readonly Dictionary<string, HouseFile> _byPath;

    public FileSet(IEnumerable<HouseFile> files) =>
        _byPath = files.ToDictionary(file => file.Path, StringComparer.Ordinal);

    public IEnumerable<HouseFile> All => _byPath.Values;

    public IEnumerable<HouseFile> Code => All.Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal));

    public IEnumerable<HouseFile> CodeAndPages =>
        All.Where(file => System.IO.Path.GetExtension(file.Path) is ".cs" or ".razor");

    public IEnumerable<HouseFile> Projects =>
        All.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal));

    public HouseFile? Find(string path) => _byPath.GetValueOrDefault(path);

    public bool HasFolder(string path) =>
        _byPath.Keys.Any(file => file.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal));

    public IEnumerable<HouseFile> Under(string folder) =>
        All.Where(file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal));

    public static FileSet Planted(params (string Path, string Text)[] files) =>
        new(files.Select(file => new HouseFile(file.Path, file.Text, file.Text.Length)));

    /// <summary>Reads the repository that this test program was built in.</summary>
    public static FileSet OfRepository()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(root.FullName, SolutionName)))
            root = root.Parent ?? throw new DirectoryNotFoundException($"No {SolutionName} above the test program");
        return new FileSet(Walk(root, prefix: ""));
    }

    private static IEnumerable<HouseFile> Walk(DirectoryInfo folder, string prefix)
    {
        foreach (var file in folder.EnumerateFiles())
        {
            var isText = TextKinds.Contains(file.Extension);
            yield return new HouseFile(prefix + file.Name, isText ? File.ReadAllText(file.FullName) : "", file.Length);
        }
        foreach (var inner in folder.EnumerateDirectories().Where(inner => !NotOurs.Contains(inner.Name)))
        {
            foreach (var file in Walk(inner, $"{prefix}{inner.Name}/"))
                yield return file;
        }
    }
}
