using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Office.Demo;

/// <summary>One invented person of the personas: both records, as the registers hold them on the first day.</summary>
public sealed record DemoResident(ResidenceRecord Residence, NumberRecord Number);

/// <summary>The people of the story. They are the same in every demonstration, so that a guide can name them.</summary>
public static class DemoResidents
{
    /// <summary>All demonstration cards have these PINs; the tray shows them.</summary>
    public const string FourDigits = "1234";

    public const string Signature = "DEMO1234";

    /// <summary>Days left of the stay: a renewal is due.</summary>
    private const int StayLeft = 60;

    private static readonly (string Family, string Given, string Kanji, string Country, int Year, Sex Sex)[] people =
    [
        ("NGUYEN", "THI MINH ANH", "", "VNM", 1994, Sex.Female),
        ("WANG", "JIANGUO", "王 建国", "CHN", 1988, Sex.Male),
        ("SHRESTHA", "SUNITA", "", "NPL", 2003, Sex.Female),
        ("SILVA", "MARCOS EDUARDO", "", "BRA", 1979, Sex.Male),
    ];

    /// <param name="law">Statuses, permits and places are its own: the first that fit.</param>
    /// <param name="today">Stays and cards are dated from it.</param>
    public static ImmutableArray<DemoResident> Invent(Jurisdiction law, DateOnly today) =>
        [.. people.Select((person, index) => Invent(law, today, index + 1, person))];

    private static DemoResident Invent(
        Jurisdiction law, DateOnly today, int number,
        (string Family, string Given, string Kanji, string Country, int Year, Sex Sex) person)
    {
        var statuses = law.Statuses.Values.Where(status => status.CardType is not null
                && status.Periods.Contains(PeriodOfStay.OfMonths(1)))
            .OrderBy(status => status.Code.Stored, StringComparer.Ordinal).ToList();
        // The first one may work some hours beside their status: that is what an employer asks about.
        var permit = number == 1 ? law.Permits.Values.Where(one => one.Work is WorkAnswer.UpTo28Hours)
            .MinBy(one => one.Code, StringComparer.Ordinal) : null;
        var status = permit is null ? statuses[number * 3 % statuses.Count] : law.Statuses[permit.Statuses[0]];
        var period = PeriodOfStay.OfMonths(1);
        var until = today.AddDays(StayLeft);
        var name = person.Kanji is ""
            ? PersonName.OfRoman(person.Family, person.Given)
            : new PersonName([new NameForm(NameScript.Roman, person.Family, person.Given),
                new NameForm(NameScript.Kanji, person.Kanji.Split(' ')[0], person.Kanji.Split(' ')[1])]);
        var birth = PartialDate.Of(person.Year, number + 3, number * 5);
        var place = law.Municipalities.Keys.Order(Comparer<MunicipalityCode>.Create(
            (one, other) => string.CompareOrdinal(one.Stored, other.Stored))).Skip(number * 3).First();
        var address = new Address(place, $"1-2-{number}");
        var card = ResidenceCardNumber.Parse(string.Create(CultureInfo.InvariantCulture, $"DM{number:00000000}MU"));
        var issued = today.AddYears(-1);
        var nationality = Nationality.Parse(person.Country);
        var residence = new ResidenceRecord(PersonId.Parse($"R-DEMO-{number}"), name, birth, person.Sex, nationality,
            address, status.Code, period, until, law.PermissionTypes.Keys.Order(StringComparer.Ordinal).First(), issued,
            permit?.Code, null, [new ResidenceCardRecord(card, CardKind.Separate, issued, until, CardState.Valid,
            null)]);
        var own = new NumberRecord(PersonId.Parse($"N-DEMO-{number}"), Number(number), name, birth, person.Sex,
            nationality, address, card, [new NumberCardRecord(CardSerial.Parse($"90000000000{number:0000}"),
                CardKind.Separate, issued, until, CardState.Valid, Serial(number, "authentication"),
                Serial(number, "signature"), until)]);
        return new(residence, own);
    }

    /// <summary>The one check digit that fits the eleven digits before it.</summary>
    private static MyNumber Number(int number) => Enumerable.Range(0, 10)
        .Select(check => string.Create(CultureInfo.InvariantCulture, $"9000000{number:0000}{check}"))
        .Where(digits => MyNumber.TryParse(digits, out _)).Select(MyNumber.Parse).First();

    /// <summary>Positive and of one length, as certificates have it (RFC 5280 §4.1.2.2).</summary>
    private static string Serial(int number, string use)
    {
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes($"demonstration {number} {use}"));
        hash[0] = (byte)(0x40 | (hash[0] & 0x3F));
        return Convert.ToHexString(hash.AsSpan(0, 8));
    }
}
