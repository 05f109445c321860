using System.Text.Json;
using CsCheck;
using Musubi.Vocabulary;
using Xunit;

namespace Musubi.Tests.Vocabulary;

public sealed class IdentifierTests
{
    private static readonly Gen<string> ElevenDigits =
        Gen.Char['0', '9'].Array[11].Select(digits => new string(digits));
    private static readonly Gen<string> FiveDigits = Gen.Char['0', '9'].Array[5].Select(digits => new string(digits));

    /// <summary>Chiyoda, Sapporo, Yokohama, Nagoya, Osaka, Naha as published by the Ministry of Internal
    /// Affairs.</summary>
    [Theory]
    [InlineData("131016"), InlineData("011002"), InlineData("141003"), InlineData("231002"), InlineData("271004"),
     InlineData("472018")]
    public void Published_municipality_codes_have_the_right_check_digit(string code)
    {
        Assert.Equal(code, MunicipalityCode.Parse(code).ToString());
        Assert.Equal(code, MunicipalityCode.FromFive(code[..5]).ToString());
        Assert.Equal(code[..5], MunicipalityCode.Parse(code).Five);
    }

    /// <summary>The sample number of the government's own form examples.</summary>
    [Fact]
    public void The_sample_my_number_has_the_right_check_digit() =>
        Assert.Equal("123456789018", MyNumber.Parse("123456789018").Reveal());

    [Fact]
    public void My_number_remainders_of_0_and_1_give_the_check_digit_0()
    {
        Assert.Equal("000000000000", MyNumber.FromEleven("00000000000").Reveal());
        // Σ P·Q = 6 · 2 = 12, remainder 1.
        Assert.Equal("000000000060", MyNumber.FromEleven("00000000006").Reveal());
    }

    [Fact]
    public void Any_single_wrong_digit_makes_a_my_number_invalid_unless_two_remainders_share_a_check_digit() =>
        Gen.Select(ElevenDigits, Gen.Int[0, 10], Gen.Int[1, 9]).Sample((eleven, at, shift) =>
        {
            var right = MyNumber.FromEleven(eleven).Reveal();
            var wrong = right.ToCharArray();
            wrong[at] = (char)('0' + ((wrong[at] - '0' + shift) % 10));
            // 0 stands for the remainders 0 and 1, so only there can one slip stay unseen.
            Assert.True(!MyNumber.TryParse(new string(wrong), out _) || right[11] == '0');
        });

    [Fact]
    public void Every_municipality_code_made_from_five_digits_parses_and_no_other_check_digit_does() =>
        Gen.Select(FiveDigits, Gen.Int[1, 9]).Sample((five, shift) =>
        {
            var right = MunicipalityCode.FromFive(five).ToString();
            Assert.True(MunicipalityCode.TryParse(right, out _));
            Assert.False(MunicipalityCode.TryParse(five + (char)('0' + ((right[5] - '0' + shift) % 10)), out _));
        });

    [Fact]
    public void My_number_never_shows_itself_by_accident()
    {
        var number = MyNumber.Parse("123456789018");
        Assert.Equal("************", number.ToString());
        Assert.Equal("number ************", $"number {number}");
    }

    [Theory]
    [InlineData("aa12345678bb"), InlineData("ＡＡ１２３４５６７８ＢＢ"), InlineData(" AA 12345678 BB "),
     InlineData("AA-12345678-BB")]
    public void A_typed_card_number_is_forgiven_its_spelling(string typed)
    {
        Assert.False(ResidenceCardNumber.TryParse(typed, out _));
        Assert.True(ResidenceCardNumber.TryParseTyped(typed, out var number));
        Assert.Equal("AA12345678BB", number.ToString());
    }

    [Theory]
    [InlineData(null), InlineData(""), InlineData("AA1234567BB"), InlineData("A112345678BB"),
     InlineData("AA1234567８BB")]
    public void What_is_no_card_number_is_refused(string? text) =>
        Assert.False(ResidenceCardNumber.TryParse(text, out _));

    [Fact]
    public void Typed_rubbish_is_refused_and_not_normalised()
    {
        Assert.False(MyNumber.TryParseTyped(new string('\uFDFA', 10_000), out _));
        Assert.False(MyNumber.TryParseTyped("\uD800", out _));
        Assert.False(MyNumber.TryParseTyped(null, out _));
    }

    [Fact]
    public void A_wrong_text_is_not_repeated_in_the_message()
    {
        var refused = Assert.Throws<IdentifierFormatException>(() => MyNumber.Parse("123456789012"));
        Assert.DoesNotContain("123456789012", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Acts_sort_by_the_time_they_were_begun()
    {
        var earlier = new FixedTime(new(2026, 6, 15, 9, 0, 0, TimeSpan.Zero));
        var later = new FixedTime(new(2026, 6, 15, 9, 0, 1, TimeSpan.Zero));
        Assert.True(string.CompareOrdinal(ActId.New(earlier).ToString(), ActId.New(later).ToString()) < 0);
        Assert.False(ActId.TryParse(Guid.Empty.ToString("N"), out _));
        Assert.False(ActId.TryParse(ActId.New(later).ToString().ToUpperInvariant() + "A", out _));
    }

    [Fact]
    public void Identifiers_travel_through_json_also_as_property_names()
    {
        var map = new Dictionary<FieldId,
            PartialDate>
        { [FieldId.Parse("birth-date")] = PartialDate.Parse("1990-00-00") };
        var json = JsonSerializer.Serialize(map);
        Assert.Equal("""{"birth-date":"1990-00-00"}""", json);
        Assert.Equal(map, JsonSerializer.Deserialize<Dictionary<FieldId, PartialDate>>(json));
        Assert.Equal("\"123456789018\"", JsonSerializer.Serialize(MyNumber.Parse("123456789018")));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<MyNumber>("\"123456789012\""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<StatusCode>("null"));
    }

    [Theory]
    [InlineData("Status"), InlineData("-a"), InlineData("a-"), InlineData("a--b"), InlineData("a b"), InlineData("ａ")]
    public void A_key_of_the_data_is_lower_case_with_single_hyphens(string text) =>
        Assert.False(StatusCode.TryParse(text, out _));

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
