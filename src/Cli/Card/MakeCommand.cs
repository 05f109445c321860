using System.CommandLine;
using Musubi.Chip.Applications.Text;
using Musubi.Chip.Personalisation;
using Musubi.Population;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Cli.Card;

/// <summary><c>musubi card make</c>: a card to test with, of one of the demonstration's people.</summary>
/// <remarks>Their numbers and PINs are public on purpose, so the command prints them: without them nobody could use
/// the card.</remarks>
internal static class MakeCommand
{
    private const string Number = "number";
    private const string SpecialCertificate = "06";
    private static readonly string[] Kinds = ["05", SpecialCertificate, "07", "08", Number];

    public static Command Create(TimeProvider time)
    {
        var kind = new Argument<string>("KIND")
        {
            Description = "05 residence card, 06 special permanent resident certificate, 07 and 08 the same as "
                + "specified cards, or number for a My Number card.",
        };
        kind.AcceptOnlyFromAmong(Kinds);
        var file = new Option<string>("--out") { Description = "The new card's file.", Required = true };
        var issuer = new Option<string>("--issuer")
        {
            Description = "Folder of the issuer's keys, made where it is missing: what card read takes as --trust.",
            Required = true,
        };
        var persona = new Option<string?>("--persona")
        {
            Description = "Who holds it: an id of personas.json, the first if not given. For 06 and 08 the status is "
                + "changed to that of a special permanent resident.",
        };
        var law = new Option<string?>("--jurisdiction")
        {
            Description = "Folder of the jurisdiction; jurisdictions/japan if not given.",
        };
        var json = new Option<bool>("--json") { Description = "Print what opens the card as one JSON object." };
        var make = new Command("make",
            """
            Makes a virtual card of an invented person, for whoever builds for these cards and has none. Specified cards
            (07, 08) are an approximation: see docs/apdu. Everything that opens the card is printed.
            Exit code 1 means that a file is there already, or that this person has no such card.

            Examples:
              musubi card make 07 --out specified.card --issuer issuer
              musubi card make 05 --out residence.card --issuer issuer --persona maria
              musubi card read --file specified.card --number ZD10000001LN --trust issuer
            """)
        { kind, file, issuer, persona, law, json };
        make.SetAction(async (parsed, cancel) =>
        {
            cancel.ThrowIfCancellationRequested();
            var folder = parsed.GetValue(law) ?? JurisdictionFolder.Find("japan");
            var request = new Request(
                parsed.GetValue(kind)!, parsed.GetValue(file)!, parsed.GetValue(issuer)!, parsed.GetValue(persona));
            return await Make(request, folder, parsed.GetValue(json), time);
        });
        return make;
    }

    private static async Task<int> Make(Request request, string law, bool json, TimeProvider time)
    {
        var jurisdiction = Jurisdiction.Load(law);
        var people = Personas.Load(law).Residents;
        var person = request.Persona is { } wanted
            ? people.FirstOrDefault(one => string.Equals(one.Id, wanted, StringComparison.Ordinal))
            : people[0];
        if (person is null)
            return await Say(
                $"there is no {request.Persona}. There are {string.Join(", ", people.Select(one => one.Id))}.");
        if (File.Exists(request.Out)) return await Say($"{request.Out} is there already; no card is overwritten.");

        using var keys = IssuerKeys.LoadOrCreateDemo(request.Issuer, time);
        var today = DateOnly.FromDateTime(
            TimeZoneInfo.ConvertTime(time.GetUtcNow(), jurisdiction.TimeZone).DateTime);
        var resident = Resident(person, request, jurisdiction, today);
        var cards = new SeparateCards(jurisdiction, keys);
        var number = cards.NumberData(
            resident.Number, resident.Number.Cards[^1], person.SecurityCode, person.Portrait);
        if (request.Kind is Number)
            CardFiles.MakeMyNumber(request.Out, number, keys, person.Pins);
        else if (request.Kind is "07" or "08")
            cards.MakeSpecified(request.Out, resident, person.Pins, person.SecurityCode, person.Portrait);
        else
            CardFiles.MakeResidence(
                request.Out,
                cards.ResidenceData(resident.Residence, resident.Residence.Cards[^1], person.Portrait), keys);
        var hasResidence = request.Kind is not Number;
        var hasNumber = request.Kind is Number or "07" or "08";
        var made = new Made(
            request.Out, request.Kind, person.Id,
            hasResidence ? person.ResidenceCard.Stored : null,
            hasNumber ? NumberB.Of(number.Holder.BirthDate, number.CardExpiry.Year, number.SecurityCode) : null,
            hasNumber ? person.Pin : null,
            hasNumber ? person.SigningPassword : null,
            hasNumber ? number.MyNumber : null,
            request.Issuer);
        if (json) Verbs.WriteJson(made);
        else made.Print(Console.Out);
        return Verbs.Done;
    }

    /// <summary>The person as the registers would know them; for 06 and 08 with the status that brings such a
    /// card.</summary>
    private static SyntheticResident Resident(
        PersonaResident person, Request request, Jurisdiction law, DateOnly today)
    {
        var resident = person.ToResident(law, today);
        if (request.Kind is not (SpecialCertificate or "08")) return resident;
        var special = law.Statuses.First(status => status.Value.CardType is SpecialCertificate).Key;
        return resident with { Residence = resident.Residence with { Status = special } };
    }

    private static async Task<int> Say(string why)
    {
        await Console.Error.WriteLineAsync($"musubi: {why}");
        return Verbs.ExpectedNo;
    }

    private sealed record Request(string Kind, string Out, string Issuer, string? Persona);

    /// <summary>What was made, and what opens it; null where the card has no such thing.</summary>
    private sealed record Made(
        string Card, string Kind, string Persona, string? CardNumber, string? NumberB, string? Pin,
        string? SigningPassword, string? MyNumber, string Trust)
    {
        public void Print(TextWriter output)
        {
            output.WriteLine($"{Card}: card {Kind} of {Persona}, an invented person.");
            (string Name, string? Value)[] lines =
            [
                ("Card number (printed)", CardNumber),
                ("Number B (printed)", NumberB),
                ("PIN, authentication and text", Pin),
                ("Signing password", SigningPassword),
                ("My Number (number A)", MyNumber),
                ("Issuer's keys, for --trust", Trust),
            ];
            foreach (var (name, value) in lines)
            {
                if (value is not null) output.WriteLine($"  {name,-30}{value}");
            }
        }
    }
}
