using Musubi.Chip.Apdu;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.Tlv;

namespace Musubi.Tests.Chip.Eid;

/// <summary>Compared, not read (TR-03110-3 §A.7.5 and §B.6).</summary>
public sealed class AuxiliaryTests
{
    private const EidRights Both = EidRights.AgeVerification | EidRights.CommunityVerification;

    [Theory]
    [InlineData("1990-05-17", "2008-05-16", true)]
    [InlineData("1990-05-17", "1990-05-17", true)]
    [InlineData("1990-05-17", "1990-05-16", false)]
    [InlineData("19900517", "1990-05-17", true)]
    // An unknown day or month never makes anybody older.
    [InlineData("1990-05-00", "1990-05-30", false)]
    [InlineData("1990-05-00", "1990-05-31", true)]
    [InlineData("1990-00-00", "1990-12-30", false)]
    [InlineData("1990-00-00", "1990-12-31", true)]
    public async Task The_age_is_compared_with_the_last_day_that_the_birth_date_may_mean(
        string born, string asked, bool answer)
    {
        using var country = await Country.Create();
        var card = Card(country, 8, born);
        using var open = await Open(country, card, new() { BornNotAfter = Day(asked) });
        Assert.Equal(answer, (await AuxiliaryVerification.Ask(open, AuxiliaryQuestion.Age)).Value);
    }

    [Theory]
    [InlineData("2030-02-01", "2030-02-01", true)]
    [InlineData("2030-02-01", "2030-02-02", false)]
    public async Task The_card_is_valid_through_its_last_day_and_no_right_is_needed(
        string expires, string asked, bool answer)
    {
        using var country = await Country.Create();
        var card = Card(country, 3, expires);
        using var open = await Open(country, card, new() { ValidOn = Day(asked) }, EidRights.ReadDg21);
        Assert.Equal(answer, (await AuxiliaryVerification.Ask(open, AuxiliaryQuestion.Validity)).Value);
    }

    [Theory]
    [InlineData("13", true)]
    [InlineData("13101", true)]
    [InlineData("131011", false)]
    [InlineData("27", false)]
    public async Task A_municipality_is_asked_for_whole_or_by_its_beginning(string code, bool answer)
    {
        using var country = await Country.Create();
        var card = Card(country, 18, "13101");
        using var open = await Open(country, card, new() { Municipality = code });
        Assert.Equal(answer, (await AuxiliaryVerification.Ask(open, AuxiliaryQuestion.Municipality)).Value);
    }

    [Fact]
    public async Task Without_its_right_a_question_gets_neither_yes_nor_no()
    {
        using var country = await Country.Create();
        var card = Card(country, 8, "1990-05-17");
        var asked = new AuxiliaryData { BornNotAfter = Day("2008-05-17"), Municipality = "13" };
        using var open = await Open(country, card, asked, EidRights.All & ~Both);
        Assert.Equal(CardRefusal.NotPermitted, (await AuxiliaryVerification.Ask(open, AuxiliaryQuestion.Age)).Refusal);
        Assert.Equal(
            CardRefusal.NotPermitted,
            (await AuxiliaryVerification.Ask(open, AuxiliaryQuestion.Municipality)).Refusal);
        Assert.Equal(0, card.Eac.Readings.Count);
    }

    [Fact]
    public async Task What_the_terminal_did_not_commit_to_it_cannot_ask()
    {
        using var country = await Country.Create();
        var card = Card(country, 8, "1990-05-17");
        using (var open = await Open(country, card, new() { ValidOn = Country.Today }))
        {
            var nothing = await AuxiliaryVerification.Ask(open, AuxiliaryQuestion.Age);
            Assert.Equal(CardRefusal.NoSuchFile, nothing.Refusal);
        }

        // And where the card's own group is no date, there is nothing to compare with.
        var odd = Card(country, 8, "unknown");
        using var second = await Open(country, odd, new() { BornNotAfter = Country.Today });
        Assert.Equal(CardRefusal.NoSuchFile, (await AuxiliaryVerification.Ask(second, AuxiliaryQuestion.Age)).Refusal);
    }

    [Fact]
    public async Task COMPARE_asks_the_same_and_says_no_with_6340()
    {
        using var country = await Country.Create();
        var card = Card(country, 8, "1990-05-17");
        using var open = await Open(country, card, new() { BornNotAfter = Day("1980-01-01"), ValidOn = Country.Today });
        Assert.False((await AuxiliaryVerification.Ask(open, AuxiliaryQuestion.Age)).Value);
        var oid = TlvWriter.Encode(0x06, AuxiliaryQuestion.Age.Oid());
        Assert.Equal("6340", (await open.Transmit(new CommandApdu(0, 0x33, 0, 0, oid))).Status.ToString());
        var unknown = TlvWriter.Encode(0x06, [.. AuxiliaryQuestion.Age.Oid()[..^1], 9]);
        Assert.Equal("6A88", (await open.Transmit(new CommandApdu(0, 0x33, 0, 0, unknown))).Status.ToString());
        Assert.Equal("6A86", (await open.Transmit(new CommandApdu(0, 0x33, 1, 0, oid))).Status.ToString());
        Assert.Equal("6A80", (await open.Transmit(new CommandApdu(0, 0x33, 0, 0, new byte[] { 1 }))).Status.ToString());
    }

    [Fact]
    public void Of_several_data_for_one_question_the_last_counts_and_unknown_ones_are_skipped()
    {
        var data = TlvWriter.Encode(0x67, w =>
        {
            foreach (var (last, text) in new[] { ((byte)1, "19800101"), ((byte)7, "x"), ((byte)1, "19900101") })
            {
                w.Write(0x73, t => t
                    .Write(0x06, [.. AuxiliaryQuestion.Age.Oid()[..^1], last])
                    .Write(0x53, System.Text.Encoding.ASCII.GetBytes(text)));
            }
        });
        Assert.Equal("19900101"u8.ToArray(), AuxiliaryData.Find(data, AuxiliaryQuestion.Age.Oid())!.Value.ToArray());
        Assert.Null(AuxiliaryData.Find(data, AuxiliaryQuestion.Validity.Oid()));
    }

    private static DateOnly Day(string text) =>
        DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static LooseCard Card(Country country, int group, string text)
    {
        var card = country.MakeCard();
        card.Groups.Groups[group] = EidGroup.Wrap(group, EidGroup.Text(text));
        return card;
    }

    private static async Task<ChipAuthenticated> Open(
        Country country, LooseCard card, AuxiliaryData data, EidRights rights = Both)
    {
        using var pin = PacePassword.Pin(Country.Pin);
        var terminal = await country.MakeTerminal(rights);
        return await terminal.Open(card, pin, country.Trust, auxiliary: data);
    }
}
