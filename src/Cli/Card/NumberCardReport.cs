using System.Collections.Immutable;
using System.Globalization;
using Musubi.Chip;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Face;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Text;
using Spectre.Console;

namespace Musubi.Cli.Card;

/// <summary>What the My Number functions say: JPKI, text and face application.</summary>
internal sealed class NumberCardReport(CardReading reading)
{
    private const string NumberBRight = "number B (printed: birth date, year of expiry, security code): --number";
    private const string PinRight = "the text application's PIN: --pin or --pin-fd";
    private static readonly string[] AttributeNames = ["Name", "Address", "Birth date", "Sex"];
    private static readonly string[] FaceNames =
        ["Birth date", "Sex", "Card expiry", "Name", "Address", "Face", "Security code"];

    /// <summary>A PIN or number that was given is not this card's.</summary>
    public bool WrongInput { get; private set; }

    public async Task<ImmutableArray<ReportPart>> Read(
        ICardChannel card, string? numberB, ProgressTask bar, CancellationToken cancel)
    {
        var jpki = await Jpki(card, cancel);
        bar.Increment(bar.MaxValue / 10);
        var text = await Text(card, numberB, cancel);
        bar.Increment(bar.MaxValue / 10);
        var municipality = await FaceApplication.ReadMunicipality(card, cancel);
        if (municipality.Refusal is CardRefusal.NoSuchApplication) return [jpki, text];
        return [jpki, text, await Face(card, numberB, municipality, cancel)];
    }

    private static async Task<ReportPart> Jpki(ICardChannel card, CancellationToken cancel)
    {
        var certificate = await JpkiCard.ReadAuthenticationCertificate(card, cancel);
        var tries = await JpkiCard.TriesLeft(card, cancel);
        var fields = ImmutableArray.CreateBuilder<ReportField>();
        if (certificate.IsGiven)
        {
            using var read = certificate.Value;
            fields.Add(new("Authentication certificate", read.SerialNumber));
            fields.Add(new("Valid until", read.NotAfter.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
            fields.Add(new("Issued by", read.Issuer));
        }
        else
        {
            fields.Add(new("Authentication certificate", null, Sentence(certificate.Refusal!.Value)));
        }
        fields.Add(ReportField.Needs("Signing certificate", "the signing password; this command does not ask for it"));
        if (tries.IsGiven)
        {
            fields.Add(new("Tries left, authentication PIN", Number(tries.Value.Authentication)));
            fields.Add(new("Tries left, signing password", Number(tries.Value.Signing)));
        }
        return new("JPKI", fields.ToImmutable());
    }

    private async Task<ReportPart> Text(ICardChannel card, string? numberB, CancellationToken cancel)
    {
        const string Application = "Text application";
        if (reading.Pin is { } pin)
        {
            var root = reading.Trust.NumberRoot;
            var number = await TextApplication.ReadMyNumber(card, pin, root, cancel);
            // A wrong PIN has cost one try; it is not sent a second time.
            if (!number.Pin.IsAccepted) return new(Application, [Refused("My Number", number.Pin), .. Closed()]);
            var attributes = await TextApplication.ReadAttributes(card, pin, root, cancel);
            return new(Application, [Field("My Number", number.Content), .. Attributes(attributes.Content)],
                reading.Trust.Sentence(attributes.Integrity));
        }
        var withPin = ReportField.Needs("My Number", PinRight);
        if (numberB is null) return new(Application, [withPin, .. Closed()]);
        var read = await TextApplication.ReadAttributesWithNumberB(card, numberB, reading.Trust.NumberRoot, cancel);
        return read.Pin.IsAccepted
            ? new(Application, [withPin, .. Attributes(read.Content)], reading.Trust.Sentence(read.Integrity))
            : new(Application, [withPin, .. AttributeNames.Select(name => Refused(name, read.Pin))]);

        static IEnumerable<ReportField> Closed() =>
            AttributeNames.Select(name => ReportField.Needs(name, $"{PinRight}, or {NumberBRight}"));
    }

    private async Task<ReportPart> Face(
        ICardChannel card, string? numberB, CardResult<string> municipality, CancellationToken cancel)
    {
        const string Application = "Face application";
        var free = Field("Municipality that issued it", municipality);
        if (numberB is null)
            return new(Application, [free, .. FaceNames.Select(name => ReportField.Needs(name, NumberBRight))]);
        var read = await FaceApplication.ReadFace(card, numberB, reading.Trust.NumberRoot, cancel);
        if (!read.Reference.IsAccepted)
            return new(Application, [free, .. FaceNames.Select(name => Refused(name, read.Reference))]);
        if (read.Content.Refusal is { } refusal)
            return new(
                Application, [free, .. FaceNames.Select(name => new ReportField(name, null, Sentence(refusal)))]);
        var (face, pictures) = (read.Content.Value, read.Content.Value.Pictures);
        return new(Application,
            [
                free,
                new("Birth date", face.BirthDate),
                new("Sex", face.Sex),
                new("Card expiry", face.Expiry),
                ReportField.Image("Name", pictures.Name.AsSpan()),
                ReportField.Image("Address", pictures.Address.AsSpan()),
                ReportField.Image("Face", pictures.Photo.AsSpan()),
                ReportField.Image("Security code", pictures.SecurityCode.AsSpan()),
            ],
            reading.Trust.Sentence(read.Integrity));
    }

    private static IEnumerable<ReportField> Attributes(CardResult<TextAttributes> read) => read.IsGiven
        ?
        [
            new("Name", read.Value.Name), new("Address", read.Value.Address),
            new("Birth date", read.Value.BirthDate), new("Sex", read.Value.Sex),
        ]
        : AttributeNames.Select(name => new ReportField(name, null, Sentence(read.Refusal!.Value)));

    private static ReportField Field(string name, CardResult<string> read) =>
        read.IsGiven ? new(name, read.Value) : new(name, null, Sentence(read.Refusal!.Value));

    private ReportField Refused(string name, PinVerdict verdict)
    {
        WrongInput = true;
        return new(name, null, verdict.Result switch
        {
            PinResult.Accepted => "",
            PinResult.Wrong => $"wrong PIN or number; tries left: {Number(verdict.TriesLeft)}",
            PinResult.Blocked => "blocked: no tries are left; only the counter can help",
            PinResult.NotOnThisCard => "the card has no such PIN or number",
        });
    }

    private static string Sentence(CardRefusal refusal) => refusal switch
    {
        CardRefusal.NoSuchApplication => "the card has no such application",
        CardRefusal.NoSuchFile => "not on this card",
        CardRefusal.NotPermitted => "the card does not permit it",
        CardRefusal.Refused => "the card refused",
        CardRefusal.Malformed => "the card's answer is not in the form of the specification",
        CardRefusal.NotGenuine => "its issuer did not make this for this card",
        CardRefusal.AnswerNotFromThisCard => "the answer is not this card's",
        CardRefusal.MemoryFailure => "the card could not write its memory",
    };

    private static string Number(int tries) => tries.ToString(CultureInfo.InvariantCulture);
}
