using Musubi.Vocabulary;
using Xunit;

namespace Musubi.Tests.Vocabulary;

/// <summary>Bad data stops start-up with file, line, what is wrong and what would be right.</summary>
public sealed class JurisdictionProblemTests
{
    [Theory]
    [InlineData("statuses.json", "\"P30D\"", "\"30 days\"",
        "statuses.json:8: this is not a PeriodOfStay; it would be P5Y, P4Y3M, P6M, P90D or indefinite.")]
    [InlineData("statuses.json", "\"work\": \"No\"", "\"work\": \"Maybe\"",
        "statuses.json:9: \"work\" is not a known word; it would be one of Yes, WithinStatus, UpTo28Hours, No.")]
    [InlineData("statuses.json", "\"settler\"", "\"guest\"",
        "statuses.json:14: guest stands here twice; it would be in the list once.")]
    [InlineData("statuses.json", "[\"guest\"]", "[\"ghost\"]",
        "statuses.json:31: there is no status \"ghost\"; it would be a status of this file.")]
    [InlineData("jurisdiction.json", "\"timeZone\": \"UTC\",", "\"timeZone\": \"UTC\", \"tmeZone\": \"UTC\",",
        "jurisdiction.json:4: \"tmeZone\" is not known here; it would be one of code, currency, name, timeZone.")]
    [InlineData("jurisdiction.json", "\"ja-easy\": \"Tinyland\", ", "",
        "jurisdiction.json:3: \"ja-easy\" is missing; it would be an object with \"ja-easy\".")]
    [InlineData("jurisdiction.json", "\"UTC\"", "\"Atlantis/Centre\"",
        "jurisdiction.json:4: \"timeZone\" is not known; it would be a name such as Asia/Tokyo.")]
    [InlineData("card.json", "\"groups\": [18]", "\"groups\": [23]",
        "card.json:19: this is no data group; it would be a number from 1 to 22.")]
    [InlineData("card.json", ", \"groups\": [18]", "",
        "card.json:19: \"groups\" does not fit the place; "
        + "it would be a data group for a protected field, none for one that is not.")]
    [InlineData("card.json", "\"adultAge\": 16", "\"adultAge\": 160",
        "card.json:3: \"adultAge\" is not a whole number in its range; it would be a number from 1 to 30.")]
    [InlineData("services.json", "{\"route\": \"Separate\", \"fees\": [{\"from\": \"2020-01-01\", \"amount\": 5}",
        "{\"route\": \"Separate\", \"fees\": [{\"from\": \"2020-01-01\", \"amount\": 6}",
        "services.json:3: the routes are not equal; "
        + "it would be both routes with the same fees on the same days, or an \"opposite\" act.")]
    [InlineData("services.json", "\"amount\": 7", "\"amount\": -7",
        "services.json:7: \"amount\" is not a whole number in its range; it would be a number from 0 to 10000000.")]
    [InlineData("holidays.json", "\"2026-03-04\"", "\"2025-03-04\"",
        "holidays.json:8: \"dates\" is not clear about 2026; it would be one date for each year of the calendar.")]
    [InlineData("access-list.json", "[\"face\", \"guild\"]", "[\"face\", \"purse\"]",
        "access-list.json:5: the card has no field \"purse\"; it would be a field of card.json.")]
    [InlineData("access-list.json", "\"writes\": [\"guild\"]", "\"writes\": [\"debts\"]",
        "access-list.json:5: \"debts\" cannot be rewritten; it would be a field of data groups 17 to 21.")]
    [InlineData("access-list.json", "\"validUntil\": \"2026-05-05\"", "\"validUntil\": \"5 May\"",
        "access-list.json:15: this is not a date; it would be a date such as 2026-06-14.")]
    [InlineData("municipalities.json", "990019", "990018",
        "municipalities.json:4: this is not a MunicipalityCode; "
        + "it would be six digits, the last of them the check digit, such as 131016.")]
    [InlineData("offices.json", "990019", "131016",
        "offices.json:7: there is no municipality 131016; it would be a code of municipalities.json.")]
    [InlineData("services.json", "\"name\": {\"ja\": \"Join", "\"opposite\": \"leave\", \"name\": {\"ja\": \"Join",
        "services.json:3: \"join-guild\" has no equal way back; "
        + "it would be two acts that name each other, with the same fees.")]
    [InlineData("deadlines.json", "\"amount\": 3,", "",
        "deadlines.json:3: \"amount\" is missing; it would be an object with \"amount\".")]
    [InlineData("nationalities.json", "]", ",",
        "nationalities.json:3: this is not JSON; it would be one JSON value without comments or trailing commas.")]
    public void A_mistake_is_named_with_its_line_and_what_would_be_right(
        string file, string old, string changed, string expected)
    {
        using var copy = Tiny.With(file, old, changed);
        var refused = Assert.Throws<JurisdictionException>(() => Jurisdiction.Load(copy.Path));
        Assert.Contains(expected, refused.Problems);
    }

    [Fact]
    public void Every_mistake_of_every_file_is_found_at_once()
    {
        using var copy = Tiny.With("statuses.json", "\"work\": \"No\"", "\"work\": \"Maybe\"");
        File.Delete(Path.Combine(copy.Path, "offices.json"));
        File.WriteAllText(Path.Combine(copy.Path, "deadlines.json"), "[]");
        var problems = Assert.Throws<JurisdictionException>(() => Jurisdiction.Load(copy.Path)).Problems;
        Assert.Equal(["deadlines.json", "offices.json", "statuses.json"],
            problems.Select(problem => problem.Split(':')[0]).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_missing_file_a_second_key_and_broken_bytes_are_named()
    {
        using var copy = Tiny.Copy();
        File.Delete(Path.Combine(copy.Path, "offices.json"));
        File.WriteAllText(Path.Combine(copy.Path, "nationalities.json"),
            "{\"nationalities\": [],\n\"nationalities\": []}");
        File.WriteAllBytes(Path.Combine(copy.Path, "deadlines.json"), [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]);
        var problems = Assert.Throws<JurisdictionException>(() => Jurisdiction.Load(copy.Path)).Problems;
        Assert.Contains(problems, problem =>
            problem.StartsWith("offices.json:1: the file is missing; it would be a file offices.json in ",
            StringComparison.Ordinal));
        Assert.Contains("nationalities.json:2: \"nationalities\" stands here twice; it would stand once.", problems);
        Assert.Contains(problems, problem => problem.StartsWith("deadlines.json:1: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Nesting_without_end_is_not_read()
    {
        using var copy = Tiny.Copy();
        File.WriteAllText(Path.Combine(copy.Path, "nationalities.json"), new string('[', 100_000));
        Assert.Contains("nationalities.json:1: this is not JSON; "
        + "it would be one JSON value without comments or trailing commas.",
            Assert.Throws<JurisdictionException>(() => Jurisdiction.Load(copy.Path)).Problems);
    }
}
