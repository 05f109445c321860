namespace Musubi.Tests.House;

/// <summary>How long things may be.</summary>
internal static class ShapeRules
{
    private const int UsualLines = 300;
    private const int MostLines = 500;
    private const int LineWidth = 120;

    // A line of markup cannot be broken everywhere: white space between elements shows.
    private const int MarkupWidth = 160;
    private const int MostBytes = 1_000_000;
    private const int VocabularyFiles = 40;
    private const int VocabularyLines = 2_000;

    /// <summary>Files between the two bounds, each with the reason why it is one.</summary>
    private static readonly Dictionary<string, string> LongOnPurpose = new(StringComparer.Ordinal)
    {
        ["build.cs"] = "a file-based app is one file",
        ["src/Registers/Commit/Coordinator.cs"] = "the steps of the commit and the story of each crash, in their order",
        ["tests/Tests/Chip/Eid/EacRulesTests.cs"] = "every rule of the eID card against one country",
    };

    public static readonly HouseRule[] All =
    [
        new("A source file has at most 300 lines, or 500 with a reason", ShortFiles,
            FileSet.Planted(
                ("build.cs", Lines(UsualLines + 1)),
                ("src/Chip/Fine.cs", Lines(UsualLines)),
                ("src/Chip/Long.cs", Lines(UsualLines + 1))),
            Found: "src/Chip/Long.cs:301"),
        new("A line has at most 120 characters, in markup 160", NarrowLines,
            FileSet.Planted(("src/Chip/Wide.cs", "ok\n" + new string('x', LineWidth + 1))),
            Found: "src/Chip/Wide.cs:2"),
        new("No file is over a megabyte", SmallFiles,
            new FileSet([new HouseFile("docs/screens/big.png", "", MostBytes + 1)]),
            Found: "docs/screens/big.png:0"),
        new("Vocabulary stays small", SmallVocabulary,
            FileSet.Planted([.. Enumerable.Range(0, 41).Select(n => ($"src/Vocabulary/Word{n}.cs", "one line"))]),
            Found: "src/Vocabulary:0"),
    ];

    private static IEnumerable<Breach> ShortFiles(FileSet files)
    {
        foreach (var file in files.CodeAndPages)
        {
            var bound = LongOnPurpose.ContainsKey(file.Path) ? MostLines : UsualLines;
            if (file.Lines.Length > bound)
                yield return file.Breach(bound + 1, $"{file.Lines.Length} lines; split it by what changes together");
        }
        foreach (var (path, reason) in LongOnPurpose)
        {
            if (files.Find(path) is { } file && file.Lines.Length <= UsualLines)
                yield return file.Breach(0, $"needs no exception any more ({reason})");
        }
    }

    private static IEnumerable<Breach> NarrowLines(FileSet files) =>
        from file in files.CodeAndPages
        from line in file.Lines.Index()
        where line.Item.Length > (Path.GetExtension(file.Path) is ".razor" ? MarkupWidth : LineWidth)
        select file.Breach(line.Index + 1, $"{line.Item.Length} characters");

    private static IEnumerable<Breach> SmallFiles(FileSet files) =>
        files.All.Where(file => file.Bytes > MostBytes).Select(file => file.Breach(0, $"{file.Bytes} bytes"));

    private static IEnumerable<Breach> SmallVocabulary(FileSet files)
    {
        var code = files.Under("src/Vocabulary").Intersect(files.Code).ToArray();
        var lines = code.Sum(file => file.Lines.Count(line => !string.IsNullOrWhiteSpace(line)));
        if (code.Length > VocabularyFiles || lines > VocabularyLines)
            yield return new Breach("src/Vocabulary", 0, $"{code.Length} files with {lines} lines that are not blank");
    }

    private static string Lines(int count) => string.Join('\n', Enumerable.Repeat("x", count));
}
