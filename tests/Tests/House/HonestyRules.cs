using System.Text.RegularExpressions;

namespace Musubi.Tests.House;

/// <summary>Nothing pretends to be finished, swallows a fault or depends on one person's machine.</summary>
internal static partial class HonestyRules
{
    private const string DefaultSource = "https://api.nuget.org/v3/index.json";

    public static readonly HouseRule[] All =
    [
        // The words are broken in two so that this file keeps its own rule.
        new("Nothing is left to do in the code", NothingUnfinished,
            FileSet.Planted(("src/Chip/Later.cs", "int ready;\n// TO" + "DO: the rest")),
            Found: "src/Chip/Later.cs:2"),
        new("No catch swallows a fault", NoEmptyCatch,
            FileSet.Planted(
                ("src/Chip/Says.cs", "catch (IOException fault)\n{\n    throw new ChipException(fault);\n}"),
                ("src/Chip/Reasons.cs", "catch (IOException)\n{\n    // the next open repairs it\n}"),
                ("src/Chip/Swallows.cs", "try { }\ncat" + "ch (Exception)\n{\n    // never mind\n}")),
            Found: "src/Chip/Swallows.cs:2"),
        new("A switched-off warning says why", ReasonedPragmas,
            FileSet.Planted(
                ("src/Chip/Why.cs", "#pragma warning disable CA5358 // TR-03110 prescribes ECB here"),
                ("src/Chip/Off.cs", "#pragma warning" + " disable CA5358")),
            Found: "src/Chip/Off.cs:1"),
        new("No path of one machine is written down", NoMachinePaths,
            FileSet.Planted(
                ("docs/how.md", "see [the design](ARCHITECTURE.md) and /usr/bin/chromium"),
                ("src/Cli/Out.cs", "var folder = \"/ho" + "me/mei/cards\";")),
            Found: "src/Cli/Out.cs:1"),
        new("Packages come from the public default and nowhere else", OnlyDefaultSource,
            FileSet.Planted(
                ("NuGet.config", $"<add key=\"nuget.org\" value=\"{DefaultSource}\" />\n"
                    + "<add key=\"own\" value=\"https://packages.example/index.json\" />")),
            Found: "NuGet.config:2"),
        new("A lock file names no address", LockFilesWithoutAddress,
            FileSet.Planted(("src/Chip/packages.lock.json", "{\n\"resolved\": \"ht" + "tp://somewhere/a.nupkg\"")),
            Found: "src/Chip/packages.lock.json:2"),
    ];

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX|NotImplementedException)\b", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unfinished { get; }

    [GeneratedRegex(@"\bcatch\b\s*(\([^)]*\))?\s*(when\s*\([^{]*\))?\s*\{(\s|//[^\n]*\n)*\}",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EmptyCatch { get; }

    [GeneratedRegex(@"(?<![\w.])(/home/|/root/|/tmp/|/work/|/mnt/|/Users/|[A-Z]:\\)", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex MachinePath { get; }

    private static IEnumerable<Breach> NothingUnfinished(FileSet files) =>
        Matches(files.CodeAndPages.Where(file => !IsThisFile(file)), Unfinished, "finish it or file an issue");

    // One exact exception with its reason may be passed over; everything at once, or without a word, may not.
    private static IEnumerable<Breach> NoEmptyCatch(FileSet files) =>
        from file in files.CodeAndPages
        from Match match in EmptyCatch.Matches(file.Text)
        let isExact = match.Value.Contains('(', StringComparison.Ordinal)
            && !match.Value.Contains("(Exception", StringComparison.Ordinal)
        where !isExact || !match.Value.Contains("//", StringComparison.Ordinal)
        select file.Breach(file.Text.AsSpan(0, match.Index).Count('\n') + 1, "a caught fault is answered or passed on");

    private static IEnumerable<Breach> ReasonedPragmas(FileSet files) =>
        from file in files.CodeAndPages
        where !IsThisFile(file)
        from line in file.Lines.Index()
        where line.Item.Contains("#pragma warning disable", StringComparison.Ordinal)
            && !line.Item.Contains("//", StringComparison.Ordinal)
        select file.Breach(line.Index + 1, "add // and the reason");

    private static IEnumerable<Breach> NoMachinePaths(FileSet files) =>
        Matches(files.All.Where(file => !IsThisFile(file)), MachinePath, "use a path relative to the repository");

    private static IEnumerable<Breach> OnlyDefaultSource(FileSet files) =>
        from file in files.All
        where file.Path.EndsWith("NuGet.config", StringComparison.OrdinalIgnoreCase)
        from line in file.Lines.Index()
        where line.Item.Contains("://", StringComparison.Ordinal)
            && !line.Item.Contains($"\"{DefaultSource}\"", StringComparison.Ordinal)
        select file.Breach(line.Index + 1, "another package source");

    private static IEnumerable<Breach> LockFilesWithoutAddress(FileSet files) =>
        from file in files.All
        where file.Path.EndsWith("packages.lock.json", StringComparison.Ordinal)
        from line in file.Lines.Index()
        where line.Item.Contains("://", StringComparison.Ordinal)
        select file.Breach(line.Index + 1, "where a package came from is not ours to write down");

    private static IEnumerable<Breach> Matches(IEnumerable<HouseFile> files, Regex pattern, string advice) =>
        from file in files
        from line in file.Lines.Index()
        let match = pattern.Match(line.Item)
        where match.Success
        select file.Breach(line.Index + 1, $"{match.Value}: {advice}");

    // Its patterns and examples are the forbidden things themselves.
    private static bool IsThisFile(HouseFile file) =>
        file.Path.EndsWith("House/HonestyRules.cs", StringComparison.Ordinal);
}
