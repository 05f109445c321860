using System.Collections.Immutable;
using Musubi.Chip.Readers;
using Musubi.Chip.Readers.Pcsc;
using Spectre.Console;

namespace Musubi.Cli.Card;

/// <summary>One reading of whatever card lies there.</summary>
/// <param name="Trust">Whose signatures count.</param>
/// <param name="Number">What was read off the card's face, or null.</param>
/// <param name="Pin">Of the text application, or null.</param>
/// <param name="Law">Folder of the jurisdiction; null finds Japan's.</param>
/// <param name="Time">For the validity of certificates.</param>
internal sealed record CardReading(
    ReaderTrust Trust, string? Number, string? Pin, string? Law, TimeProvider Time)
{
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
            RecognisedCard.ResidenceCard =>
                await new ResidenceReport(this).Read(card, "Residence card (05)", source.Name, progress, cancel),
            RecognisedCard.SpecialPermanentResidentCertificate => await new ResidenceReport(this)
                .Read(card, "Special permanent resident certificate (06)", source.Name, progress, cancel),
            RecognisedCard.MyNumberCard => await NumberCard(source, progress, cancel),
            RecognisedCard.MergedCard => await MergedCard(source, progress, cancel),
        };
        progress.Value = progress.MaxValue;
        return new PcscResult<CardReport?>(report);

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
}
