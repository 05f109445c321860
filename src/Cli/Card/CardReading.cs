using System.Collections.Immutable;
using Musubi.Chip.Applications.Text;
using Musubi.Chip.Readers;
using Musubi.Chip.Readers.Pcsc;
using Musubi.Vocabulary;
using Spectre.Console;

namespace Musubi.Cli.Card;

/// <summary>One reading of whatever card lies there.</summary>
/// <param name="Trust">Whose signatures count.</param>
/// <param name="Numbers">What was read off the card's face; on a specified card there are two.</param>
/// <param name="Pin">Of the text application, or null.</param>
/// <param name="Law">Folder of the jurisdiction; null finds Japan's.</param>
/// <param name="Language">Of the sentences about protected fields.</param>
/// <param name="Time">For the validity of certificates.</param>
internal sealed record CardReading(
    ReaderTrust Trust, ImmutableArray<string> Numbers, string? Pin, string? Law, Language Language, TimeProvider Time)
{
    /// <summary>The number of a card on which only one is printed, or null.</summary>
    public string? Number => Numbers.IsEmpty ? null : Numbers[0];

    /// <summary>The report, null for a card that is not ours, or why there is no card.</summary>
    public async Task<PcscResult<CardReport?>> Run(CardSource source, ProgressTask progress, CancellationToken cancel)
    {
        // 1. What is it? 2. A fresh conversation: recognising leaves applications selected.
        var first = await source.Connect(cancel);
        if (first.Refusal is { } refusal) return refusal;
        var kind = await CardRecognition.Recognise(first.Value, cancel);
        progress.Value = progress.MaxValue / 10;
        var connected = await source.Connect(cancel);
        if (connected.Refusal is { } gone) return gone;
        var card = connected.Value;
        var report = kind switch
        {
            RecognisedCard.Unknown => null,
            RecognisedCard.ResidenceCard => await ResidenceCard("Residence card (05)"),
            RecognisedCard.SpecialPermanentResidentCertificate =>
                await ResidenceCard("Special permanent resident certificate (06)"),
            RecognisedCard.MyNumberCard => await NumberCard(source, progress, cancel),
            RecognisedCard.MergedCard => await MergedCard(source, progress, cancel),
            RecognisedCard.SpecifiedResidenceCard => await SpecifiedCard("Specified residence card (07)"),
            RecognisedCard.SpecifiedSpecialPermanentResidentCertificate =>
                await SpecifiedCard("Specified special permanent resident certificate (08)"),
        };
        progress.Value = progress.MaxValue;
        return new PcscResult<CardReport?>(report);

        async Task<CardReport> ResidenceCard(string name)
        {
            var residence = new ResidenceReport(this);
            var part = await residence.Read(card, Number, progress, cancel);
            return new(name, source.Name, [part], residence.WrongInput);
        }

        async Task<CardReport> SpecifiedCard(string name)
        {
            // Two numbers are printed on it: twelve characters open the one side, fourteen digits the other.
            var residence = new ResidenceReport(this);
            var part = await residence.Read(card, Numbers.FirstOrDefault(one => !IsNumberB(one)), progress, cancel);
            var number = new NumberCardReport(this);
            var parts = await number.Read(card, Numbers.FirstOrDefault(IsNumberB), progress, cancel);
            return new(name, source.Name, [part, .. parts], residence.WrongInput || number.WrongInput);
        }

        async Task<CardReport> NumberCard(CardSource from, ProgressTask bar, CancellationToken stop)
        {
            var number = new NumberCardReport(this);
            var parts = await number.Read(card, Number, bar, stop);
            return new("My Number card", from.Name, parts, number.WrongInput);
        }

        async Task<CardReport> MergedCard(CardSource from, ProgressTask bar, CancellationToken stop)
        {
            var merged = new MergedReport(this);
            var parts = await merged.Read(card, stop);
            bar.Value = bar.MaxValue / 2;
            // Number B is not printed on a merged card: its number is the CAN.
            var number = new NumberCardReport(this);
            ImmutableArray<ReportPart> all = [.. parts, .. await number.Read(card, null, bar, stop)];
            return new("Merged card", from.Name, all, merged.WrongInput || number.WrongInput);
        }
    }

    private static bool IsNumberB(string number) => number.Length == NumberB.Length && number.All(char.IsAsciiDigit);
}
