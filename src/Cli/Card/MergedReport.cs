using System.Collections.Immutable;
using System.Globalization;
using Musubi.Access;
using Musubi.Chip;
using Musubi.Chip.Applications.Emrtd;
using Musubi.Chip.Pace;
using Musubi.Cli.Access;
using Musubi.Vocabulary;

namespace Musubi.Cli.Card;

/// <summary>What a merged card says: its travel-document application with the CAN, and for every protected field the
/// right and the entries of the published list that would open it.</summary>
internal sealed class MergedReport(CardReading reading)
{
    private const string Travel = "Travel document (eMRTD)";
    private const string CanRight = "the CAN, six digits printed on the card: --number";
    private const string Also = "; ";
    private const int CanLength = 6;

    private static readonly string[] TravelNames =
        ["Document number", "Name", "Nationality or region", "Birth date", "Sex", "Card expiry", "Face"];

    /// <summary>A number that was given is not this card's.</summary>
    public bool WrongInput { get; private set; }

    public async Task<ImmutableArray<ReportPart>> Read(ICardChannel card, CancellationToken cancel)
    {
        var tries = await Pace.PinTriesLeft(card, cancel);
        var travel = reading.Number is { } can ? await ReadTravel(card, can, cancel) : Closed(CanRight, isRight: true);
        return [travel, Protected(tries)];
    }

    private async Task<ReportPart> ReadTravel(ICardChannel card, string can, CancellationToken cancel)
    {
        if (can.Length != CanLength || !can.All(char.IsAsciiDigit))
            return Wrong("this is no CAN: it has six digits; the card was not asked");
        using var password = PacePassword.Can(can);
        var outcome = await Pace.Establish(card, password, cancel: cancel);
        if (outcome is PaceOutcome.Refused refused) return Wrong(Sentence(refused.Reason));
        using var secure = ((PaceOutcome.Established)outcome).Channel;
        var read = await EmrtdReader.Read(secure, reading.Trust.CountrySigners, reading.Time.GetUtcNow(), cancel);
        if (read.Refusal is { } refusal) return Closed($"the card gave nothing: {refusal}", isRight: false);
        var (zone, face) = (read.Value.Mrz, read.Value.Face);
        return new(Travel,
            [
                new("Document number", zone.DocumentNumber),
                new("Name", $"{zone.PrimaryIdentifier} {zone.SecondaryIdentifier}".TrimEnd()),
                new("Nationality or region", zone.Nationality),
                new("Birth date", zone.BirthDate),
                new("Sex", zone.Sex.ToString()),
                new("Card expiry", zone.ExpiryDate),
                ReportField.Image("Face", face.AsSpan()),
            ],
            reading.Trust.Sentence(read.Value.Verdict));
    }

    private ReportPart Protected(int? tries)
    {
        var law = AccessCommand.Law(reading.Law);
        var today = law.DayOf(reading.Time.GetUtcNow());
        var fields =
            from field in law.Card.Fields
            where !field.Merged.Groups.IsEmpty
            let rights = MissingRight.For(law, field, today)
            select new ReportField(
                field.Label.PlainIn(reading.Language), null, string.Join(Also, rights.Select(Needed)))
            {
                Rights = rights,
            };
        var left = new ReportField("Tries left, PIN", tries?.ToString(CultureInfo.InvariantCulture) ?? "not said");
        return new("Protected fields (eID)", [left, .. fields]);
    }

    /// <summary>The right in the words of certificate tools, and the entries that could read with it.</summary>
    private string Needed(MissingRight right)
    {
        var names = string.Join(", ", right.Holders);
        if (reading.Language == Language.English)
            return $"needs a terminal certificate with the right \"{right.Words}\"; " + (names.Length == 0
                ? "no entry of the published list has it"
                : $"entries that have it: {names}");
        return $"権利「{right.Words}」のある端末証明書が必要。" + (names.Length == 0
            ? "公開リストにこの権利のある登録はない"
            : $"この権利のある登録：{names}");
    }

    private ReportPart Wrong(string why)
    {
        WrongInput = true;
        return Closed(why, isRight: false);
    }

    private static ReportPart Closed(string why, bool isRight) => new(Travel, [.. TravelNames.Select(name =>
        isRight ? ReportField.Needs(name, why) : new ReportField(name, null, why))]);

    private static string Sentence(PaceRefusal reason) => reason switch
    {
        PaceRefusal.WrongPassword => "wrong CAN: it is not the one printed on this card",
        PaceRefusal.Suspended or PaceRefusal.Blocked or PaceRefusal.Deactivated => "the card does not take it now",
        PaceRefusal.NotAccepted => "the card takes no CAN here",
        PaceRefusal.NoCommonVariant => "the card speaks no variant of PACE that we speak",
        PaceRefusal.CardNotTrusted => "the card did not know its CAN either: it is not what it looks like",
    };
}
