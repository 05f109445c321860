using System.Text.Json;
using CsCheck;
using Musubi.Vocabulary;
using Xunit;

namespace Musubi.Tests.Vocabulary;

public sealed class NameAndDateTests
{
    [Theory]
    [InlineData("1990-00-00", "1990-01-01", "1990-12-31", false)]
    [InlineData("1988-02-00", "1988-02-01", "1988-02-29", false)]
    [InlineData("1990-07-05", "1990-07-05", "1990-07-05", true)]
    public void A_partial_date_knows_the_days_it_may_be(string text, string earliest, string latest, bool complete)
    {
        var date = PartialDate.Parse(text);
        Assert.Equal(DateOnly.Parse(earliest), date.Earliest);
        Assert.Equal(DateOnly.Parse(latest), date.Latest);
        Assert.Equal(complete, date.IsComplete);
        Assert.Equal(text, date.ToString());
        Assert.True(PartialDate.TryParseCompact(date.Compact, out var again));
        Assert.Equal(date, again);
    }

    [Theory]
    [InlineData("1990-02-30"), InlineData("1990-13-01"), InlineData("1990-00-01"), InlineData("0000-00-00"),
     InlineData("1990-1-1"), InlineData("1867-12-31")]
    public void There_are_dates_that_are_none(string text) => Assert.False(PartialDate.TryParse(text, out _));

    [Theory]
    [InlineData("P4Y3M", "0403"), InlineData("P5Y", "0500"), InlineData("P6M", "0006"), InlineData("P90D", "090"),
     InlineData("indefinite", "0000")]
    public void A_period_of_stay_has_one_text_and_one_chip_form(string text, string chip)
    {
        var period = PeriodOfStay.Parse(text);
        Assert.Equal(chip, period.Chip);
        Assert.Equal(text, period.ToString());
        Assert.True(PeriodOfStay.TryParseChip(chip, out var again));
        Assert.Equal(period, again);
    }

    [Theory]
    [InlineData("P0Y3M"), InlineData("P12M"), InlineData("P1Y1D"), InlineData("P"), InlineData("PY"), InlineData("P1W"),
     InlineData("P100Y"), InlineData("p1Y")]
    public void Other_spellings_of_a_period_are_refused(string text) =>
        Assert.False(PeriodOfStay.TryParse(text, out _));

    [Fact]
    public void Every_period_survives_both_forms() =>
        Gen.Select(Gen.Int[0, 99], Gen.Int[0, 11]).Where(years => years.Item1
            + years.Item2 > 0).Sample((years, months) =>
        {
            var period = PeriodOfStay.OfMonths(years, months);
            Assert.Equal(period, PeriodOfStay.Parse(period.ToString()));
            Assert.True(PeriodOfStay.TryParseChip(period.Chip, out var read));
            Assert.Equal(period, read);
        });

    [Fact]
    public void A_stay_ends_on_the_same_day_of_a_later_month_or_on_its_last()
    {
        Assert.Equal(new DateOnly(2027, 2, 28), PeriodOfStay.Parse("P6M").EndFrom(new DateOnly(2026, 8, 31)));
        Assert.Equal(new DateOnly(2029, 6, 15), PeriodOfStay.Parse("P3Y").EndFrom(new DateOnly(2026, 6, 15)));
        Assert.Null(PeriodOfStay.Indefinite.EndFrom(new DateOnly(2026, 6, 15)));
        Assert.True(PeriodOfStay.Indefinite.CompareTo(PeriodOfStay.Parse("P5Y")) > 0);
    }

    [Fact]
    public void The_two_chips_code_sex_differently()
    {
        Assert.Equal((1, 2, 3),
            (Sex.Male.ToResidenceChip(), Sex.Female.ToResidenceChip(), Sex.Unspecified.ToResidenceChip()));
        Assert.Equal((1, 2, 9), (Sex.Male.ToNumberChip(), Sex.Female.ToNumberChip(), Sex.Unspecified.ToNumberChip()));
        foreach (var sex in Enum.GetValues<Sex>())
        {
            Assert.True(SexCodes.TryFromResidenceChip(sex.ToResidenceChip(), out var residence) && residence == sex);
            Assert.True(SexCodes.TryFromNumberChip(sex.ToNumberChip(), out var number) && number == sex);
        }
        Assert.False(SexCodes.TryFromResidenceChip(9, out _));
        Assert.False(SexCodes.TryFromNumberChip(3, out _));
    }

    [Fact]
    public void A_name_begins_with_its_roman_form_and_has_one_of_each_script()
    {
        var roman = new NameForm(NameScript.Roman, "WANG", "XIAOMING");
        var kanji = new NameForm(NameScript.Kanji, "王", "小明");
        Assert.Equal("WANG XIAOMING（王小明）", new PersonName([roman, kanji]).Display);
        Assert.Throws<ArgumentException>(() => new PersonName([kanji, roman]));
        Assert.Throws<ArgumentException>(() => new PersonName([roman, kanji, kanji]));
        Assert.Throws<ArgumentException>(() => new NameForm(NameScript.Roman, " ", "A"));
        Assert.Throws<ArgumentException>(() => new NameForm(NameScript.Roman, "A\nB", ""));
    }

    [Fact]
    public void Names_and_addresses_are_equal_by_content_and_survive_json()
    {
        var name = new PersonName([new(NameScript.Roman, "SUHARTO", ""), new(NameScript.Kana, "スハルト", "")]);
        Assert.Equal(name, JsonSerializer.Deserialize<PersonName>(JsonSerializer.Serialize(name)));
        var address = new Address(MunicipalityCode.Parse("131041"), "高田馬場1-2-3");
        Assert.Equal(address, JsonSerializer.Deserialize<Address>(JsonSerializer.Serialize(address)));
        Assert.Equal(
            """{"Municipality":"131041","Text":"\u9AD8\u7530\u99AC\u58341-2-3"}""",
            JsonSerializer.Serialize(address));
    }

    [Fact]
    public void A_reading_belongs_to_the_kanji_before_it_or_to_what_follows_the_bar()
    {
        Assert.Equal([new("お", null), new("名前", "なまえ"), new("を 書く", null)], Ruby.Segments("お名前《なまえ》を 書く"));
        Assert.Equal([new("さいたま市", "さいたまし"), new("です", null)], Ruby.Segments("｜さいたま市《さいたまし》です"));
        Assert.Equal("お名前と2号", Ruby.Plain("お名前《なまえ》と｜2号《にごう》"));
        Assert.Equal("開いた《まま", Ruby.Plain("開いた《まま"));
    }
}
