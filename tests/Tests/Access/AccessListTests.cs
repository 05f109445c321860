using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Musubi.Access;
using Musubi.Tests.Clients;
using Musubi.Tests.Vocabulary;
using Musubi.Vocabulary;

namespace Musubi.Tests.Access;

/// <summary>The list by itself: how it is read, what is said of it, how two are compared.</summary>
public sealed class AccessListTests
{
    private static readonly DateOnly Today = new(2026, 11, 24);

    [Fact]
    public void A_list_reads_back_as_it_was_written_byte_for_byte()
    {
        var written = AccessListJson.Write(Lists.Japan);
        Assert.True(AccessList.TryRead(written, Lists.Law.Card, out var read, out var problems));
        Assert.Empty(problems);
        Assert.Equal(written, AccessListJson.Write(read));
        Assert.True(AccessListDiff.Between(Lists.Japan, read).Changes.IsEmpty);
    }

    public static TheoryData<string, string?, string> Mistakes => new()
    {
        { "purpose", null, "$.entries[0]: \"purpose\" is missing; it would be an object with \"purpose\"." },
        { "purpose", """{"ja": "確認", "en": "Checking"}""",
            "$.entries[0].purpose: \"ja-easy\" is missing; it would be an object with \"ja-easy\"." },
        { "fields", """["photo", "purse"]""",
            "$.entries[0]: the card has no field \"purse\"; it would be a field of card.json." },
        { "fields", """["photo", "photo"]""",
            "$.entries[0].fields: a field stands here twice; it would be each once." },
        { "fields", """["photo", "my-number"]""",
            "$.entries[0]: no terminal can read \"my-number\"; it would be a printed, open or protected field." },
        { "optionalFields", """["work"]""", "$.entries[0]: an optional field is not among the fields; "
            + "it would be \"optionalFields\" taken from \"fields\"." },
        { "validUntil", "\"soon\"",
            "$.entries[0].validUntil: this is not a date; it would be a date such as 2026-06-14." },
        { "reviewDate", "\"2040-01-01\"",
            "$.entries[0]: the review comes too late; it would be on or before \"validUntil\"." },
        { "purposes", "\"more\"", "$.entries[0].purposes: \"purposes\" is not known here; it would be one of " },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_named_with_its_path_and_what_would_be_right(string member, string? value, string expected)
    {
        var json = Lists.JsonWith(0, member, value is null ? null : JsonNode.Parse(value));
        Assert.False(AccessList.TryRead(json, Lists.Law.Card, out var list, out var problems));
        Assert.Null(list);
        Assert.Contains(problems, problem => problem.StartsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_no_json_or_too_long_is_no_list()
    {
        Assert.False(AccessList.TryRead("{\"version\":"u8.ToArray(), Lists.Law.Card, out _, out var broken));
        Assert.Contains("line 1: this is not JSON; it would be one JSON value without comments or trailing commas.",
            broken);
        Assert.False(AccessList.TryRead(new byte[5 * 1024 * 1024], Lists.Law.Card, out _, out var longest));
        Assert.Equal(["line 1: the document is longer than 4194304 bytes; it would be a shorter document."], longest);
    }

    [Fact]
    public void Whatever_the_bytes_reading_a_list_throws_nothing() =>
        Gen.Select(Gen.Int[0, AccessListJson.Write(Lists.Japan).Length - 1], Gen.Byte).Sample((at, other) =>
        {
            var json = AccessListJson.Write(Lists.Japan);
            json[at] = other;
            return AccessList.TryRead(json, Lists.Law.Card, out _, out var problems) == problems.IsEmpty;
        }, iter: 300);

    [Fact]
    public void The_figure_counts_each_field_of_each_entry_in_force_by_its_weight()
    {
        // photo 2, name 1, card-expiry 1.
        Assert.Equal(4m, Narrowness.Of(Lists.Law.Card, Lists.Japan.Find(Lists.Landlord)!));
        // photo 2, name 1, birth-date 2, sex 1, card-expiry 1, and address 4, which the holder may strike.
        Assert.Equal(9m, Narrowness.Of(Lists.Law.Card, Lists.Japan.Find(Lists.Clinic)!));
        var all = Narrowness.Of(Lists.Law.Card, Lists.Japan, Today);
        Assert.Equal(Lists.Japan.Entries.Sum(entry => Narrowness.Of(Lists.Law.Card, entry)), all.Figure);
        var revoked = Lists.Japan.With(Lists.Clinic, entry => entry with { RevokedOn = Today });
        Assert.Equal(all.Figure - 9m, Narrowness.Of(Lists.Law.Card, revoked, Today).Figure);
        Assert.Equal(0m, Narrowness.Of(Lists.Law.Card, Lists.Japan, new DateOnly(2020, 1, 1)).Figure);
    }

    [Fact]
    public void A_difference_says_who_gained_or_lost_what_for_which_purpose_in_the_readers_language()
    {
        var after = Lists.Japan
            .With(Lists.Clinic, entry => entry with
            { Fields = [.. entry.Fields.Remove(Lists.Field("address"))], OptionalFields = [] })
            .With(Lists.Landlord, entry => entry with { Fields = entry.Fields.Add(Lists.Field("work")) });
        var diff = AccessListDiff.Between(Lists.Japan, after);
        var english = new DiffWords(Lists.Law.Card, Language.English);
        Assert.Equal("Wider: Minato Estate Co., Ltd. (invented). Narrower: Aoba Clinic (invented).",
            english.Headline(diff));
        Assert.Equal(
            [
                "Minato Estate Co., Ltd. (invented) gained: May work. Purpose: Checking who rents a home.",
                "Aoba Clinic (invented) lost: Address.",
            ], english.Lines(diff));
        Assert.Equal("あおば診療所（架空）は住所を読めなくなりました。",
            new DiffWords(Lists.Law.Card, Language.Japanese).Lines(diff)[1]);
        Assert.StartsWith("前《まえ》より 多《おお》く 読《よ》める：",
            new DiffWords(Lists.Law.Card, Language.EasyJapanese).Headline(diff), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_only_narrows_says_that_nobody_may_read_more()
    {
        var after = Lists.Japan.With(Lists.Landlord, entry => entry with { RevokedOn = Today });
        var diff = AccessListDiff.Between(Lists.Japan, after);
        Assert.Equal([AccessChangeKind.EntryRevoked], diff.Changes.Select(change => change.Kind));
        Assert.StartsWith("Nobody may read more than before.",
            new DiffWords(Lists.Law.Card, Language.English).Headline(diff), StringComparison.Ordinal);
    }

    /// <summary>An oracle of its own: whoever may read or write something that they could not before makes it wider.
    /// </summary>
    [Fact]
    public void Whatever_changes_a_difference_is_wider_exactly_when_somebody_may_do_more() =>
        Gen.Select(SomeEntry, SomeEntry).Sample((old, now) =>
        {
            var diff = AccessListDiff.Between(
                Lists.Japan with { Entries = [old] }, Lists.Japan with { Entries = [now] });
            var more = now.Fields.Except(old.Fields).Any() || now.Writes.Except(old.Writes).Any()
                || (now.CanAllowed && !old.CanAllowed)
                || now.Fields.Any(field => old.OptionalFields.Contains(field) && !now.OptionalFields.Contains(field))
                || now.ValidFrom < old.ValidFrom || now.ValidUntil > old.ValidUntil
                || (old.RevokedOn is { } revoked && (now.RevokedOn is null || now.RevokedOn > revoked));
            return more == !diff.Wider.IsEmpty;
        });

    [Fact]
    public void Lint_names_what_is_wrong_and_what_to_do()
    {
        var list = Lists.Japan
            .With(Lists.Clinic, entry => entry with { Fields = [.. Lists.Law.Card.Fields.Take(18).Select(f => f.Id)] })
            .With(Lists.Landlord, entry => entry with
            {
                Fields = [Lists.Field("status")],
                ReviewDate = new DateOnly(2026, 7, 1),
                Contact = "by post",
                Identifier = Lists.Japan.Find(Lists.Clinic)!.Identifier,
            });
        var found = AccessListLint.Check(list, Lists.Law.Card, Today);
        Assert.Equal(
            [
                (FindingCode.IdentifierShared, "$.entries[?@.id=='clinic'].identifier"),
                (FindingCode.GroupNotWhole, "$.entries[?@.id=='landlord'].fields"),
                (FindingCode.IdentifierShared, "$.entries[?@.id=='landlord'].identifier"),
            ], found.Where(finding => finding.Level is FindingLevel.Mistake)
                .Select(finding => (finding.Code, finding.Path)));
        foreach (var code in new[] { FindingCode.OverBroad, FindingCode.WithoutPin, FindingCode.ReviewOverdue,
            FindingCode.NotAnAddress })
            Assert.Contains(found, finding => finding.Code == code);
        Assert.Equal("Minato Estate Co., Ltd. (invented): the review was due on 2026-07-01. Ask whether the entry is "
            + "still needed, then set the next review.",
            found.Single(finding => finding.Code is FindingCode.ReviewOverdue)
                .In(Language.English, Lists.Law.Card));
    }

    [Fact]
    public void What_was_published_may_end_but_not_vanish_and_what_was_withdrawn_stays_so()
    {
        var before = Lists.Japan.With(Lists.Clinic, entry => entry with { RevokedOn = Today });
        var after = Lists.Japan with
        {
            Entries = [.. Lists.Japan.Entries.Where(entry => entry.Id != Lists.Landlord)],
        };
        Assert.Equal([FindingCode.RevocationUndone, FindingCode.EntryMissing],
            AccessListLint.Check(after, Lists.Law.Card, Today, before)
                .Where(finding => finding.Level is FindingLevel.Mistake)
                .OrderByDescending(finding => finding.Code).Select(finding => finding.Code));
    }

    [Fact]
    public void The_list_of_Japan_could_be_published_as_it_is() =>
        Assert.DoesNotContain(AccessListLint.Check(Lists.Japan, Lists.Law.Card, Today),
            finding => finding.Level is FindingLevel.Mistake);

    [Fact]
    public void The_calendar_has_each_review_and_each_end_of_what_is_not_over()
    {
        var list = Lists.Japan
            .With(Lists.Clinic, entry => entry with { RevokedOn = Today })
            .With(Lists.Landlord, entry => entry with { ReviewDate = new DateOnly(2026, 7, 1) });
        var calendar = ReviewCalendar.Of(list, Today);
        Assert.Equal((list.Entries.Length - 1) * 2, calendar.Days.Length);
        Assert.Equal((Lists.Landlord, CalendarDayKind.Review, true),
            (calendar.Days[0].Entry.Id, calendar.Days[0].Kind, calendar.Days[0].Overdue));
        Assert.DoesNotContain(calendar.Days, day => day.Entry.Id == Lists.Clinic);
    }

    /// <summary>Debian's python3-icalendar reads it: RFC 5545 by somebody else.</summary>
    [Fact]
    public async Task Another_program_reads_the_calendar_file()
    {
        Assert.SkipUnless((await Outside.Run(NoEnvironment, "/usr/bin/python3", "-c", "import icalendar")).Code == 0,
            "apt-get install python3-icalendar");
        var bytes = ReviewCalendar.Of(Lists.Japan, Today).ToICalendar(Language.Japanese);
        Assert.All(Encoding.UTF8.GetString(bytes).Split("\r\n"),
            line => Assert.True(Encoding.UTF8.GetByteCount(line) <= 75, line));
        var read = await Outside.Run(NoEnvironment, Encoding.UTF8.GetString(bytes), "/usr/bin/python3",
            [
                "-c", """
                import sys, icalendar
                sys.stdout.reconfigure(encoding='utf-8')
                for e in icalendar.Calendar.from_ical(sys.stdin.buffer.read()).walk('VEVENT'):
                    print(e['UID'], e['DTSTART'].dt, e['SUMMARY'])
                """,
            ]);
        Assert.Equal("", read.Errors);
        var lines = read.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Lists.Japan.Entries.Length * 2, lines.Length);
        Assert.Contains("end-clinic@access-list.musubi 2029-06-13 有効期間の最終日：あおば診療所（架空）", lines);
    }

    [Fact]
    public void Every_text_is_there_in_every_language_and_easy_Japanese_reads_every_kanji()
    {
        Assert.NotEmpty(AccessTexts.Keys);
        foreach (var key in AccessTexts.Keys)
        {
            Assert.DoesNotContain(Ruby.Segments(AccessTexts.Of(key).In(Language.EasyJapanese)),
                segment => segment.Reading is null && segment.Text.Any(Ruby.IsKanji));
        }
        foreach (var kind in Enum.GetValues<AccessChangeKind>()) AccessTexts.Of("change." + AccessTexts.Key(kind));
        foreach (var code in Enum.GetValues<FindingCode>()) AccessTexts.Of("lint." + AccessTexts.Key(code));
    }

    private static readonly IReadOnlyDictionary<string, string> NoEnvironment =
        ImmutableDictionary<string, string>.Empty.Add("PYTHONIOENCODING", "utf-8");

    private static Gen<AccessEntry> SomeEntry =>
        Gen.Select(Some, Some, Some, Gen.Bool, Gen.Int[0, 3], Gen.Int[-1, 2]).Select(
            (fields, optional, writes, can, days, revoked) => Lists.Japan.Entries[0] with
            {
                Fields = fields,
                OptionalFields = [.. optional.Intersect(fields)],
                Writes = writes,
                CanAllowed = can,
                ValidFrom = Today.AddDays(days),
                ValidUntil = Today.AddDays(100 + days % 2),
                RevokedOn = revoked < 0 ? null : Today.AddDays(revoked),
            });

    private static Gen<ImmutableArray<FieldId>> Some => Gen.Int[0, 63].Select(bits =>
        Lists.Law.Card.Fields.Take(6).Where((_, index) => (bits >> index & 1) == 1).Select(one => one.Id)
            .ToImmutableArray());
}
