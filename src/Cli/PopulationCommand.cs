using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Musubi.Population;
using Musubi.Registers;
using Musubi.Vocabulary;
using Spectre.Console;

namespace Musubi.Cli;

/// <summary><c>musubi population make</c>: synthetic residents in both registers.</summary>
internal static class PopulationCommand
{
    private const string DateForm = "yyyy-MM-dd";

    public static Command Create(TimeProvider time)
    {
        var residents = new Option<int>("--residents")
        {
            Description = "How many residents, hand-made ones included.",
            Required = true,
        };
        var seed = new Option<long>("--seed")
        {
            Description = "Any number; the same seed gives the same residents.",
            Required = true,
        };
        var folder = new Option<string>("--out")
        {
            Description = "A new folder for residence.db and number.db.",
            Required = true,
        };
        var asOf = new Option<string?>("--as-of")
        {
            Description = "The day on which all documents are as they are; today if not given.",
        };
        var law = new Option<string?>("--jurisdiction")
        {
            Description = "Folder of the jurisdiction; jurisdictions/japan if not given.",
        };
        var json = new Option<bool>("--json") { Description = "Print the result as one JSON object." };
        residents.Validators.Add(result =>
        {
            // The text itself: asking for the number throws when it is none.
            if (!int.TryParse(result.Tokens.FirstOrDefault()?.Value, CultureInfo.InvariantCulture, out var count)
                || count is < 1 or > Residents.Most)
                result.AddError($"--residents takes a number from 1 to {Residents.Most}.");
        });
        asOf.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !TryParseDay(text, out _))
                result.AddError("--as-of takes a day such as 2026-06-15.");
        });

        var make = new Command("make",
            """
            Makes synthetic residents and fills both registers with them.

            Examples:
              musubi population make --residents 1000 --seed 7 --out demo-data
              musubi population make --residents 100000 --seed 42 --as-of 2026-06-15 --out data --json
            """)
        { residents, seed, folder, asOf, law, json };
        make.SetAction(async (parsed, cancel) =>
        {
            var request = new Request(parsed.GetValue(residents), parsed.GetValue(seed), parsed.GetValue(folder)!,
                parsed.GetValue(law) ?? JurisdictionFolder.Find("japan"));
            DateOnly? today = TryParseDay(parsed.GetValue(asOf), out var day) ? day : null;
            return await Make(request, today, parsed.GetValue(json), time, cancel);
        });
        return new Command("population", "Synthetic residents: nobody in them is real.") { make };
    }

    private static async Task<int> Make(
        Request request, DateOnly? asOf, bool json, TimeProvider time, CancellationToken cancel)
    {
        if (Directory.Exists(request.Out) && Directory.EnumerateFileSystemEntries(request.Out).Any())
        {
            await Console.Error.WriteLineAsync(
                $"musubi: {request.Out} is not empty. Nothing was changed. Name a new or an empty one.");
            return Verbs.ExpectedNo;
        }
        var jurisdiction = Jurisdiction.Load(request.Law);
        var personas = Personas.Load(request.Law);
        if (request.Count < personas.Residents.Length)
        {
            await Console.Error.WriteLineAsync(
                $"musubi: {personas.Residents.Length} hand-made residents come first. Ask for at least as many.");
            return Verbs.WrongUsage;
        }
        var day = asOf ?? jurisdiction.DayOf(time.GetUtcNow());
        var residents = new Residents(jurisdiction, Shape.Load(request.Law, jurisdiction), personas, request.Seed, day);
        var watch = Stopwatch.StartNew();
        await Fill(request, residents, jurisdiction, cancel);
        var made = new Made(request.Count, request.Seed, day.ToString(DateForm, CultureInfo.InvariantCulture),
            request.Out, Math.Round(watch.Elapsed.TotalSeconds, 2),
            Math.Round(Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0));
        if (json) Verbs.WriteJson(made);
        else
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{made.Residents:N0} residents (seed {made.Seed}, as of {made.AsOf}) in {made.Out}: ")
                + string.Create(CultureInfo.InvariantCulture, $"{made.Seconds} s, {made.PeakMb} MB at most."));
        return Verbs.Done;
    }

    /// <summary>Works in a folder beside the wanted one and renames it at the end: a stopped run leaves no half
    /// population under the name that was asked for.</summary>
    private static async Task Fill(
        Request request, Residents residents, Jurisdiction jurisdiction, CancellationToken cancel)
    {
        var target = Path.GetFullPath(request.Out);
        var working = target + ".unfinished";
        if (Directory.Exists(working)) Directory.Delete(working, recursive: true);
        try
        {
            await Verbs.ProgressConsole().Progress()
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(),
                    new RemainingTimeColumn())
                .StartAsync(async display =>
                {
                    var bar = display.AddTask("Filling both registers", maxValue: request.Count);
                    await using var stores = Stores.OpenSqlite(working);
                    await Filling.Fill(stores, residents, request.Count, jurisdiction, new Bar(bar), cancel);
                });
            if (Directory.Exists(target)) Directory.Delete(target);
            Directory.Move(working, target);
        }
        finally
        {
            if (Directory.Exists(working)) Directory.Delete(working, recursive: true);
        }
    }

    private static bool TryParseDay(string? text, out DateOnly day) =>
        DateOnly.TryParseExact(text, DateForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    private sealed record Request(int Count, long Seed, string Out, string Law);

    private sealed record Made(int Residents, long Seed, string AsOf, string Out, double Seconds, double PeakMb);

    private sealed class Bar(ProgressTask task) : IProgress<int>
    {
        public void Report(int value) => task.Value = value;
    }
}
