using System.Collections.Immutable;
using System.Globalization;
using Musubi.Chip;
using Musubi.Chip.Applications.Residence;
using Spectre.Console;

namespace Musubi.Cli.Card;

/// <summary>What a residence card or special permanent resident certificate says, of its own or specified.</summary>
internal sealed class ResidenceReport(CardReading reading)
{
    private const string Application = "Residence";
    private const string Right = "the card number printed on it: --number";

    private static readonly string[] Names =
    [
        "Card number", "Card expiry", "Birth date", "Sex", "Nationality or region", "Status of residence",
        "Period of stay", "End of stay", "Permission", "Work", "Activity permission", "Application pending", "Note",
        "Name", "Address", "Face",
    ];

    /// <summary>The number that was given is not this card's, or this reader may not read it.</summary>
    public bool WrongInput { get; private set; }

    public async Task<ReportPart> Read(
        ICardChannel card, string? number, ProgressTask bar, CancellationToken cancel)
    {
        if (number is null) return new(Application, [.. Names.Select(name => ReportField.Needs(name, Right))]);
        var trust = new ResidenceTrust(reading.Trust.ResidenceAuthority, reading.Time, reading.Trust.Delivery);
        var outcome = await ResidenceCardReader.Read(card, number, trust, new Bar(bar), cancel);
        if (outcome is ResidenceReadOutcome.Complete complete)
            return new(Application, Fields(complete.Reading), Issuer(complete.Reading));
        WrongInput = true;
        var why = Sentence(((ResidenceReadOutcome.Failed)outcome).Reason);
        return new(Application, [.. Names.Select(name => new ReportField(name, null, why))]);
    }

    private string Issuer(ResidenceCardReading card) => reading.Trust.Sentence(card.Signature)
        + ". Card number, address, permissions and note are signed by nobody";

    private static ImmutableArray<ReportField> Fields(ResidenceCardReading card) =>
    [
        new("Card number", card.CardNumber),
        new("Card expiry", Day(card.CardExpiry)),
        new("Birth date", card.BirthDate),
        new("Sex", card.Sex switch
        {
            "1" => "1 (male)",
            "2" => "2 (female)",
            "3" => "3 (unspecified)",
            var other => other,
        }),
        new("Nationality or region", card.Nationality),
        new("Status of residence", card.Status),
        new("Period of stay", card.Period),
        new("End of stay", Day(card.StayUntil)),
        new("Permission", card.PermissionType.Length == 0 ? "-" : $"{card.PermissionType} {Day(card.PermissionDate)}"),
        new("Work", card.Work switch
        {
            "1" => "1 (no restriction)",
            "2" => "2 (within the status)",
            "4" => "4 (as designated)",
            "9" => "9 (not permitted)",
            "" => "-",
            var other => other,
        }),
        new("Activity permission", card.Permission is { } permission
            ? Sentence(permission)
            : "-"),
        new("Application pending", card.ApplicationPending ? "yes" : "no"),
        new("Note", card.Note.Text.Length == 0 ? "-" : card.Note.Text),
        ReportField.Image("Name", card.NameImage.AsSpan()),
        ReportField.Image("Address", card.AddressImage.AsSpan()),
        ReportField.Image("Face", card.Face.AsSpan()),
    ];

    private static string Sentence(ResidenceActivityPermission permission)
    {
        var comprehensive = permission.Comprehensive switch
        {
            "0" => "0 (no comprehensive one)",
            "1" => $"1 (28 hours a week) until {Day(permission.Until)}",
            "2" => $"2 (28 hours a week, education) until {Day(permission.Until)}",
            var other => other,
        };
        return comprehensive + (permission.Individual ? ", and an individual one" : "");
    }

    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-";

    private static string Sentence(ResidenceReadFailure reason) => reason switch
    {
        ResidenceReadFailure.NotACardNumber => "this is no card number: it has the form AA12345678BB",
        ResidenceReadFailure.WrongNumber => "wrong card number: it is not the one printed on this card; nothing locks",
        ResidenceReadFailure.NotThisKindOfCard => "no residence card of type 05 to 08",
        ResidenceReadFailure.DeliveryKeyNeeded =>
            "a specified card is read under the delivery key that its issuer publishes: name its folder with --trust",
        ResidenceReadFailure.DeliveryKeyNotThisIssuers =>
            "the delivery key in the folder of --trust is not that of this card's issuer",
        ResidenceReadFailure.CardProofWrong => "the card does not know its own number: it is not what it looks like",
        ResidenceReadFailure.Refused => "the card refused a step that a genuine one allows",
        ResidenceReadFailure.Malformed => "a file is not in the form of the specification",
    };

    private sealed class Bar(ProgressTask task) : IProgress<ReadingProgress>
    {
        public void Report(ReadingProgress value) => task.Value = task.MaxValue * value.Done / value.Total;
    }
}
