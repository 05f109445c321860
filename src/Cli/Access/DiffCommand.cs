using System.CommandLine;
using System.Globalization;
using Musubi.Access;
using Musubi.Vocabulary;

namespace Musubi.Cli.Access;

/// <summary><c>musubi access diff</c>: what changed between two lists, in words.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var old = new Argument<string>("OLD") { Description = "The earlier list." };
        var now = new Argument<string>("NEW") { Description = "The later list." };
        var narrow = new Option<bool>("--refuse-wider") { Description = "Ends with 1 when anybody may read more." };
        var (law, language, json) =
            (AccessCommand.JurisdictionOption(), AccessCommand.LanguageOption(), AccessCommand.JsonOption());
        var diff = new Command("diff",
            """
            Says which reader gained or lost which field for which purpose, and plainly what became wider.

            Examples:
              musubi access diff version-1.json version-2.json
              musubi access diff version-1.json version-2.json --language ja-easy
              musubi access diff published.json draft.json --refuse-wider --json
            """)
        { old, now, narrow, law, language, json };
        diff.SetAction(parsed => Run(parsed.GetRequiredValue(old), parsed.GetRequiredValue(now),
            AccessCommand.Law(parsed.GetValue(law)), parsed.GetValue(language), parsed.GetValue(narrow),
            parsed.GetValue(json)));
        return diff;
    }

    private static int Run(
        string oldFile, string newFile, Jurisdiction law, Language language, bool narrow, bool json)
    {
        if (AccessCommand.Read(oldFile, law, out var problems) is not { } old)
            return AccessCommand.Refuse(oldFile, problems, json);
        if (AccessCommand.Read(newFile, law, out problems) is not { } now)
            return AccessCommand.Refuse(newFile, problems, json);
        var diff = AccessListDiff.Between(old, now);
        var words = new DiffWords(law.Card, language);
        var (before, after) = (Narrowness.Of(law.Card, old, old.PublishedOn).Figure,
            Narrowness.Of(law.Card, now, now.PublishedOn).Figure);
        if (json)
        {
            Verbs.WriteJson(new
            {
                from = old.Version,
                to = now.Version,
                headline = Ruby.Plain(words.Headline(diff)),
                wider = diff.Wider.Select(entry => entry.Id),
                narrower = diff.Narrower.Select(entry => entry.Id),
                toWeigh = diff.ToWeigh.Select(entry => entry.Id),
                narrowness = new { before, after },
                changes = diff.Changes.Select(change => new
                {
                    kind = AccessTexts.Key(change.Kind),
                    width = AccessTexts.Key(change.Width),
                    entry = change.Entry.Id,
                    fields = change.Fields,
                    sentence = Ruby.Plain(words.Of(change)),
                }),
            });
        }
        else
        {
            Console.Out.WriteLine(Ruby.Plain(words.Headline(diff)));
            foreach (var line in words.Lines(diff)) Console.Out.WriteLine($"  {Ruby.Plain(line)}");
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"Narrowness {before} → {after} (lower is narrower)."));
        }
        return narrow && !diff.Wider.IsEmpty ? Verbs.ExpectedNo : Verbs.Done;
    }
}
