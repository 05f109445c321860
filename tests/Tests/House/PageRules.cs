using System.Text.RegularExpressions;

namespace Musubi.Tests.House;

/// <summary>The pages that a newcomer reads: present, short, and true where a test can tell.</summary>
internal static partial class PageRules
{
    private const int ReadmeLines = 40;
    private const int OnePage = 60;
    private const string TestCommand = "dotnet run build.cs test";
    private const string Decisions = "docs/decisions";

    private static readonly HashSet<string> Root = new(StringComparer.Ordinal)
    {
        "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "LICENSE", "build.cs", "global.json", "Musubi.slnx",
        "NuGet.config", "Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt",
        ".editorconfig", ".gitattributes", ".gitignore",
    };

    private static readonly string[] Lifecycles = ["card", "link", "act"];

    public static readonly HouseRule[] All =
    [
        new("Every project has a README of at most 40 lines", ProjectReadmes,
            FileSet.Planted(
                ("src/Chip/Chip.csproj", ""),
                ("src/Chip/README.md", "# Chip\nBoth ends of the card conversation."),
                ("src/Counter/Counter.csproj", ""),
                ("src/Counter/README.md", string.Join('\n', Enumerable.Repeat("words", ReadmeLines + 1)))),
            Found: "src/Counter/README.md:41"),
        new("A decision is one page with what became easier and what harder", DecisionPages,
            FileSet.Planted(
                ($"{Decisions}/README.md", "[one](0001-one.md) [two](0002-two.md)"),
                ($"{Decisions}/0001-one.md", "# One\n## Easier\n## Harder"),
                ($"{Decisions}/0002-two.md", "# Two\n## Easier")),
            Found: $"{Decisions}/0002-two.md:0"),
        new("Every decision stands in the index", DecisionIndex,
            FileSet.Planted(
                ($"{Decisions}/README.md", "[one](0001-one.md)"),
                ($"{Decisions}/0001-one.md", ""),
                ($"{Decisions}/0002-two.md", "")),
            Found: $"{Decisions}/0002-two.md:0"),
        new("Card, link and act have a page of their life", LifecyclePages,
            FileSet.Planted(("docs/lifecycle/card.md", "# Card"), ("docs/lifecycle/link.md", "# Link")),
            Found: "docs/lifecycle/act.md:0"),
        new("Every link between pages leads somewhere", LinksLead,
            FileSet.Planted(
                ("README.md", "[how](docs/how.md#first) [out](https://example.org)\n[gone](docs/gone.md)"),
                ("docs/how.md", "[back](../README.md) [folder](../docs/)")),
            Found: "README.md:2"),
        new("The root holds the house and no stray notes", RootIsTidy,
            FileSet.Planted(("README.md", ""), ("Musubi.slnx", ""), ("NOTE.md", "remember")),
            Found: "NOTE.md:0"),
        new("CI runs what the README says", CiRunsTheReadme,
            FileSet.Planted(
                ("README.md", $"    {TestCommand}"),
                (".ci/run", $"#!/usr/bin/env bash\nset -e\ncd here\n{TestCommand} --quick")),
            Found: ".ci/run:4"),
        new("Borrowed test vectors name their source and licence", VectorsNameTheirSource,
            FileSet.Planted(
                ("testkit/pace/case.json", "{}"),
                ("testkit/pace/README.md", "Source: TR-03110 worked example. Licence: facts only."),
                ("testkit/tlv/case.json", "{}"),
                ("testkit/tlv/README.md", "Some cases.")),
            Found: "testkit/tlv/README.md:0"),
    ];

    [GeneratedRegex(@"(\]\(|(src|href)="")(?<target>[^)\s""]+)", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link { get; }

    private static IEnumerable<Breach> ProjectReadmes(FileSet files)
    {
        foreach (var project in files.Projects.Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal)))
        {
            var path = $"{project.Folder}/README.md";
            if (files.Find(path) is not { } readme)
                yield return new Breach(path, 0, "what is this project, where does one start, whom does it trust?");
            else if (readme.Lines.Length > ReadmeLines)
                yield return readme.Breach(ReadmeLines + 1, $"{readme.Lines.Length} lines");
        }
    }

    private static IEnumerable<Breach> DecisionPages(FileSet files)
    {
        foreach (var page in DecisionFiles(files))
        {
            var complete = page.Text.StartsWith("# ", StringComparison.Ordinal)
                && page.Text.Contains("\n## Easier", StringComparison.Ordinal)
                && page.Text.Contains("\n## Harder", StringComparison.Ordinal);
            if (!complete || page.Lines.Length > OnePage)
                yield return page.Breach(0, $"a title, Easier and Harder within {OnePage} lines");
        }
    }

    private static IEnumerable<Breach> DecisionIndex(FileSet files)
    {
        var index = files.Find($"{Decisions}/README.md")?.Text ?? "";
        return from page in DecisionFiles(files)
               where !index.Contains($"({System.IO.Path.GetFileName(page.Path)})", StringComparison.Ordinal)
               select page.Breach(0, $"is not in {Decisions}/README.md");
    }

    private static IEnumerable<HouseFile> DecisionFiles(FileSet files) =>
        files.Under(Decisions).Where(file => file.Name is not "README");

    private static IEnumerable<Breach> LifecyclePages(FileSet files) =>
        from thing in Lifecycles
        let path = $"docs/lifecycle/{thing}.md"
        where files.Find(path) is null
        select new Breach(path, 0, "its states and their only exits, before any code");

    private static IEnumerable<Breach> LinksLead(FileSet files) =>
        from page in files.All
        where page.Path.EndsWith(".md", StringComparison.Ordinal)
        from line in page.Lines.Index()
        from Match link in Link.Matches(line.Item)
        let target = link.Groups["target"].Value.Split('#')[0]
        where target.Length > 0 && !target.Contains(':', StringComparison.Ordinal) && !Exists(files, page, target)
        select page.Breach(line.Index + 1, $"{target} is not there");

    private static bool Exists(FileSet files, HouseFile page, string target)
    {
        var folders = new Stack<string>(page.Folder.Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "."))
        {
            if (part != "..")
                folders.Push(part);
            else if (!folders.TryPop(out _))
                return false;
        }
        var path = string.Join('/', folders.Reverse());
        return files.Find(path) is not null || files.HasFolder(path);
    }

    private static IEnumerable<Breach> RootIsTidy(FileSet files) =>
        from file in files.All
        where !file.Path.Contains('/', StringComparison.Ordinal) && !Root.Contains(file.Path)
        select file.Breach(0, "belongs into a folder, or into the list of this rule");

    private static IEnumerable<Breach> CiRunsTheReadme(FileSet files)
    {
        var readme = files.Find("README.md")?.Lines ?? [];
        if (!readme.Any(line => line.Trim().StartsWith(TestCommand, StringComparison.Ordinal)))
            yield return new Breach("README.md", 0, $"does not say: {TestCommand}");
        var script = files.Find(".ci/run") ?? new HouseFile(".ci/run", "", 0);
        foreach (var (index, line) in script.Lines.Index())
        {
            var isSetting = line.Length == 0 || line[0] == '#' || line.Split(' ')[0] is "set" or "cd";
            if (!isSetting && line != TestCommand)
                yield return script.Breach(index + 1, $"CI runs exactly: {TestCommand}");
        }
        if (!script.Text.Contains(TestCommand, StringComparison.Ordinal))
            yield return script.Breach(0, $"does not run: {TestCommand}");
    }

    private static IEnumerable<Breach> VectorsNameTheirSource(FileSet files)
    {
        var folders = files.Under("testkit").Select(file => file.Path.Split('/')).Where(parts => parts.Length > 2);
        foreach (var folder in folders.Select(parts => $"{parts[0]}/{parts[1]}").Distinct(StringComparer.Ordinal))
        {
            var readme = files.Find($"{folder}/README.md");
            if (readme is null || !SaysAny(readme, "Source", "Origin") || !SaysAny(readme, "Licence", "Apache-2.0"))
                yield return new Breach($"{folder}/README.md", 0, "where are these from, under which licence?");
        }
    }

    private static bool SaysAny(HouseFile page, params string[] words) =>
        words.Any(word => page.Text.Contains(word, StringComparison.OrdinalIgnoreCase));
}
