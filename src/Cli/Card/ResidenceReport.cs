using System.Collections.Immutable;
using System.Globalization;
using Musubi.Chip;
using Musubi.Chip.Applications.Residence;
using Spectre.Console;

namespace Musubi.Cli.Card;

/// <summary>What a residence card or special permanent resident certificate says.</summary>
internal sealed class ResidenceReport(CardReading reading)
{
    private const string Right = "the card number printed on it: --number";

    private static readonly string[] Names =
    [
        "Card number", "Card expiry", "Birth date", "Sex", "Nationality or region", "Status of residence",
        "Period of stay", "End of stay", "Permission", "Work", "Activity permission", "Application pending", "Note",
        "Name", "Address", "Face",
    ];

    public async Task<CardReport> Read(
        ICardChannel card, string kind, string from, ProgressTask bar, CancellationToken cancel)
    {
        if (reading.Number is not { } number) return Closed(kind, from, Right, wrongInput: false);
        var trust = new ResidenceTrust(reading.Trust.ResidenceAuthority, reading.Time);
        var outcome = await ResidenceCardReader.Read(card, number, trust, new Bar(bar), cancel);
        return outcome is ResidenceReadOutcome.Complete complete
            ? new(kind, from, [new("Residence", Fields(complete.Reading), Issuer(complete.Reading))])
            : Closed(kind, from, Sentence(((ResidenceReadOutcome.Failed)outcome).Reason), wrongInput: true);
    }

    private static CardReport Closed(string kind, string from, string why, bool wrongInput) => new(
        kind, from, [new("Residence", [.. Names.Select(name =>
            wrongInput ? new ReportField(name, null, why) : ReportField.Needs(name, why))])], wrongInput);

    private string Issuer(ResidenceCardReading card) => reading.Trust.Sentence(card.Signature)
        + ". Card number, address, permissions and note are signed by nobody";

    private static ImmutableArray<ReportField> Fields(ResidenceCardReading card) =>
    [
        new("Card number", card.CardNumber),
        new("Card expiry", Day(card.CardExpiry)),
        new("Birth date", card.BirthDate),
        new("Sex", card.Sex),
        new("Nationality or region", card.Nationality),
        new("Status of residence", card.Status),
        new("Period of stay", card.Period),
        new("End of stay", Day(card.StayUntil)),
        new("Permission", $"{card.PermissionType} {Day(card.PermissionDate)}"),
        new("Work", card.Work),
        new("Activity permission", card.Permission is { } permission
            ? $"{permission.Comprehensive} until {Day(permission.Until)}"
                + (permission.Individual ? ", individual permission too" : "")
            : "-"),
        new("Application pending", card.ApplicationPending ? "yes" : "no"),
        new("Note", card.Note.Text.Length == 0 ? "-" : card.Note.Text),
        ReportField.Image("Name", card.NameImage.AsSpan()),
        ReportField.Image("Address", card.AddressImage.AsSpan()),
        ReportField.Image("Face", card.Face.AsSpan()),
    ];

    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-";

    private static string Sentence(ResidenceReadFailure reason) => reason switch
    {
        ResidenceReadFailure.NotACardNumber => "this is no card number: it has the form AA12345678BB",
        ResidenceReadFailure.WrongNumber => "wrong card number: it is not the one printed on this card; nothing locks",
        ResidenceReadFailure.NotThisKindOfCard => "no residence card of type 05 or 06",
        ResidenceReadFailure.CardProofWrong => "the card does not know its own number: it is not what it looks like",
        ResidenceReadFailure.Refused => "the card refused a step that a genuine one allows",
        ResidenceReadFailure.Malformed => "a file is not in the form of the specification",
    };

    private sealed class Bar(ProgressTask task) : IProgress<ReadingProgress>
    {
        public void Report(ReadingProgress value) => task.Value = task.MaxValue * value.Done / value.Total;
    }
}
