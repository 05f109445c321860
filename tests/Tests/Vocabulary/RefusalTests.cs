using Musubi.Vocabulary;
using Xunit;

namespace Musubi.Tests.Vocabulary;

public sealed class RefusalTests
{
    private static readonly Jurisdiction Japan = Jurisdiction.Load(Repository.Folder("jurisdictions", "japan"));

    public static TheoryData<RefusalCode> Codes => [.. Enum.GetValues<RefusalCode>()];

    [Theory, MemberData(nameof(Codes))]
    public void Every_refusal_has_a_sentence_in_every_language_for_both_audiences(RefusalCode code)
    {
        foreach (var language in Language.All)
            foreach (var audience in Enum.GetValues<Audience>())
                Assert.InRange(RefusalTexts.For(code, language, audience).Length, 8, 200);
    }

    [Theory, MemberData(nameof(Codes))]
    public void A_sentence_names_the_same_particulars_in_every_language(RefusalCode code)
    {
        foreach (var audience in Enum.GetValues<Audience>())
        {
            var english = JapaneseText.Placeholders(RefusalTexts.For(code, Language.English, audience));
            foreach (var language in Language.All)
                Assert.Equal(english, JapaneseText.Placeholders(RefusalTexts.For(code, language, audience)));
        }
    }

    [Theory, MemberData(nameof(Codes))]
    public void Easy_Japanese_has_a_reading_on_every_kanji(RefusalCode code)
    {
        foreach (var audience in Enum.GetValues<Audience>())
            Assert.Empty(JapaneseText.KanjiWithoutReading(RefusalTexts.For(code, Language.EasyJapanese, audience)));
    }

    [Fact]
    public void Public_codes_are_stable_and_four_digits_long()
    {
        Assert.Equal("MUS-1001", new Refusal(RefusalCode.WrongPin, TriesLeft: 2).PublicCode);
        Assert.Equal("MUS-4001", new Refusal(RefusalCode.PersonBusy).PublicCode);
        Assert.All(Enum.GetValues<RefusalCode>(), code => Assert.InRange((int)code, 1001, 6999));
    }

    [Fact]
    public void A_wrong_pin_says_how_many_tries_are_left() =>
        Assert.Equal("The PIN is not right. You have 2 tries left. Please type it again.",
            Say(new Refusal(RefusalCode.WrongPin, TriesLeft: 2), Audience.Resident));

    [Fact]
    public void A_busy_person_is_told_which_act_was_first() =>
        Assert.Equal("Another act (Report a new address) was first. Please try again when it is finished.",
            Say(new Refusal(RefusalCode.PersonBusy, OtherActKind: ActKind.Move), Audience.Resident));

    [Fact]
    public void A_field_outside_the_entry_is_refused_by_its_name() =>
        Assert.Equal("You may not read this: End of stay, May work. The entry \"Minato Estate Co., Ltd. (invented)\" "
            + "of the published list does not cover it.",
            Say(new Refusal(RefusalCode.RightNotInEntry, Entry: EntryId.Parse("landlord"),
                Fields: [FieldId.Parse("stay-until"), FieldId.Parse("work")]), Audience.Clerk));

    [Fact]
    public void A_missing_right_is_named_with_the_entries_that_have_it() =>
        Assert.Equal("You may not read this: End of stay. The entry \"Minato Estate Co., Ltd. (invented)\" "
            + "of the published list does not cover it. It needs the right Read DG 19; entries that have it: "
            + "Minato Estate Co., Ltd. (invented).",
            Say(new Refusal(RefusalCode.RightNotInEntry, Entry: EntryId.Parse("landlord"),
                Fields: [FieldId.Parse("stay-until")])
            {
                Rights = ["Read DG 19"],
                Holders = [EntryId.Parse("landlord")],
            }, Audience.Clerk));

    private static string Say(Refusal refusal, Audience audience) =>
        RefusalTexts.For(refusal, Language.English, audience, Japan);
}
