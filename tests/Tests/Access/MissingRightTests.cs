using Musubi.Access;
using Musubi.Tests.Counter;
using Musubi.Vocabulary;

namespace Musubi.Tests.Access;

/// <summary>A refusal for want of a right names the right and who could have a certificate with it.</summary>
public sealed class MissingRightTests
{
    private static readonly Jurisdiction Law = Persons.Law;
    private static readonly DateOnly Today = new(2026, 11, 24);

    [Fact]
    public void A_refused_group_names_its_fields_its_right_and_the_entries_that_have_it()
    {
        var refusal = MissingRight.Refuse(Law, 19, EntryId.Parse("landlord"), Today);
        Assert.Equal(["status", "stay-period", "stay-until"], refusal.Fields.Select(field => field.Stored));
        Assert.Equal(["Read DG 19"], refusal.Rights);
        Assert.Equal(["immigration", "municipality", "police"], refusal.Holders.Select(entry => entry.Stored));
        Assert.Contains("It needs the right Read DG 19; entries that have it: ", Say(refusal, Language.English));
        Assert.Contains("必要な権利は Read DG 19、その権利のある登録：", Say(refusal, Language.Japanese));
        Assert.DoesNotContain('{', Say(refusal, Language.EasyJapanese));
    }

    [Fact]
    public void An_entry_that_is_over_has_no_right()
    {
        var after = Law.AccessList.Entries.Max(entry => entry.ValidUntil).AddDays(1);
        Assert.Empty(MissingRight.Reading(Law, 21, after).Holders);
        Assert.Equal(
            ["employer", "immigration"], MissingRight.Reading(Law, 21, Today).Holders.Select(entry => entry.Stored));
    }

    [Fact]
    public void A_field_in_two_groups_needs_two_rights_and_one_on_the_face_alone_needs_none()
    {
        var name = MissingRight.For(Law, Law.Card[FieldId.Parse("name")], Today);
        Assert.Equal(["Read DG 4", "Read DG 5"], name.Select(right => right.Words));
        Assert.Empty(MissingRight.For(Law, Law.Card[FieldId.Parse("photo")], Today));
    }

    private static string Say(Refusal refusal, Language language) =>
        RefusalTexts.For(refusal, language, Audience.Clerk, Law);
}
