using System.Text.RegularExpressions;

namespace Musubi.Tests.House;

/// <summary>What things may be called.</summary>
internal static partial class NameRules
{
    public static readonly HouseRule[] All =
    [
        new("Types carry nouns of the domain, not of programming", DomainNouns,
            FileSet.Planted(
                ("src/Registers/Register.cs", "public sealed class Register;"),
                ("src/Registers/RegisterManager.cs", "namespace Musubi.Registers;\n\npublic class RegisterManager\n{")),
            Found: "src/Registers/RegisterManager.cs:3"),
        new("A namespace begins with the project's", ProjectNamespaces,
            FileSet.Planted(
                ("src/Chip/Tlv/Tag.cs", "namespace Musubi.Chip.Tlv;"),
                ("tests/Tests/Chip/TagTests.cs", "namespace Musubi.Tests.Chip;"),
                ("src/Counter/Renew.cs", "using System;\nnamespace Musubi.Acts;")),
            Found: "src/Counter/Renew.cs:2"),
        new("Every project stands in the solution", InSolution,
            FileSet.Planted(
                ("Musubi.slnx", "<Project Path=\"src/Chip/Chip.csproj\" />"),
                ("src/Chip/Chip.csproj", "<Project/>"),
                ("src/Dead/Dead.csproj", "<Project/>")),
            Found: "src/Dead/Dead.csproj:0"),
    ];

    [GeneratedRegex(
        @"\b(class|record|struct|interface|enum)\s+(?<name>\w+(Manager|Helpers?|Utils?|Utility|Service|Base|Info))\b",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Forbidden { get; }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamespaceLine { get; }

    private static IEnumerable<Breach> DomainNouns(FileSet files) =>
        from file in files.CodeAndPages
        where !file.Path.EndsWith("House/NameRules.cs", StringComparison.Ordinal)
        from line in file.Lines.Index()
        let match = Forbidden.Match(line.Item)
        where match.Success
        select file.Breach(line.Index + 1, $"{match.Groups["name"].Value}: name the thing, not the kind of code");

    private static IEnumerable<Breach> ProjectNamespaces(FileSet files)
    {
        foreach (var file in files.Code.Where(file => file.Path.Count(letter => letter == '/') >= 2))
        {
            var folders = file.Path.Split('/');
            var expected = $"Musubi.{folders[1]}";
            foreach (var (index, line) in file.Lines.Index())
            {
                var match = NamespaceLine.Match(line);
                var name = match.Groups["name"].Value;
                if (match.Success && name != expected && !name.StartsWith(expected + ".", StringComparison.Ordinal))
                    yield return file.Breach(index + 1, $"namespace {name} in the project {expected}");
            }
        }
    }

    private static IEnumerable<Breach> InSolution(FileSet files)
    {
        var solution = files.Find("Musubi.slnx")?.Text ?? "";
        return from project in files.Projects
               where !solution.Contains($"\"{project.Path}\"", StringComparison.Ordinal)
               select project.Breach(0, "is in no solution, so nobody builds it");
    }
}
