using Musubi.Chip.Applications.Emrtd;

namespace Musubi.Tests.Chip.Emrtd;

public sealed class Td1MrzTests
{
    // ICAO Doc 9303-5, Appendix A (specimen of a TD1 card).
    private const string Eriksson =
        "I<UTOD231458907<<<<<<<<<<<<<<<" +
        "7408122F1204159UTO<<<<<<<<<<<6" +
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<";

    // ICAO Doc 9303-11, Appendix D.2 (document number of more than nine characters).
    private const string Stevenson =
        "I<UTOD23145890<7349<<<<<<<<<<<" +
        "3407127M9507122UTO<<<<<<<<<<<2" +
        "STEVENSON<<PETER<JOHN<<<<<<<<<";

    [Fact]
    public void The_specimen_of_the_standard_is_written_and_read_exactly()
    {
        var mrz = Specimen() with { DocumentNumber = "D23145890" };
        Assert.Equal(Eriksson, mrz.Encode());
        Assert.Equal(mrz, Td1Mrz.Decode(Eriksson));
    }

    [Fact]
    public void A_long_document_number_runs_on_into_the_optional_data()
    {
        var mrz = Td1Mrz.Decode(Stevenson);
        Assert.Equal("D23145890734", mrz.DocumentNumber);
        Assert.Equal(Stevenson, mrz.Encode());
        // The key seed of the same appendix: number, 9, birth 340712 and 7, expiry 950712 and 2.
        Assert.Equal("D23145890734934071279507122", mrz.KeySeed());
    }

    [Fact]
    public void A_name_that_does_not_fit_is_cut_and_still_reads_as_its_beginning()
    {
        var mrz = Specimen() with
        {
            PrimaryIdentifier = "NILAVADHANANANDA",
            SecondaryIdentifier = "CHAYAPA DEJTHAMRONG KRASUANG"
        };
        Assert.Equal("NILAVADHANANANDA<<CHAYAPA<DEJT", mrz.Encode()[60..]);
    }

    [Theory]
    [InlineData(4, "A wrong letter in the number is caught")]
    [InlineData(30, "A wrong digit in the birth date is caught")]
    [InlineData(38, "A wrong digit in the expiry date is caught")]
    public void A_changed_character_is_caught_by_a_check_digit(int at, string why)
    {
        var changed = Eriksson.ToCharArray();
        changed[at + 2] = changed[at + 2] == '9' ? '8' : '9';
        var thrown = Assert.Throws<MrzException>(() => Td1Mrz.Decode(new string(changed)));
        Assert.True(thrown.Message.Contains("check digit", StringComparison.Ordinal), why);
    }

    [Theory]
    [InlineData("GARCÍA")]
    [InlineData("張")]
    [InlineData("lower")]
    public void A_name_that_was_not_transliterated_is_refused_and_not_guessed(string name) =>
        Assert.Throws<MrzException>(() => (Specimen() with { PrimaryIdentifier = name }).Encode());

    private static Td1Mrz Specimen() => new()
    {
        DocumentCode = "I",
        IssuingState = "UTO",
        DocumentNumber = "D23145890",
        BirthDate = "740812",
        Sex = 'F',
        ExpiryDate = "120415",
        Nationality = "UTO",
        PrimaryIdentifier = "ERIKSSON",
        SecondaryIdentifier = "ANNA MARIA",
    };
}
