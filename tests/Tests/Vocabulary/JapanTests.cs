using System.Text.Json;
using Musubi.Vocabulary;
using Xunit;

namespace Musubi.Tests.Vocabulary;

/// <summary>What jurisdictions/japan says, against its published sources.</summary>
public sealed class JapanTests
{
    private static readonly Jurisdiction Japan = Jurisdiction.Load(Repository.Folder("jurisdictions", "japan"));

    [Fact]
    public void There_are_29_statuses_and_the_special_permanent_resident()
    {
        var tables = Japan.Statuses.Values.CountBy(status => status.Table).ToDictionary();
        Assert.Equal((6, 13, 2, 3, 1, 4),
            (tables["1-1"], tables["1-2"], tables["1-3"], tables["1-4"], tables["1-5"], tables["2"]));
        Assert.Equal(1, tables["special-act"]);
        Assert.Equal(30, Japan.Statuses.Count);
    }

    [Theory]
    [InlineData("permanent-resident", null, WorkAnswer.Yes)]
    [InlineData("long-term-resident", null, WorkAnswer.Yes)]
    [InlineData("engineer-humanities-international", null, WorkAnswer.WithinStatus)]
    [InlineData("engineer-humanities-international", "comprehensive", WorkAnswer.WithinStatus)]
    [InlineData("student", null, WorkAnswer.No)]
    [InlineData("student", "comprehensive", WorkAnswer.UpTo28Hours)]
    [InlineData("dependent", "individual", WorkAnswer.WithinStatus)]
    [InlineData("temporary-visitor", null, WorkAnswer.No)]
    public void The_work_answer_follows_from_status_and_permit(string status, string? permit, WorkAnswer expected) =>
        Assert.Equal(expected, Japan.Work(StatusCode.Parse(status), permit));

    [Fact]
    public void Short_stays_and_diplomats_have_no_residence_card()
    {
        Assert.False(Japan.IssuesResidenceCard(StatusCode.Parse("professor"), PeriodOfStay.Parse("P3M")));
        Assert.True(Japan.IssuesResidenceCard(StatusCode.Parse("business-manager"), PeriodOfStay.Parse("P4M")));
        Assert.False(Japan.IssuesResidenceCard(StatusCode.Parse("diplomat"), PeriodOfStay.Parse("P5Y")));
        Assert.False(Japan.IssuesResidenceCard(StatusCode.Parse("temporary-visitor"), PeriodOfStay.Parse("P90D")));
    }

    [Fact]
    public void A_student_is_granted_any_period_up_to_four_years_and_three_months()
    {
        var student = Japan.Statuses[StatusCode.Parse("student")];
        Assert.True(student.Permits(PeriodOfStay.Parse("P4Y3M")));
        Assert.True(student.Permits(PeriodOfStay.Parse("P1Y6M")));
        Assert.False(student.Permits(PeriodOfStay.Parse("P4Y4M")));
        Assert.False(student.Permits(PeriodOfStay.Indefinite));
    }

    /// <summary>Design: the four items that the law took off the face, and the work answer, are behind a
    /// certificate.</summary>
    [Theory]
    [InlineData("issued-on", 15), InlineData("status", 19), InlineData("stay-period", 19), InlineData("stay-until", 19)]
    [InlineData("permission-type", 20), InlineData("permission-date", 20), InlineData("work", 21)]
    public void Immigration_fields_are_protected_on_the_merged_card(string field, int group)
    {
        var place = Japan.Card[FieldId.Parse(field)].Merged;
        Assert.Equal((Place.Protected, group, null), (place.Place, place.Groups.Single(), place.TravelDocumentGroup));
    }

    [Fact]
    public void A_landlord_sees_nothing_about_the_stay_and_an_employer_only_the_work_answer()
    {
        string[] identity = ["photo", "name", "card-expiry"];
        Assert.Equal(identity, Fields("landlord"));
        Assert.Equal([.. identity, "work"], Fields("employer"));
        static IEnumerable<string> Fields(string entry) =>
            Japan.AccessList.Find(EntryId.Parse(entry))!.Fields.Select(field => field.Stored);
    }

    [Fact]
    public void Only_immigration_rewrites_the_stay_and_only_the_municipality_the_address()
    {
        var writers = Japan.AccessList.Entries.Where(entry => !entry.Writes.IsEmpty).ToDictionary(
            entry => entry.Id.Stored, entry => string.Join(' ', entry.Writes));
        Assert.Equal(2, writers.Count);
        Assert.Equal("address municipality", writers["municipality"]);
        Assert.Equal("status stay-period stay-until permission-type permission-date work", writers["immigration"]);
    }

    /// <summary>Facts: 10th birthday, 5th under 18, 29 February on the 28th; separate cards end with the
    /// stay.</summary>
    [Theory]
    [InlineData("Merged", "2026-06-15", "1990-05-10", "2027-06-15", "2036-05-10")]
    [InlineData("Merged", "2026-06-15", "1990-06-15", "2027-06-15", "2036-06-15")]
    [InlineData("Merged", "2026-06-15", "1990-06-16", null, "2035-06-16")]
    [InlineData("Merged", "2026-06-15", "2008-06-15", null, "2036-06-15")]
    [InlineData("Merged", "2026-06-15", "2008-06-16", null, "2030-06-16")]
    [InlineData("Merged", "2024-03-01", "1992-02-29", null, "2034-02-28")]
    [InlineData("Separate", "2026-06-15", "1990-05-10", "2027-06-15", "2027-06-15")]
    [InlineData("Separate", "2026-06-15", "1990-05-10", null, "2036-05-10")]
    [InlineData("Separate", "2026-06-15", "2015-00-00", null, "2031-01-01")]
    public void Cards_live_as_the_law_and_the_profile_say(
        string kind, string issued, string birth, string? stay, string expected) =>
        Assert.Equal(DateOnly.Parse(expected), Japan.CardLife.CardExpiry(
            Enum.Parse<CardKind>(kind), DateOnly.Parse(issued), PartialDate.Parse(birth), stay is null ? null
                : DateOnly.Parse(stay)));

    [Fact]
    public void Certificates_end_at_the_5th_birthday_and_never_after_the_card()
    {
        var (issued, birth) = (new DateOnly(2026, 6, 15), PartialDate.Parse("1990-05-10"));
        Assert.Equal(new DateOnly(2031, 5, 10),
            Japan.CardLife.CertificateExpiry(issued, birth, null, new DateOnly(2036, 5, 10)));
        Assert.Equal(new DateOnly(2027, 6, 15),
            Japan.CardLife.CertificateExpiry(issued, birth, null, new DateOnly(2027, 6, 15)));
    }

    /// <summary>Cabinet Office, national holidays: 22 September 2026 lies between two of them; 6 May 2026 and 24
    /// February 2025 stand in for Sundays.</summary>
    [Theory]
    [InlineData("2026-01-01")]
    [InlineData("2026-01-12")]
    [InlineData("2026-03-20")]
    [InlineData("2026-05-06")]
    [InlineData("2026-09-21")]
    [InlineData("2026-09-22")]
    [InlineData("2026-09-23")]
    [InlineData("2025-02-24")]
    [InlineData("2024-08-12")]
    [InlineData("2027-03-22")]
    public void Holidays_fall_as_gazetted(string day) => Assert.True(Japan.Calendar.IsHoliday(DateOnly.Parse(day)));

    [Theory]
    [InlineData("2026-01-04", false)]
    [InlineData("2026-01-05", true)]
    [InlineData("2026-12-28", true)]
    [InlineData("2026-12-29", false)]
    [InlineData("2026-12-31", false)]
    [InlineData("2027-01-02", false)]
    [InlineData("2026-11-23", false)]
    [InlineData("2026-11-24", true)]
    public void Offices_close_over_the_new_year_and_at_weekends(string day, bool open) =>
        Assert.Equal(open, Japan.Calendar.IsBusinessDay(DateOnly.Parse(day)));

    [Fact]
    public void Eighteen_days_of_2026_are_holidays()
    {
        var first = new DateOnly(2026, 1, 1);
        // 16 named days, the substitute of 3 May on the 6th, and 22 September between two holidays.
        Assert.Equal(18, Enumerable.Range(0, 365).Count(day => Japan.Calendar.IsHoliday(first.AddDays(day))));
    }

    [Fact]
    public void A_fee_that_is_not_published_is_a_sentence_and_no_number()
    {
        Assert.Equal("6,000 JPY",
            Japan.Fee(ActKind.Renew, Route.Merged, new DateOnly(2026, 9, 30))!.In(Language.English));
        var later = Japan.Fee(ActKind.Renew, Route.Merged, new DateOnly(2026, 10, 1))!;
        Assert.Null(later.Amount);
        Assert.Equal("From 1 October 2026 the fee depends on the period granted; the amounts are not published.",
            later.In(Language.English));
    }

    [Fact]
    public void Both_routes_cost_the_same_and_untying_what_tying_costs()
    {
        foreach (var service in Japan.Services.Values.Where(service => service.Opposite is null))
            Assert.Equal(service.On(Route.Merged)!.Fees.Select(fee => (fee.From, fee.Amount)),
                service.On(Route.Separate)!.Fees.Select(fee => (fee.From, fee.Amount)));
        Assert.Equal(ActKind.Unmerge, Japan.Services[ActKind.Merge].Opposite);
        Assert.Equal(7, Japan.Services.Count);
    }

    [Fact]
    public void An_application_in_time_gives_two_months_past_the_end_of_stay() =>
        Assert.Equal(new DateOnly(2027, 2, 28), Japan.Deadlines["special-period"]
            .LastDay(new DateOnly(2026, 12, 31), Japan.Calendar));

    [Fact]
    public void The_47_capitals_the_20_designated_cities_and_the_23_wards_are_there()
    {
        var codes = Japan.Municipalities.Keys.Select(code => code.Five).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(47, codes.Select(code => code[..2]).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(23, Enumerable.Range(13101, 23).Count(ward => codes.Contains($"{ward}")));
        string[] designated = ["01100", "04100", "11100", "12100", "14100", "14130", "14150", "15100", "22100", "22130",
            "23100", "26100", "27100", "27140", "28100", "33100", "34100", "40100", "40130", "43100"];
        Assert.All(designated, code => Assert.Contains(code, codes));
    }

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Repository.Folder("jurisdictions", "japan"), "*.json")
            .Select(file => Path.GetFileName(file)!)];

    [Theory, MemberData(nameof(Files))]
    public void Easy_Japanese_has_a_reading_on_every_kanji(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Repository.Folder("jurisdictions", "japan", file)));
        Assert.All(EasyTexts(json.RootElement), text => Assert.Empty(JapaneseText.KanjiWithoutReading(text)));
    }

    private static IEnumerable<string> EasyTexts(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member.NameEquals("ja-easy") ? [member.Value.GetString()!] : EasyTexts(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(EasyTexts),
        _ => [],
    };
}
