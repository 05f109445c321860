using Musubi.Linkage;
using Musubi.Population;
using Musubi.Registers;
using Musubi.Vocabulary;
using Xunit;

namespace Musubi.Tests.Population;

public sealed class ResidentsTests
{
    private const int Count = 20_000;
    private static readonly DateOnly Day = new(2026, 6, 15);
    private static readonly Jurisdiction Japan = Synthetic.Japan;
    private static readonly SyntheticResident[] People = [.. Synthetic.Residents(seed: 7, Day).Take(Count)];

    [Fact]
    public void The_same_seed_gives_the_same_residents_and_another_seed_others()
    {
        var again = Synthetic.Residents(7, Day).Take(500).Select(Text);
        Assert.Equal(People.Take(500).Select(Text), again);
        Assert.NotEqual(People.Skip(10).Take(500).Select(Text), Synthetic.Residents(8, Day).Take(510).Skip(10)
            .Select(Text));
    }

    [Fact]
    public void No_two_people_share_a_number()
    {
        Assert.Equal(Count, People.Select(person => person.Number.Number).Distinct().Count());
        Assert.Equal(Count, People.Select(person => person.Number.Id).Distinct().Count());
        Assert.Equal(Count, People.Select(person => person.Residence.Id).Distinct().Count());
        var cards = People.SelectMany(person => person.Residence.Cards).Select(card => card.Number).ToList();
        Assert.Equal(cards.Count, cards.Distinct().Count());
        var serials = People.SelectMany(person => person.Number.Cards).Select(card => card.Serial).ToList();
        Assert.Equal(serials.Count, serials.Distinct().Count());
    }

    /// <summary>Immigration Services Agency, end of 2024, of 3,768,977. One point of slack is seven standard errors of
    /// the largest share.</summary>
    [Theory]
    [InlineData("CHN", 873_286)]
    [InlineData("VNM", 634_361)]
    [InlineData("KOR", 409_238)]
    [InlineData("BRA", 211_907)]
    [InlineData("USA", 66_111)]
    public void Nationalities_have_their_published_shares(string code, int published) =>
        Near(published, People.Count(person => person.Residence.Nationality == Nationality.Parse(code)));

    [Theory]
    [InlineData("permanent-resident", 918_116)]
    [InlineData("technical-intern-training", 456_595)]
    [InlineData("engineer-humanities-international", 418_706)]
    [InlineData("student", 402_134), InlineData("dependent", 305_598)]
    public void Statuses_have_their_published_shares(string code, int published) =>
        Near(published, People.Count(person => person.Residence.Status == StatusCode.Parse(code)));

    /// <summary>Households pull neighbours to one address, so the slack is wider here.</summary>
    [Theory]
    [InlineData("13", 738_946), InlineData("27", 333_564), InlineData("23", 331_733)]
    public void Prefectures_have_their_published_shares(string prefecture, int published) =>
        Near(published, People.Count(person => person.Residence.Address.Municipality.Prefecture == prefecture),
            points: 2);

    [Fact]
    public void Every_stay_is_one_that_the_status_permits_and_is_in_force_or_pending()
    {
        foreach (var person in People.Select(resident => resident.Residence))
        {
            Assert.True(Japan.Statuses[person.Status].Permits(person.Period), $"{person.Id}: {person.Period}");
            Assert.Equal(person.Period.IsIndefinite, person.StayUntil is null);
            Assert.True(person.PermissionDate <= Day, $"{person.Id}: permission in the future");
            Assert.True(person.PermissionDate >= person.BirthDate.Earliest, $"{person.Id}: permission before birth");
            if (person.StayUntil < Day) Assert.True(
                person.Pending!.FiledOn < person.StayUntil, $"{person.Id}: filed too late");
            Assert.True(person.StayUntil is null || person.StayUntil >= Day.AddMonths(-2),
                $"{person.Id}: beyond the special period");
            if (person.Permit is { } permit) Assert.Contains(person.Status, Japan.Permits[permit].Statuses);
        }
        Assert.Contains(People, person => person.Residence.StayUntil < Day);
    }

    [Fact]
    public void Cards_expire_as_the_jurisdiction_says()
    {
        foreach (var (residence, number, _) in People)
        {
            foreach (var card in residence.Cards)
                Assert.Equal(Japan.CardLife.CardExpiry(
                    CardKind.Separate, card.IssuedOn, residence.BirthDate, residence.StayUntil), card.ExpiresOn);
            foreach (var card in number.Cards)
            {
                Assert.True(card.CertificatesUntil <= card.ExpiresOn);
                Assert.InRange(card.IssuedOn, residence.Cards[0].IssuedOn, Day);
                Assert.Matches("^[4-7][0-9A-F]{15}$", card.AuthenticationCertificateSerial);
            }
            if (residence.Pending is null) Assert.All(residence.Cards, card => Assert.True(card.ExpiresOn >= Day));
        }
    }

    [Fact]
    public void An_alias_stands_in_the_number_register_and_never_on_a_residence_card()
    {
        Assert.DoesNotContain(People, person => person.Residence.Name.In(NameScript.Alias) is not null);
        Assert.Contains(People, person => person.Number.Name.In(NameScript.Alias) is not null);
        Assert.Contains(People, person => person.Residence.Name.In(NameScript.Kanji) is not null);
        Assert.Contains(People, person => person.Number.Name.In(NameScript.Kana) is not null);
        Assert.Contains(People, person => person.Residence.Name.Roman.Given is "");
    }

    [Fact]
    public void There_are_households_people_of_one_name_and_dates_not_fully_known()
    {
        Assert.Contains(People.CountBy(person => person.Residence.Address), home => home.Value > 2);
        Assert.Contains(People.CountBy(person => person.Residence.Name.Roman), name => name.Value > 3);
        Assert.InRange(People.Count(person => !person.Residence.BirthDate.IsComplete), Count / 1000, Count / 100);
        Assert.InRange(People.Count(person => person.Residence.BirthDate is { Month: 1, Day: 1 }), Count / 60,
            Count / 30);
        Assert.InRange(People.Count(person => person.Number.Cards.Length == 1), Count * 78 / 100, Count * 82 / 100);
    }

    [Fact]
    public void The_same_person_is_asked_about_and_exactly_the_planted_errors_go_to_review()
    {
        var hand = Synthetic.Personas.Residents.Length;
        foreach (var person in People.Skip(hand))
            Assert.Equal(person.Planted is PlantedError.None, Synthetic.Ask(person).Agrees);
        foreach (var (planted, expected) in new[]
        {
            (PlantedError.DroppedMiddleName, Difference.RomanName), (PlantedError.NameSlip, Difference.RomanName),
            (PlantedError.BirthDateLessKnown, Difference.BirthDateLessKnown),
                (PlantedError.SexNotRecorded, Difference.SexNotRecorded),
        })
            Assert.All(People.Where(person => person.Planted == planted), person =>
                Assert.Equal([expected], Synthetic.Ask(person).Differences));
        Assert.InRange(People.Count(person => person.Planted is not PlantedError.None), Count * 3 / 1000,
            Count * 12 / 1000);
    }

    private static void Near(int published, int found, double points = 1) =>
        Assert.InRange(100.0 * found / Count, (100.0 * published / 3_768_977) - points, (100.0 * published / 3_768_977)
            + points);

    private static string Text(SyntheticResident person) =>
        RecordJson.Write(person.Residence) + RecordJson.Write(person.Number);
}
