using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Musubi.Counter;
using Musubi.Office.Resident;
using Musubi.Office.Texts;
using Musubi.Vocabulary;
using Route = Musubi.Vocabulary.Route;

namespace Musubi.Office.Hosting;

/// <summary>What every act takes on every route: steps, visits, documents and fee, counted from the same steps that
/// drive the desk. Nothing in it is typed in.</summary>
public static class RouteLedger
{
    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    public static int Write(string path, string jurisdictionFolder, TextWriter errors)
    {
        Jurisdiction law;
        try
        {
            law = Jurisdiction.Load(jurisdictionFolder);
        }
        catch (JurisdictionException wrong)
        {
            foreach (var problem in wrong.Problems) errors.WriteLine(problem);
            return ExitCodes.Fault;
        }
        var today = law.DayOf(TimeProvider.System.GetUtcNow());
        File.WriteAllText(path, JsonSerializer.Serialize(Of(law, today), json) + "\n");
        return ExitCodes.Done;
    }

    internal static Ledger Of(Jurisdiction law, DateOnly day) => new(law.Code, day,
    [
        .. from act in Desk.Kinds
           where law.Services.ContainsKey(act)
           from offered in law.Services[act].Routes
           let burden = Burden.Of(law, act, offered.Route, day)
           select new LedgerRow(act, offered.Route, burden.Visits, burden.Documents,
               burden.Fee?.Amount, burden.Fee?.Currency,
               [.. Steps.Of(act, offered.Route).Select(step =>
                   new LedgerStep(step.Id, step.By, step.Visit, step.Documents))]),
    ]);

    internal sealed record Ledger(string Jurisdiction, DateOnly Day, ImmutableArray<LedgerRow> Routes);

    /// <param name="Fee">Null where no amount is published.</param>
    internal sealed record LedgerRow(
        ActKind Act, Route Route, int Visits, int Documents, int? Fee, string? Currency,
        ImmutableArray<LedgerStep> Steps);

    internal sealed record LedgerStep(StepId Id, StepActor By, int Visit, ImmutableArray<Document> Documents);
}
