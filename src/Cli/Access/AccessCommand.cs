using System.Collections.Immutable;
using System.CommandLine;
using Musubi.Vocabulary;

namespace Musubi.Cli.Access;

/// <summary><c>musubi access</c>: what anybody can check about an access list, and what its publishers do.</summary>
internal static class AccessCommand
{
    public static Command Create(TimeProvider time)
    {
        var access = new Command("access", "The access list: who may read which field, for which purpose.");
        access.Subcommands.Add(LintCommand.Create(time));
        access.Subcommands.Add(DiffCommand.Create());
        access.Subcommands.Add(PublishCommand.Create(time));
        return access;
    }

    public static Option<string?> JurisdictionOption() => new("--jurisdiction")
    {
        Description = "Folder of the jurisdiction whose card the list is about; jurisdictions/japan if not given.",
    };

    public static Option<Language> LanguageOption()
    {
        var option = new Option<Language>("--language")
        {
            Description = $"Language of the sentences: {Language.Shape}; English if not given.",
            DefaultValueFactory = _ => Language.English,
            CustomParser = result =>
            {
                if (Language.TryParse(result.Tokens[0].Value, out var language)) return language;
                result.AddError($"--language takes {Language.Shape}.");
                return default;
            },
        };
        return option;
    }

    public static Option<bool> JsonOption() => new("--json") { Description = "Print the result as one JSON object." };

    public static Jurisdiction Law(string? folder) => Jurisdiction.Load(folder ?? JurisdictionFolder.Find("japan"));

    public static DateOnly Today(Jurisdiction law, TimeProvider time) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), law.TimeZone).DateTime);

    /// <summary>The list of a file; null, and every mistake said, when it is none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static AccessList? Read(string file, Jurisdiction law, out ImmutableArray<string> problems) =>
        AccessList.TryRead(File.ReadAllBytes(file), law.Card, out var list, out problems) ? list : null;

    /// <summary>A file that is no list is an expected no: the sentences say what would be right.</summary>
    public static int Refuse(string file, ImmutableArray<string> problems, bool json)
    {
        if (json) Verbs.WriteJson(new { file, readable = false, problems });
        else
        {
            Console.Out.WriteLine($"{file} is no access list:");
            foreach (var problem in problems) Console.Out.WriteLine($"  {problem}");
        }
        return Verbs.ExpectedNo;
    }
}
