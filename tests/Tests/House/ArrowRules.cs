using System.Text.RegularExpressions;

namespace Musubi.Tests.House;

/// <summary>Who may know whom. ARCHITECTURE.md draws these arrows; the compiler holds what the projects say.</summary>
internal static partial class ArrowRules
{
    /// <summary>What each project may reference; tests/ may reference everything in src/.</summary>
    private static readonly Dictionary<string, string> Arrows = new(StringComparer.Ordinal)
    {
        ["Vocabulary"] = "",
        ["Chip"] = "",
        ["TransparencyLog"] = "",
        ["Registers"] = "Vocabulary",
        ["Linkage"] = "Vocabulary",
        ["Access"] = "Vocabulary Registers Chip TransparencyLog",
        ["Counter"] = "Vocabulary Registers Linkage Access Chip TransparencyLog",
        ["Corrections"] = "Vocabulary Registers Linkage Access TransparencyLog",
        ["Parity"] = "Vocabulary",
        ["Wallet"] = "Vocabulary Access",
        ["Population"] = "Vocabulary Registers Chip",
        ["Office"] = "Vocabulary Chip TransparencyLog Registers Linkage Access Counter Corrections Parity Wallet "
            + "Population",
        ["Cli"] = "Vocabulary Registers Chip TransparencyLog Linkage Access Parity Population",
    };

    /// <summary>Libraries that stay behind the projects which wrap them.</summary>
    private static readonly (string Using, string Homes, string Why)[] Libraries =
    [
        ("Microsoft.Data.Sqlite", "Registers Access Counter Corrections", "SQL stays in the stores"),
        ("Npgsql", "Registers Access Counter Corrections", "SQL stays in the stores"),
        ("Dapper", "Registers Access Counter Corrections", "SQL stays in the stores"),
        ("Org.BouncyCastle", "Chip TransparencyLog", "cryptography stays in its protocol"),
        ("Net.Pkcs11Interop", "Access", "keys stay behind their seam"),
        ("Microsoft.AspNetCore", "Office", "only the deployable knows HTTP"),
    ];

    public static readonly HouseRule[] All =
    [
        new("Project references follow the arrows", ReferencesFollowArrows,
            FileSet.Planted(
                ("src/Counter/Counter.csproj", "<ProjectReference Include=\"../Chip/Chip.csproj\" />"),
                ("src/Chip/Chip.csproj", "<Project>\n<ProjectReference Include=\"../Linkage/Linkage.csproj\" />")),
            Found: "src/Chip/Chip.csproj:2"),
        new("Nothing in src knows the tests", NoTestsInSource,
            FileSet.Planted(("src/Cli/Cli.csproj", "<ProjectReference Include=\"../../tests/Tests/Tests.csproj\" />")),
            Found: "src/Cli/Cli.csproj:1"),
        new("A library stays behind the project that wraps it", LibrariesStayHome,
            FileSet.Planted(
                ("src/Registers/Store.cs", "using Dapper;"),
                ("src/Office/Desk.cs", "using System;\nusing Dapper;")),
            Found: "src/Office/Desk.cs:2"),
    ];

    [GeneratedRegex(@"ProjectReference Include=""(?<path>[^""]+)""", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference { get; }

    private static IEnumerable<Breach> ReferencesFollowArrows(FileSet files)
    {
        foreach (var project in files.Projects.Where(InSource))
        {
            if (!Arrows.TryGetValue(project.Name, out var allowed))
            {
                yield return project.Breach(0, "is not one of the thirteen projects");
                continue;
            }
            foreach (var (line, target) in References(project))
            {
                var name = System.IO.Path.GetFileNameWithoutExtension(target);
                if (!allowed.Split(' ').Contains(name, StringComparer.Ordinal))
                    yield return project.Breach(line, $"{project.Name} must not know {name}");
            }
        }
    }

    private static IEnumerable<Breach> NoTestsInSource(FileSet files) =>
        from project in files.Projects.Where(InSource)
        from reference in References(project)
        where reference.Target.Contains("tests/", StringComparison.Ordinal)
        select project.Breach(reference.Line, $"references {reference.Target}");

    private static IEnumerable<Breach> LibrariesStayHome(FileSet files) =>
        from library in Libraries
        from file in files.CodeAndPages
        where file.Path.StartsWith("src/", StringComparison.Ordinal)
            && !library.Homes.Split(' ').Contains(file.Path.Split('/')[1], StringComparer.Ordinal)
        from line in file.Lines.Index()
        where line.Item.Contains($"using {library.Using}", StringComparison.Ordinal)
        select file.Breach(line.Index + 1, $"{library.Using}: {library.Why} ({library.Homes})");

    private static bool InSource(HouseFile file) => file.Path.StartsWith("src/", StringComparison.Ordinal);

    private static IEnumerable<(int Line, string Target)> References(HouseFile project) =>
        from line in project.Lines.Index()
        let match = Reference.Match(line.Item)
        where match.Success
        select (line.Index + 1, match.Groups["path"].Value);
}
