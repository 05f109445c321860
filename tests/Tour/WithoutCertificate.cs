using Musubi.Chip;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.Pace;
using Musubi.Chip.Readers.InProcess;
using Musubi.Chip.VirtualCards;

namespace Musubi.Tour;

/// <summary>Somebody with a reader of their own, the card in the hand and even the PIN, but no terminal certificate.
/// Speaks to a copy of the card file: the card itself is not touched.</summary>
internal static class WithoutCertificate
{
    /// <summary>The groups of 1 to 21 that the card gave.</summary>
    public static async Task<List<int>> GroupsGiven(string cardFile, string? pin, string? can)
    {
        var copy = Path.Combine(Directory.CreateTempSubdirectory("musubi-tour-").FullName, "card");
        File.Copy(cardFile, copy);
        try
        {
            using var card = VirtualCard.Open(copy);
            var reader = new InProcessReader("somebody's own");
            reader.Insert(card);
            var channel = reader.Connect();
            var given = await Ask(channel);
            if (pin is not null) given.AddRange(await AfterPace(channel, PacePassword.Pin(pin)));
            if (can is not null) given.AddRange(await AfterPace(channel, PacePassword.Can(can)));
            return given;
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(copy)!, recursive: true);
        }
    }

    private static async Task<List<int>> AfterPace(ICardChannel channel, PacePassword password)
    {
        using (password)
        {
            if (await Pace.Establish(channel, password) is not PaceOutcome.Established { Channel: var secure })
                throw new TourException($"The card did not take its own {password}.");
            using (secure) return await Ask(secure);
        }
    }

    private static async Task<List<int>> Ask(ICardChannel channel)
    {
        await channel.Transmit(new CommandApdu(0, 0xA4, 0x04, 0x0C, EidGroup.Aid));
        var given = new List<int>();
        for (var group = EidGroup.First; group <= EidGroup.Last; group++)
        {
            var answer = await channel.Transmit(new CommandApdu(0, 0xB0, (byte)(0x80 | group), 0,
                Ne: CommandApdu.ShortNe));
            if (answer.IsSuccess || !answer.Data.IsEmpty) given.Add(group);
        }

        return given;
    }
}
