using System.CommandLine;
using System.Globalization;
using Musubi.Access;
using Musubi.Vocabulary;

namespace Musubi.Cli.Access;

/// <summary><c>musubi access lint</c>: what is wrong with a list, and what to do about it.</summary>
internal static class LintCommand
{
    public static Command Create(TimeProvider time)
    {
        var file = new Argument<string>("FILE") { Description = "An access list, as published or as a draft." };
        var before = new Option<string?>("--before")
        {
            Description = "The version that it would follow: nothing published may vanish.",
        };
        var strict = new Option<bool>("--strict") { Description = "Warnings too end with 1." };
        var (law, language, json) =
            (AccessCommand.JurisdictionOption(), AccessCommand.LanguageOption(), AccessCommand.JsonOption());
        var lint = new Command("lint",
            """
            Says what is wrong with an access list and what to do. Ends with 1 when it could not be published.

            Examples:
              musubi access lint jurisdictions/japan/access-list.json
              musubi access lint draft.json --before published.json --strict --language ja
            """)
        { file, before, strict, law, language, json };
        lint.SetAction(parsed => Run(
            new Request(parsed.GetRequiredValue(file), parsed.GetValue(before), parsed.GetValue(strict),
                parsed.GetValue(language), parsed.GetValue(json)),
            AccessCommand.Law(parsed.GetValue(law)), time));
        return lint;
    }

    private static int Run(Request request, Jurisdiction law, TimeProvider time)
    {
        if (AccessCommand.Read(request.File, law, out var problems) is not { } list)
            return AccessCommand.Refuse(request.File, problems, request.Json);
        AccessList? before = null;
        if (request.Before is { } earlier && (before = AccessCommand.Read(earlier, law, out problems)) is null)
            return AccessCommand.Refuse(earlier, problems, request.Json);
        var today = AccessCommand.Today(law, time);
        var findings = AccessListLint.Check(list, law.Card, today, before);
        var narrowness = Narrowness.Of(law.Card, list, today);
        var mistakes = findings.Count(finding => finding.Level is FindingLevel.Mistake);
        if (request.Json)
        {
            Verbs.WriteJson(new
            {
                file = request.File,
                readable = true,
                version = list.Version,
                narrowness = narrowness.Figure,
                mistakes,
                warnings = findings.Length - mistakes,
                findings = findings.Select(finding => new
                {
                    level = AccessTexts.Key(finding.Level),
                    code = AccessTexts.Key(finding.Code),
                    path = finding.Path,
                    sentence = Ruby.Plain(finding.In(request.Language, law.Card)),
                }),
            });
        }
        else
        {
            foreach (var finding in findings)
            {
                Console.Out.WriteLine($"{AccessTexts.Key(finding.Level)} {finding.Path}");
                Console.Out.WriteLine($"  {Ruby.Plain(finding.In(request.Language, law.Card))}");
            }
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{list.Entries.Length} entries, {mistakes} mistakes, {findings.Length - mistakes} warnings. ")
                + string.Create(CultureInfo.InvariantCulture, $"Narrowness {narrowness.Figure} on {today:O}."));
        }
        return mistakes > 0 || (request.Strict && !findings.IsEmpty) ? Verbs.ExpectedNo : Verbs.Done;
    }

    private sealed record Request(string File, string? Before, bool Strict, Language Language, bool Json);
}
