using CsCheck;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.Tlv;

namespace Musubi.Tests.Chip.Eid;

/// <summary>What other people's readers send, and what nobody should send.</summary>
public sealed class EacWireTests
{
    [Fact]
    public async Task Every_command_cut_short_at_every_length_gets_a_status_and_no_exception()
    {
        using var country = await Country.Create();
        var recorded = await Record(country);
        Assert.True(recorded.Count > 15);
        var card = country.MakeCard();
        for (var step = 0; step < recorded.Count; step++)
        {
            var whole = recorded[step].ToBytes();
            for (var length = 0; length < whole.Length; length++)
            {
                // A header and what follows may by chance be a command; fewer than four bytes never are.
                var answer = card.Raw(whole[..length]);
                if (length < 4) Assert.Equal(StatusWord.WrongLength, answer.Status);
                card.PowerOff();
            }
        }
    }

    [Fact]
    public async Task Random_commands_in_every_stage_get_a_status_and_no_exception()
    {
        using var country = await Country.Create();
        using var pin = PacePassword.Pin(Country.Pin);
        var terminal = await country.MakeTerminal(EidRights.All);
        var card = country.MakeCard();
        using var open = await terminal.Open(card, pin, country.Trust);
        byte[] known = [0x22, 0x86, 0x2A, 0x84, 0x82, 0x2C, 0xA4, 0xB0, 0xD6, 0x44, 0x04, 0x20, 0x33, 0];
        byte[] parameters = [0x00, 0xC1, 0x81, 0x41, 0xA4, 0xB6, 0xBE, 0x02, 0x03, 0x93, 0x9D, 0x04];
        byte[] tags = [0x80, 0x81, 0x83, 0x84, 0x85, 0x91, 0x67, 0x7C, 0x0C, 0x61];
        var command =
            from ins in Gen.Int[0, known.Length - 1].Select(i => known[i])
            from p1 in Gen.Int[0, parameters.Length - 1].Select(i => parameters[i])
            from p2 in Gen.Int[0, parameters.Length - 1].Select(i => parameters[i])
            from tag in Gen.Int[0, tags.Length - 1].Select(i => tags[i])
            from value in Gen.Byte.Array[0, 70]
            from isTlv in Gen.Bool
            select new CommandApdu(0, ins, p1, p2, isTlv ? TlvWriter.Encode(tag, value) : value, 256);
        command.Sample(c =>
        {
            var answer = open.Transmit(c).AsTask().GetAwaiter().GetResult();
            Assert.NotEqual(0, answer.Status.Value);
        }, iter: 400, threads: 1);
    }

    [Fact]
    public async Task A_replayed_command_ends_the_session()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using var pin = PacePassword.Pin(Country.Pin);
        using var open = await (await country.MakeTerminal(EidRights.All)).Open(card, pin, country.Trust);
        Assert.True((await EidReader.ReadGroup(open, 21)).IsGiven);
        var replayed = card.Wire[^1].Command;
        Assert.Equal(StatusWord.SecureMessagingObjectIncorrect, card.Raw(replayed.ToBytes()).Status);
        Assert.Equal(StatusWord.SecureMessagingNotSupported, card.Raw(replayed.ToBytes()).Status);
    }

    [Fact]
    public async Task The_files_of_the_master_file_are_read_to_6B00()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        Assert.Equal("9000", card.Raw(Wire.Hex("00A4000C023F00")).ToString()[..4]);
        var directory = card.Raw(Wire.Hex("00B09E0000"));
        Assert.Equal("610b4f09e80704007f00070302", Convert.ToHexStringLower(directory.Data.Span));
        Assert.Equal(StatusWord.OffsetOutsideFile, card.Raw([0, 0xB0, 0, (byte)directory.Data.Length, 0]).Status);
        var access = card.Raw(Wire.Hex("00B09C0000"));
        Assert.InRange(access.Data.Length, 1, 223);
        Assert.True(Musubi.Chip.SecurityInfos.TryRead(access.Data, out var infos));
        Assert.Single(infos.Pace);
        // By file identifier as well.
        Assert.True(card.Raw(Wire.Hex("00A4020C02011C")).IsSuccess);
        Assert.Equal(access.Data.ToArray(), card.Raw(Wire.Hex("00B0000000")).Data.ToArray());
        Assert.Equal(StatusWord.FileNotFound, card.Raw(Wire.Hex("00A4040C05A000000003")).Status);
        Assert.Equal(StatusWord.InstructionNotSupported, card.Raw(Wire.Hex("00CA000000")).Status);
        Assert.Equal(StatusWord.ClassNotSupported, card.Raw(Wire.Hex("FF9A010000")).Status);
    }

    [Theory]
    [InlineData("0022C1A4 12 800A04007F00070202040202 830103 84010D", "9000")]
    [InlineData("0022C1A4 0F 800A04007F00070202040202 830103", "9000")]
    [InlineData("0022C1A4 12 800A04007F00070202040202 830103 84010D 00", "9000")]
    [InlineData("0022C1A4 12 800A04007F00070202040202 830103 84010C", "6A88")]
    [InlineData("0022C1A4 12 800A04007F00070202040202 830101 84010D", "9000")]
    [InlineData("0022C1A4 12 800A04007F00070202040202 830105 84010D", "6A88")]
    [InlineData("0022C1A4 12 800A04007F00070202040204 830103 84010D", "6A80")]
    [InlineData("0022C1A4", "6A80")]
    [InlineData("0022C1A5 03 830103", "6A86")]
    public async Task MSE_Set_AT_takes_what_readers_send(string command, string status)
    {
        using var country = await Country.Create();
        Assert.Equal(status, country.MakeCard().Raw(Wire.Hex(command)).Status.ToString());
    }

    [Theory]
    [InlineData("00B0810000")]
    [InlineData("00A4020C022F01")]
    public async Task EF_ATR_INFO_says_chaining_extended_length_and_how_long(string select)
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        Assert.True(card.Raw(Wire.Hex(select)).IsSuccess);
        Assert.Equal(
            "4301b847039441e07f660802027fff02027fff",
            Convert.ToHexStringLower(card.Raw(Wire.Hex("00B0000000")).Data.Span));
    }

    [Fact]
    public async Task The_counter_of_the_PIN_is_asked_without_spending_a_try()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        var query = Wire.Hex("0022C1A412800A04007F0007020204020283010384010D");
        foreach (var (left, status) in new[] { (3, "9000"), (2, "63C2"), (1, "63C1"), (0, "63C0") })
        {
            card.Eac.PinTriesLeft = left;
            Assert.Equal(status, card.Raw(query).Status.ToString());
            Assert.Equal(left, card.Eac.PinTriesLeft);
        }

        Assert.Equal(0, card.Persisted);
    }

    [Fact]
    public async Task A_short_read_in_the_channel_gives_at_most_223_bytes_and_an_extended_one_all()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        card.Groups.Groups[17] = EidGroup.Wrap(17, EidGroup.Text(new string('a', 1000)));
        using var pin = PacePassword.Pin(Country.Pin);
        using var open = await (await country.MakeTerminal(EidRights.All)).Open(card, pin, country.Trust);
        Assert.True((await EidReader.ReadGroup(open, 17)).IsGiven);
        Assert.All(card.Wire, pair => Assert.InRange(pair.Answer.ToBytes().Length, 2, 258));
        Assert.Equal(223, (await open.Transmit(new CommandApdu(0, 0xB0, 0x91, 0, Ne: 256))).Data.Length);
        var whole = card.Groups.Groups[17].Length;
        Assert.Equal(whole, (await open.Transmit(new CommandApdu(0, 0xB0, 0x91, 0, Ne: 65_536))).Data.Length);
        var end = new CommandApdu(0, 0xB0, (byte)(whole >> 8), (byte)(whole & 0xFF), Ne: 256);
        Assert.Equal(StatusWord.OffsetOutsideFile, (await open.Transmit(end)).Status);
    }

    [Fact]
    public async Task Certificates_come_in_one_extended_command_or_in_a_chain_of_short_ones()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using var pin = PacePassword.Pin(Country.Pin);
        var pace = Assert.IsType<PaceOutcome.Established>(
            await Pace.Establish(card, pin, Terminal.Ask(EidRights.All))).Channel;
        var certificate = country.Verifier.Certificate;
        var set = new CommandApdu(0, 0x22, 0x81, 0xB6, TlvWriter.Encode(0x83, certificate.Issuer.ToBytes()));
        Assert.True((await pace.Transmit(set)).IsSuccess);
        var data = certificate.BodyAndSignature;
        Assert.True((await pace.Transmit(new CommandApdu(0x10, 0x2A, 0, 0xBE, data[..100]))).IsSuccess);
        Assert.True((await pace.Transmit(new CommandApdu(0x00, 0x2A, 0, 0xBE, data[100..]))).IsSuccess);
        Assert.True((await pace.Transmit(set)).IsSuccess);
        Assert.True((await pace.Transmit(new CommandApdu(0x00, 0x2A, 0, 0xBE, data, 65_536))).IsSuccess);
    }

    [Fact]
    public async Task A_chain_without_end_is_refused()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        var part = new CommandApdu(0x10, 0x2A, 0, 0xBE, new byte[255]);
        var answers = new List<StatusWord>();
        for (var i = 0; i < 34; i++) answers.Add((await card.Transmit(part)).Status);
        Assert.Contains(StatusWord.WrongLength, answers);
    }

    [Fact]
    public async Task A_stage_with_one_bad_group_is_dropped_whole()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using var pin = PacePassword.Pin(Country.Pin);
        using var open = await (await country.MakeTerminal(EidRights.All)).Open(card, pin, country.Trust);
        Assert.True((await EidReader.ReadGroup(open, 19)).IsGiven);
        var before = card.Groups.Groups.ToDictionary();
        var good = EidGroup.Wrap(19, EidGroup.Text("new"));
        Assert.True((await open.Transmit(new CommandApdu(0, 0x04, 0, 0))).IsSuccess);
        Assert.True((await open.Transmit(new CommandApdu(0, 0xD6, 0x93, 0, good))).IsSuccess);
        // DG20 announced longer than what comes.
        byte[] cut = [0x74, 0x05, 0x0C, 0x01];
        Assert.True((await open.Transmit(new CommandApdu(0, 0xD6, 0x94, 0, cut))).IsSuccess);
        var activate = new CommandApdu(0, 0x44, 0, 0);
        Assert.Equal(StatusWord.WrongData, (await open.Transmit(activate)).Status);
        Assert.Equal(StatusWord.ConditionsNotSatisfied, (await open.Transmit(activate)).Status);
        Assert.Equal(before, card.Groups.Groups);
    }

    [Fact]
    public async Task What_one_session_staged_no_other_can_activate()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using var pin = PacePassword.Pin(Country.Pin);
        var terminal = await country.MakeTerminal(EidRights.All);
        using (var first = await terminal.Open(card, pin, country.Trust))
        {
            Assert.True((await EidReader.ReadGroup(first, 19)).IsGiven);
            var good = EidGroup.Wrap(19, EidGroup.Text("new"));
            Assert.True((await first.Transmit(new CommandApdu(0, 0x04, 0, 0))).IsSuccess);
            Assert.True((await first.Transmit(new CommandApdu(0, 0xD6, 0x93, 0, good))).IsSuccess);
        }

        using var second = await terminal.Open(card, pin, country.Trust);
        Assert.True((await EidReader.ReadGroup(second, 19)).IsGiven);
        Assert.Equal(StatusWord.ConditionsNotSatisfied, (await second.Transmit(new CommandApdu(0, 0x44, 0, 0))).Status);
    }

    /// <summary>Every command of a whole conversation, as it went over the wire.</summary>
    private static async Task<List<CommandApdu>> Record(Country country)
    {
        var card = country.MakeCard();
        using var pin = PacePassword.Pin(Country.Pin);
        using var open = await (await country.MakeTerminal(EidRights.All)).Open(card, pin, country.Trust);
        await EidWriter.WriteGroups(open, [(19, EidGroup.Text("x"))]);
        return [.. card.Wire.Select(pair => pair.Command)];
    }
}
