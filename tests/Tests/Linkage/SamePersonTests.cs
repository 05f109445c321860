using CsCheck;
using Musubi.Linkage;
using Musubi.Vocabulary;
using Xunit;

namespace Musubi.Tests.Linkage;

public sealed class SamePersonTests
{
    private static readonly FourAttributes Linh = new(
        PersonName.OfRoman("NGUYEN", "THI LINH"), PartialDate.Parse("1996-04-12"), Sex.Female,
        new Address(MunicipalityCode.Parse("131041"), "高田馬場1-2-3"));

    [Fact]
    public void Four_equal_attributes_are_the_same_person() =>
        Assert.Empty(SamePersonQuestion.Ask(Linh, Linh).Differences);

    [Theory]
    [InlineData("nguyen", "thi linh")]
    [InlineData("ＮＧＵＹＥＮ", "ＴＨＩ　ＬＩＮＨ")]
    [InlineData("THI LINH", "NGUYEN")]
    [InlineData("NGUYEN-THI", "LINH")]
    public void Width_case_order_and_division_do_not_make_another_name(string family, string given) =>
        Assert.Empty(SamePersonQuestion.Ask(Linh, Linh with { Name = PersonName.OfRoman(family, given) }).Differences);

    [Theory]
    [InlineData("NGUYEN", "LINH")]
    [InlineData("NGUYEN", "THI LIHN")]
    [InlineData("NGUYEN", "VAN LINH")]
    [InlineData("N", "THI LINH")]
    public void A_missing_middle_name_or_a_slip_goes_to_review(string family, string given) =>
        Reviewed(Linh with { Name = PersonName.OfRoman(family, given) }, Difference.RomanName);

    [Theory]
    [InlineData("高田馬場一丁目2番3号")]
    [InlineData("高田馬場１丁目２番地３")]
    [InlineData("高田馬場1−2−3")]
    [InlineData(" 高田馬場 1ー2ー3 ")]
    [InlineData("高田馬場1-2の3")]
    public void Spellings_of_an_address_are_one_address(string text) =>
        Assert.Empty(SamePersonQuestion.Ask(Linh, Linh with { Address = new(Linh.Address.Municipality, text) })
            .Differences);

    [Theory]
    [InlineData("高田馬場1-2-30")]
    [InlineData("高田馬場1-23")]
    [InlineData("高田馬場12-3")]
    [InlineData("高田馬場1-2-3-401")]
    [InlineData("戸塚町1-2-3")]
    public void Another_number_or_town_is_another_address(string text) =>
        Reviewed(Linh with { Address = new(Linh.Address.Municipality, text) }, Difference.AddressText);

    [Theory]
    [InlineData("霞ヶ関1-1", "霞が関1-1")]
    [InlineData("大字中野二十三番地", "中野23")]
    [InlineData("本町十番", "本町10")]
    [InlineData("メゾン・コート本町1-1", "メゾン・コート本町一丁目1番")]
    public void Place_names_and_kanji_numbers_have_one_spelling(string one, string other)
    {
        var place = Linh.Address.Municipality;
        Assert.Empty(SamePersonQuestion.Ask(
            Linh with { Address = new(place, one) }, Linh with { Address = new(place, other) }).Differences);
    }

    [Fact]
    public void Another_municipality_is_another_address() =>
        Reviewed(Linh with { Address = new(MunicipalityCode.Parse("131032"), Linh.Address.Text) },
            Difference.Municipality);

    [Fact]
    public void Each_differing_attribute_is_named()
    {
        Reviewed(Linh with { BirthDate = PartialDate.Parse("1996-04-21") }, Difference.BirthDate);
        Reviewed(Linh with { BirthDate = PartialDate.Parse("1996-04-00") }, Difference.BirthDateLessKnown);
        Reviewed(Linh with { Sex = Sex.Male }, Difference.Sex);
        Reviewed(Linh with { Sex = Sex.Unspecified }, Difference.SexNotRecorded);
        Reviewed(Linh with { Sex = Sex.Male, BirthDate = PartialDate.Parse("1990-00-00") }, Difference.BirthDate,
            Difference.Sex);
        Assert.Equal([BasicAttribute.Sex], SamePersonQuestion.Ask(Linh, Linh with { Sex = Sex.Male }).Differing);
        Assert.True(SamePersonQuestion.Ask(Linh, Linh).Agrees);
    }

    [Fact]
    public void A_form_that_only_one_register_has_says_nothing()
    {
        var roman = new NameForm(NameScript.Roman, "ZHANG", "WEI");
        var alone = Linh with { Name = new([roman]) };
        Assert.Empty(SamePersonQuestion.Ask(alone, alone with { Name = new([roman, new(NameScript.Kanji, "張", "偉")]) })
            .Differences);
        Assert.Empty(SamePersonQuestion.Ask(
            alone, alone with { Name = new([roman, new(NameScript.Alias, "山田", "太郎")]) }).Differences);
    }

    [Fact]
    public void Simplified_and_standard_characters_are_one_name_and_others_are_not()
    {
        var roman = new NameForm(NameScript.Roman, "ZHANG", "WEI");
        var card = Linh with { Name = new([roman, new(NameScript.Kanji, "張", "偉")]) };
        Assert.Empty(SamePersonQuestion.Ask(card, card with { Name = new([roman, new(NameScript.Kanji, "张", "伟")]) })
            .Differences);
        Assert.Empty(SamePersonQuestion.Ask(card, card with { Name = new([roman, new(NameScript.Kanji, "張　偉", "")]) })
            .Differences);
        Reviewed(card, card with { Name = new([roman, new(NameScript.Kanji, "章", "偉")]) }, Difference.KanjiName);
    }

    [Fact]
    public void The_katakana_reading_never_decides()
    {
        var roman = new NameForm(NameScript.Roman, "ZHANG", "WEI");
        var one = Linh with { Name = new([roman, new(NameScript.Kana, "チャン", "ウェイ")]) };
        Assert.Empty(SamePersonQuestion.Ask(one, one with { Name = new([roman, new(NameScript.Kana, "ジャン", "ウェイ")]) })
            .Differences);
    }

    [Fact]
    public void Two_aliases_must_agree()
    {
        var roman = new NameForm(NameScript.Roman, "KIM", "MINJUN");
        var one = Linh with { Name = new([roman, new(NameScript.Alias, "金村", "実")]) };
        Reviewed(one, one with { Name = new([roman, new(NameScript.Alias, "金本", "実")]) }, Difference.Alias);
    }

    [Fact]
    public void The_question_is_the_same_from_both_sides() =>
        Gen.Select(OneOf("NGUYEN", "TRAN"), OneOf("THI LINH", "LINH"), OneOf("1996-04-12", "1996-04-00", "1997-01-01"),
            Gen.Enum<Sex>(), OneOf("本町1-2", "本町1丁目2番", "本町12")).Sample((family, given, birth, sex, address) =>
        {
            var other = new FourAttributes(PersonName.OfRoman(family, given), PartialDate.Parse(birth), sex,
                new(Linh.Address.Municipality, address));
            Assert.Equal(SamePersonQuestion.Ask(Linh, other).Differences, SamePersonQuestion.Ask(other, Linh)
                .Differences);
        });

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(at => texts[at]);

    private static void Reviewed(FourAttributes number, params Difference[] expected) =>
        Reviewed(Linh, number, expected);

    private static void Reviewed(FourAttributes residence, FourAttributes number, params Difference[] expected) =>
        Assert.Equal(expected, SamePersonQuestion.Ask(residence, number).Differences);
}
