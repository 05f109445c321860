using System.Collections.Immutable;
using Musubi.Counter;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Tests.Counter;

/// <summary>Residents for the tests: invented, with cards in both registers.</summary>
internal static class Persons
{
    public static readonly Jurisdiction Law =
        Jurisdiction.Load(Musubi.Tests.Vocabulary.Repository.Folder("jurisdictions", "japan"));

    /// <summary>A Tuesday. Everything in these tests happens from this day on.</summary>
    public static readonly DateOnly Today = new(2026, 11, 24);

    public static readonly Address Home = new(Law.Municipalities.Keys.OrderBy(code =>
        code.ToString(), StringComparer.Ordinal).First(), "中央1-2-3");

    public static readonly Address NewHome = new(Law.Municipalities.Keys.OrderBy(code =>
        code.ToString(), StringComparer.Ordinal).Last(), "本町4-5");

    public static ResidenceRecord Residence(int person, string family = "TANAKA") => new(
        PersonId.Parse($"R-{person:0000000000}"), PersonName.OfRoman(family, "MARIA"), PartialDate.Of(1990, 4, 15),
        Sex.Female, Nationality.Parse("BRA"), Home, StatusCode.Parse("long-term-resident"), PeriodOfStay.Parse("P1Y"),
        new DateOnly(2027, 1, 31), "extension", new DateOnly(2026, 1, 31), null, null,
        [new(Card(person), CardKind.Separate, new(2026, 1, 31), new(2027, 1, 31), CardState.Valid, null)]);

    public static NumberRecord Number(int person, string family = "TANAKA") => new(
        PersonId.Parse($"N-{person:0000000000}"), MyNumber.FromEleven($"{person:00000000000}"),
        PersonName.OfRoman(family, "MARIA"), PartialDate.Of(1990, 4, 15), Sex.Female, Nationality.Parse("BRA"), Home,
        Card(person),
        [new(Serial(person), CardKind.Separate, new(2026, 1, 31), new(2027, 1, 31), CardState.Valid,
            Certificate(person, 'A'), Certificate(person, 'B'), new(2027, 1, 31))]);

    public static ResidenceCardNumber Card(int person) => ResidenceCardNumber.Parse($"AB{person:00000000}CD");

    public static CardSerial Serial(int person) => CardSerial.Parse($"{person:000000000000000}");

    public static string Certificate(int person, char kind) => $"4{kind}{person:00000000000000}";

    public static ShownCards Shown(Facts facts) => new(
        facts.Residence.Cards.Last(card => card.State is CardState.Valid).Number,
        facts.Number.Cards.Last(card => card.State is CardState.Valid).Serial);

    public static Facts Facts(ResidenceRecord? residence = null, NumberRecord? number = null, LinkRecord? link = null,
        SamePerson same = SamePerson.AttributesAgree, int fresh = 900) => new(
        Law, residence ?? Residence(1), number ?? Number(1), link, link is { IsLive: true } ? link : null, same,
        new FreshNumbers(Card(fresh), Serial(fresh), Certificate(fresh, 'A'), Certificate(fresh, 'B')));

    public static ActId Act() => ActId.New(TimeProvider.System);
}
