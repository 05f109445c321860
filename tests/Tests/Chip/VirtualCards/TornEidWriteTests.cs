using Musubi.Chip.VirtualCards;

namespace Musubi.Tests.Chip.VirtualCards;

/// <summary>Every change of an eID card, torn at every byte and killed at every step: the card opens as it was before
/// the write or as it is after it.</summary>
public sealed class TornEidWriteTests : IDisposable
{
    /// <summary>What is torn at every byte in memory is torn on the disk at every so many.</summary>
    private const int DiskStride = 97;

    private readonly DemoCards cards = new();

    public void Dispose() => cards.Dispose();

    public static TheoryData<string> Writes => [.. EidWrites.All.Keys];

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_write_torn_at_any_byte_leaves_the_card_as_it_was(string write)
    {
        foreach (var (old, changed) in await Record(write))
        {
            Assert.NotEqual(old, changed);
            var path = cards.PathOf("torn.card");
            await File.WriteAllBytesAsync(path, old);
            for (var taken = 0; taken < changed.Length; taken++)
            {
                var begun = changed.AsSpan(0, taken);
                // Whatever name a torn file might have: neither a beginning nor a mixture is a card.
                Assert.False(CardFile.TryRead(begun.ToArray(), out _, out _));
                byte[] mixed = taken < old.Length ? [.. begun, .. old.AsSpan(taken)] : [];
                if (!mixed.AsSpan().SequenceEqual(old) && !mixed.AsSpan().SequenceEqual(changed))
                    Assert.False(CardFile.TryRead(mixed, out _, out _));
                if (taken % DiskStride != 0) continue;
                File.WriteAllBytes(path + ".new", begun);
                using var opened = VirtualCard.Open(path);
                Assert.Equal(old, opened.File.ToBytes());
                Assert.False(File.Exists(path + ".new"));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_write_killed_at_any_step_leaves_the_old_card_or_the_new_one(string write)
    {
        var whole = await Record(write);
        var first = whole[0].Old;
        for (var number = 0; number < whole.Count; number++)
        {
            foreach (var step in (string[])["create", "write", "flush", "rename", "folder"])
            {
                var path = cards.PathOf("killed.card");
                await File.WriteAllBytesAsync(path, first);
                using (var card = VirtualCard.Open(path, new KilledLater(number, step)))
                    await Assert.ThrowsAsync<KilledException>(() => EidWrites.All[write].Act(DemoCards.Channel(card)));
                using var again = VirtualCard.Open(path);
                var expected = step is "folder" ? whole[number].New : whole[number].Old;
                Assert.Equal(expected, again.File.ToBytes());
                Assert.False(File.Exists(path + ".new"));
            }
        }
    }

    /// <summary>The bytes before and after each write, in order.</summary>
    private async Task<List<(byte[] Old, byte[] New)>> Record(string name)
    {
        var write = EidWrites.All[name];
        var path = cards.PathOf("whole.card");
        VirtualCard.Create(path, await EidWrites.Card(write)).Dispose();
        var disk = new RecordingDisk();
        using (var card = VirtualCard.Open(path, disk)) await write.Act(DemoCards.Channel(card));
        Assert.Equal(write.Writes, disk.Writes.Count);
        return disk.Writes;
    }

    /// <summary>Remembers what every write replaced, and by what.</summary>
    private sealed class RecordingDisk : DiskSteps
    {
        public List<(byte[] Old, byte[] New)> Writes { get; } = [];

        public override void Rename(string from, string to)
        {
            Writes.Add((File.ReadAllBytes(to), File.ReadAllBytes(from)));
            base.Rename(from, to);
        }
    }

    /// <summary>Dies at a step of one of its writes.</summary>
    private sealed class KilledLater(int number, string step) : DiskSteps
    {
        private readonly KilledDisk killing = new(step);
        private int begun = -1;

        public override Stream CreateTemporary(string path)
        {
            begun++;
            return begun == number ? killing.CreateTemporary(path) : base.CreateTemporary(path);
        }

        public override void Flush(Stream stream)
        {
            if (begun == number) killing.Flush(stream);
            else base.Flush(stream);
        }

        public override void Rename(string from, string to)
        {
            if (begun == number) killing.Rename(from, to);
            else base.Rename(from, to);
        }

        public override void FlushFolder(string folder)
        {
            if (begun == number) killing.FlushFolder(folder);
            else base.FlushFolder(folder);
        }
    }
}
