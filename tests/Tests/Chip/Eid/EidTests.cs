using Musubi.Chip;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Xunit;

namespace Musubi.Tests.Chip.Eid;

/// <summary>The whole conversation in one process: PACE with the PIN, terminal and chip authentication,
/// groups.</summary>
public sealed class EidTests
{
    [Theory]
    [InlineData(AesStrength.Aes128)]
    [InlineData(AesStrength.Aes192)]
    [InlineData(AesStrength.Aes256)]
    public async Task A_terminal_with_the_right_reads_a_group_after_the_holders_PIN(AesStrength strength)
    {
        using var country = await Country.Create();
        var card = country.MakeCard(strength);
        var terminal = await country.MakeTerminal(EidRights.ReadDg19 | EidRights.ReadDg21);

        using var pin = PacePassword.Pin(Country.Pin);
        using var open = await terminal.Open(card, pin, country.Trust);

        Assert.Equal(EidRights.ReadDg19 | EidRights.ReadDg21, open.Rights);
        Assert.Equal("group 19 before", await Read(open, 19));
        Assert.Equal("group 21 before", await Read(open, 21));
    }

    [Fact]
    public async Task A_group_without_the_right_is_refused_whether_it_is_there_or_not()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        card.Groups.Groups.Remove(9);
        var terminal = await country.MakeTerminal(EidRights.ReadDg21);
        using var pin = PacePassword.Pin(Country.Pin);
        using var open = await terminal.Open(card, pin, country.Trust);

        for (var group = EidGroup.First; group < EidGroup.Last; group++)
            Assert.Equal(CardRefusal.NotPermitted, (await EidReader.ReadGroup(open, group)).Refusal);
        Assert.Equal("group 21 before", await Read(open, 21));
    }

    [Fact]
    public async Task Rights_struck_before_PACE_are_gone_though_the_certificate_has_them()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        var terminal = await country.MakeTerminal(EidRights.ReadDg19 | EidRights.ReadDg21);
        using var pin = PacePassword.Pin(Country.Pin);
        using var open = await terminal.Open(card, pin, country.Trust, asked: EidRights.ReadDg21);

        Assert.Equal(CardRefusal.NotPermitted, (await EidReader.ReadGroup(open, 19)).Refusal);
        Assert.Equal("group 21 before", await Read(open, 21));
    }

    [Fact]
    public async Task Groups_of_one_act_become_readable_together()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        var terminal = await country.MakeTerminal(EidRights.All);
        using var pin = PacePassword.Pin(Country.Pin);
        using var open = await terminal.Open(card, pin, country.Trust);
        var longText = new string('x', 900);

        var written = await EidWriter.WriteGroups(
            open, [(19, EidGroup.Text("stay")), (20, EidGroup.Text(longText)), (21, EidGroup.Text("work"))]);

        Assert.Equal(3, written.Value);
        Assert.Equal("stay", await Read(open, 19));
        Assert.Equal(longText, await Read(open, 20));
        Assert.Equal("work", await Read(open, 21));
        Assert.Equal("group 18 before", await Read(open, 18));
    }

    [Fact]
    public async Task A_card_pulled_at_any_moment_of_a_staged_write_keeps_all_old_groups_or_has_all_new_ones()
    {
        using var country = await Country.Create();
        var terminal = await country.MakeTerminal(EidRights.All);
        using var pin = PacePassword.Pin(Country.Pin);
        var finished = false;
        for (var answers = 0; !finished; answers++)
        {
            var card = country.MakeCard();
            var before = card.Groups.Groups.ToDictionary();
            using var open = await terminal.Open(card, pin, country.Trust);
            card.AnswersLeft = answers;
            try
            {
                finished = (await EidWriter.WriteGroups(
                    open, [(19, EidGroup.Text("stay")), (20, EidGroup.Text(new string('x', 300)))])).IsGiven;
            }
            catch (CardChannelException gone)
            {
                Assert.Equal(CardChannelFault.CardRemoved, gone.Fault);
                Assert.Equal(before, card.Groups.Groups);
            }
        }
    }

    [Fact]
    public async Task A_group_without_the_write_right_keeps_its_content()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        var terminal = await country.MakeTerminal(EidRights.WriteDg19 | EidRights.ReadDg19 | EidRights.ReadDg20);
        using var pin = PacePassword.Pin(Country.Pin);
        using var open = await terminal.Open(card, pin, country.Trust);

        var written = await EidWriter.WriteGroups(open, [(19, EidGroup.Text("a")), (20, EidGroup.Text("b"))]);

        Assert.Equal(CardRefusal.NotPermitted, written.Refusal);
        Assert.Equal("group 19 before", await Read(open, 19));
        Assert.Equal("group 20 before", await Read(open, 20));
    }

    private static async Task<string> Read(Musubi.Chip.ChipAuthentication.ChipAuthenticated open, int group)
    {
        var content = await EidReader.ReadGroup(open, group);
        Assert.Null(content.Refusal);
        Assert.True(EidGroup.TryText(content.Value, out var text));
        return text;
    }
}
