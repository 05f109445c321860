using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;

namespace Musubi.Tests.Chip.Eid;

/// <summary>UPDATE BINARY of terminals that know the standard only: a group is written when its last byte is, and never
/// by halves.</summary>
public sealed class GroupWriteTests
{
    private static readonly byte[] New = EidGroup.Wrap(19, EidGroup.Text(new string('x', 300)));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_group_is_written_with_its_last_byte_and_was_the_old_one_before()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using var open = await Open(country, card, EidRights.All);
        var old = card.Groups.Groups[19];
        var persisted = card.Persisted;
        Assert.Equal(StatusWord.Success, await Update(open, 0x93, 0, New.AsMemory(0, 200)));
        Assert.Equal((old, persisted), (card.Groups.Groups[19], card.Persisted));
        Assert.Equal(StatusWord.Success, await Update(open, 0, 200, New.AsMemory(200)));
        Assert.Equal(New, card.Groups.Groups[19]);
        Assert.Equal(persisted + 1, card.Persisted);
    }

    [Fact]
    public async Task What_is_no_group_or_another_one_is_refused_and_the_old_group_stays()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using var open = await Open(country, card, EidRights.All);
        var old = card.Groups.Groups[19];
        Assert.Equal(StatusWord.WrongData, await Update(open, 0x93, 0, EidGroup.Wrap(20, EidGroup.Text("x"))));
        Assert.Equal(StatusWord.WrongData, await Update(open, 0x93, 0, (byte[])[0x73, 0x02, 0x0C, 0x05]));
        Assert.Equal(StatusWord.WrongData, await Update(open, 0x93, 0, (byte[])[.. New[..200], .. New[200..], 0]));
        Assert.Equal(StatusWord.OffsetOutsideFile, await Update(open, 0, 7, New));
        Assert.Equal(old, card.Groups.Groups[19]);
        // The refused beginnings are forgotten: a whole group is taken after them.
        Assert.Equal(StatusWord.Success, await Update(open, 0x93, 0, New));
    }

    [Fact]
    public async Task Half_a_group_ends_with_the_session_and_spoils_no_other()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using (var first = await Open(country, card, EidRights.All))
        {
            Assert.Equal(StatusWord.Success, await Update(first, 0x93, 0, New.AsMemory(0, 200)));
            Assert.Equal(StatusWord.Success, await Update(first, 0x94, 0, EidGroup.Wrap(20, EidGroup.Text("y"))));
        }

        using var second = await Open(country, card, EidRights.All);
        Assert.Equal(StatusWord.Success, (await second.Transmit(
            new CommandApdu(0, 0xA4, 2, 0x0C, (byte[])[0x01, 0x13]), Cancel)).Status);
        Assert.Equal(StatusWord.OffsetOutsideFile, await Update(second, 0, 200, New.AsMemory(200)));
        Assert.Equal(EidGroup.Wrap(20, EidGroup.Text("y")), card.Groups.Groups[20]);
    }

    [Fact]
    public async Task Waiting_needs_a_right_to_write_and_activation_needs_waiting()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using (var reader = await Open(country, card, EidRights.ReadDg4))
            Assert.Equal(StatusWord.SecurityStatusNotSatisfied, await Send(reader, 0x04));
        using var writer = await Open(country, card, EidRights.WriteDg19);
        Assert.Equal(StatusWord.ConditionsNotSatisfied, await Send(writer, 0x44));
        Assert.Equal(StatusWord.Success, await Send(writer, 0x04));
        Assert.Equal(StatusWord.ConditionsNotSatisfied, await Send(writer, 0x44));
        Assert.Equal(StatusWord.Success, await Update(writer, 0x93, 0, New));
        Assert.NotEqual(New, card.Groups.Groups[19]);
        Assert.Equal(StatusWord.Success, await Send(writer, 0x44));
        Assert.Equal(New, card.Groups.Groups[19]);
        Assert.Equal(StatusWord.ConditionsNotSatisfied, await Send(writer, 0x44));
    }

    private static async Task<ChipAuthenticated> Open(Country country, LooseCard card, EidRights rights)
    {
        using var pin = PacePassword.Pin(Country.Pin);
        var open = await (await country.MakeTerminal(rights)).Open(card, pin, country.Trust);
        Assert.True(await open.SelectEid(Cancel));
        return open;
    }

    private static async Task<StatusWord> Update(ChipAuthenticated open, byte p1, byte p2, ReadOnlyMemory<byte> data) =>
        (await open.Transmit(new CommandApdu(0, 0xD6, p1, p2, data), Cancel)).Status;

    private static async Task<StatusWord> Send(ChipAuthenticated open, byte instruction) =>
        (await open.Transmit(new CommandApdu(0, instruction, 0, 0), Cancel)).Status;
}
