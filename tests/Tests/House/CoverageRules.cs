using System.Text.RegularExpressions;

namespace Musubi.Tests.House;

/// <summary>What has several places has all of them: a refusal's texts, a command's page, an act's tests.</summary>
internal static partial class CoverageRules
{
    private const string RefusalCodes = "src/Vocabulary/RefusalCode.cs";
    private const string Texts = "src/Vocabulary/Texts";

    /// <summary>Instruction bytes by the name of ISO 7816-4 and -8; a page in docs/apdu bears that name.</summary>
    private static readonly Dictionary<byte, string> Instructions = new()
    {
        [0x04] = "deactivate",
        [0x20] = "verify",
        [0x22] = "manage-security-environment",
        [0x24] = "change-reference-data",
        [0x2A] = "perform-security-operation",
        [0x2C] = "reset-retry-counter",
        [0x33] = "compare",
        [0x44] = "activate",
        [0x46] = "generate-key-pair",
        [0x82] = "external-authenticate",
        [0x84] = "get-challenge",
        [0x86] = "general-authenticate",
        [0x88] = "internal-authenticate",
        [0xA4] = "select",
        [0xB0] = "read-binary",
        [0xC0] = "get-response",
        [0xD6] = "update-binary",
        [0xDA] = "put-data",
    };

    public static readonly HouseRule[] All =
    [
        new("Every refusal speaks every language", RefusalsSpeak,
            FileSet.Planted(
                (RefusalCodes, "public enum RefusalCode\n{\n    WrongPin = 1001,\n    NoCard = 1005,\n}"),
                ($"{Texts}/refusals.en.json", "{ \"WrongPin\": {}, \"NoCard\": {} }"),
                ($"{Texts}/refusals.ja.json", "{ \"WrongPin\": {} }")),
            Found: $"{Texts}/refusals.ja.json:0"),
        new("Every command has a page in docs/apdu", CommandsHavePages,
            FileSet.Planted(
                ("docs/apdu/select.md", "# SELECT\nINS `A4`"),
                ("src/Chip/Apdu/Ins.cs", "const byte Select = 0xA4;\nconst byte SelectTag = 0x86;\n{ Ins: 0xB0 } =>")),
            Found: "src/Chip/Apdu/Ins.cs:3"),
        new("An act is found by one name in three places", ActsInThreePlaces,
            FileSet.Planted(
                ("src/Counter/Renew.cs", "public static RenewDecision Decide(RenewFacts facts, DateOnly today)"),
                ("src/Office/Counter/RenewPage.razor", ""),
                ("tests/Tests/Counter/MergeTests.cs", "")),
            Found: "src/Counter/Renew.cs:0"),
    ];

    [GeneratedRegex(@"^\s+(?<name>\w+) = (?<number>\d{4}),", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Refusal { get; }

    [GeneratedRegex(@"const byte (?<name>\w+) = 0x(?<ins>[0-9A-F]{2});", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex ByteConstant { get; }

    [GeneratedRegex(@"(Ins: 0x(?<ins>[0-9A-F]{2})\b|\(0x(?<ins>[0-9A-F]{2}), 0x[0-9A-F]{2}, 0x[0-9A-F]{2}\) =>)",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Literal { get; }

    [GeneratedRegex(@"public static [\w<>]+ Decide\(", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Decide { get; }

    private static IEnumerable<Breach> RefusalsSpeak(FileSet files)
    {
        var codes = files.Find(RefusalCodes)?.Lines.Select(line => Refusal.Match(line)).Where(match => match.Success)
            .Select(match => match.Groups["name"].Value).ToArray() ?? [];
        HouseFile[] texts =
            [.. files.Under(Texts).Where(file => file.Name.StartsWith("refusals.", StringComparison.Ordinal))];
        if (codes.Length == 0 || texts.Length == 0)
            yield return new Breach(Texts, 0, "no refusal, or no texts for them");
        foreach (var text in texts)
        {
            foreach (var code in codes.Where(code => !text.Text.Contains($"\"{code}\"", StringComparison.Ordinal)))
                yield return text.Breach(0, $"{code} has no words here");
        }
    }

    private static IEnumerable<Breach> CommandsHavePages(FileSet files) =>
        from file in files.Under("src/Chip")
        from line in file.Lines.Index()
        let ins = InstructionIn(line.Item)
        where ins is not null
            && files.Find($"docs/apdu/{Instructions.GetValueOrDefault(Convert.ToByte(ins, 16), ins)}.md")?.Text
                .Contains($"INS `{ins}`", StringComparison.Ordinal) is not true
        select file.Breach(line.Index + 1, $"INS `{ins}` has no page in docs/apdu that names it");

    // A byte is an instruction where it is matched as one, or when its name says so: 0x86 is also a tag.
    private static string? InstructionIn(string line)
    {
        if (Literal.Match(line) is { Success: true } literal && line.Contains("=>", StringComparison.Ordinal))
            return literal.Groups["ins"].Value;
        var constant = ByteConstant.Match(line);
        if (!constant.Success || !Instructions.TryGetValue(
            Convert.ToByte(constant.Groups["ins"].Value, 16), out var instruction))
            return null;
        // Two uses of an instruction have a name of their own in the card standards.
        var name = constant.Groups["name"].Value.Replace("Instruction", "", StringComparison.Ordinal) switch
        {
            "ComputeDigitalSignature" => "PerformSecurityOperation",
            "MutualAuthenticate" => "ExternalAuthenticate",
            var itself => itself,
        };
        var joined = instruction.Replace("-", "", StringComparison.Ordinal);
        return joined.Equals(name, StringComparison.OrdinalIgnoreCase) ? constant.Groups["ins"].Value : null;
    }

    private static IEnumerable<Breach> ActsInThreePlaces(FileSet files)
    {
        // The acts stand in the project's own folder; what they share stands in folders below it.
        foreach (var act in files.Under("src/Counter").Where(file => Decide.IsMatch(file.Text)))
        {
            if (act.Folder != "src/Counter") continue;
            if (files.Find($"tests/Tests/Counter/{act.Name}Tests.cs") is null)
                yield return act.Breach(0, $"tests/Tests/Counter/{act.Name}Tests.cs is missing");
        }
    }
}
