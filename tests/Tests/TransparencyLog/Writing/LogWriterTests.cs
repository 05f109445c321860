using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Tiles;
using Musubi.TransparencyLog.Writing;

namespace Musubi.Tests.TransparencyLog.Writing;

public sealed class LogWriterTests : IDisposable
{
    private readonly LogWorld world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_new_log_publishes_the_empty_tree()
    {
        await using var log = await world.Open();
        var checkpoint = await world.Audit();
        Assert.Equal((0, TreeHash.Empty), (checkpoint.Size, checkpoint.Root));
        Assert.Equal(checkpoint, log.Published.Checkpoint);
    }

    [Fact]
    public async Task Entries_stand_where_their_appenders_were_told()
    {
        await using var log = await world.Open();
        var places = await LogWorld.Append(log, 0, 700);
        Assert.Equal(Enumerable.Range(0, 700).Select(i => (long)i), places.Select(place => place.Index).Order());
        await log.Integrated(699);
        Assert.Equal(700, (await world.Audit()).Size);
        for (var i = 0; i < places.Length; i++)
            Assert.Equal(LogWorld.Entry(i), (await log.Reader.ReadEntry(places[i].Index, 700)).ToArray());
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(65_535)]
    [InlineData(65_537)]
    public async Task Tiles_are_those_of_the_specification_at_the_edges(int size)
    {
        var (edge, files) = TreeEdge.Empty.Grow(Enumerable.Range(0, size)
            .Select(i => (ReadOnlyMemory<byte>)LogWorld.Entry(i)));
        var expected = new List<string>();
        for (var level = 0; size >> (8 * level) > 0; level++)
            for (var index = 0; TileAddress.InTree(level, index, size) is { } tile; index++) expected.Add(tile.Path);
        for (var index = 0; TileAddress.BundleInTree(index, size) is { } bundle; index++) expected.Add(bundle.Path);
        Assert.Equal(expected.Order(StringComparer.Ordinal),
            files.Select(file => file.Address.Path).Order(StringComparer.Ordinal));
        var range = new CompactRange();
        for (var i = 0; i < size; i++) range.Append(TreeHash.Leaf(LogWorld.Entry(i)));
        Assert.Equal(range.Root(), edge.Root());
        await Task.CompletedTask;
    }

    [Fact]
    public async Task An_edge_grows_alike_in_one_step_and_in_many()
    {
        const int Size = 1100;
        var entries = Enumerable.Range(0, Size).Select(i => (ReadOnlyMemory<byte>)LogWorld.Entry(i)).ToArray();
        var (whole, files) = TreeEdge.Empty.Grow(entries);
        var (edge, written) = (TreeEdge.Empty, new Dictionary<string, byte[]>(StringComparer.Ordinal));
        for (var at = 0; at < Size; at += 7)
        {
            (edge, var more) = edge.Grow(entries.Skip(at).Take(7));
            foreach (var file in more) written[file.Address.Path] = file.Bytes;
        }
        Assert.Equal((whole.Size, whole.Root()), (edge.Size, edge.Root()));
        foreach (var file in files) Assert.Equal(file.Bytes, written[file.Address.Path]);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task The_same_key_has_the_same_index_within_a_batch_and_after_a_restart()
    {
        await using (var log = await world.Open())
        {
            var twice = await Task.WhenAll(log.Append(LogWorld.Key(0), LogWorld.Entry(0)),
                log.Append(LogWorld.Key(0), LogWorld.Entry(0)), log.Append(LogWorld.Key(1), LogWorld.Entry(1)));
            Assert.Equal([new(0, false), new(0, true), new(1, false)], twice);
            Assert.Equal(new LogPlace(1, true), await log.Append(LogWorld.Key(1), LogWorld.Entry(1)));
            await log.Integrated(1);
            Assert.Equal(new LogPlace(1, true), await log.Append(LogWorld.Key(1), LogWorld.Entry(1)));
        }
        await using var again = await world.Open();
        Assert.Equal(new LogPlace(0, true), await again.Append(LogWorld.Key(0), LogWorld.Entry(0)));
        Assert.Equal(new LogPlace(2, false), await again.Append(LogWorld.Key(2), LogWorld.Entry(2)));
    }

    [Fact]
    public async Task A_key_that_names_another_entry_is_our_own_mistake()
    {
        await using var log = await world.Open();
        await log.Append(LogWorld.Key(0), LogWorld.Entry(0));
        await Assert.ThrowsAsync<InvalidOperationException>(() => log.Append(LogWorld.Key(0), LogWorld.Entry(1)));
        await log.Integrated(0);
        await Assert.ThrowsAsync<InvalidOperationException>(() => log.Append(LogWorld.Key(0), LogWorld.Entry(1)));
        Assert.Equal(1, log.Taken);
    }

    [Fact]
    public async Task What_was_taken_is_published_after_the_next_start()
    {
        world.Witness.IsAway = true;
        await using (var log = await world.Open())
        {
            await LogWorld.Append(log, 0, 300);
            Assert.Equal(0, log.Published.Size);
        }
        world.Witness.IsAway = false;
        await using var again = await world.Open();
        await again.Integrated(299);
        Assert.Equal(300, (await world.Audit()).Size);
    }

    [Fact]
    public async Task Without_witnesses_entries_are_taken_and_nothing_is_published()
    {
        world.Witness.IsAway = true;
        await using var log = await world.Open();
        Assert.Equal(0, (await log.Append(LogWorld.Key(0), LogWorld.Entry(0))).Index);
        var integrated = log.Integrated(0);
        while (log.Trouble is not LogTrouble.NoQuorum) await Task.Delay(1, TestContext.Current.CancellationToken);
        Assert.False(integrated.IsCompleted);
        Assert.Equal(0, (await world.Audit()).Size);
        world.Witness.IsAway = false;
        Assert.Equal(1, (await integrated).Size);
    }

    [Fact]
    public async Task A_checkpoint_has_the_signatures_of_all_keys_and_opens_for_the_old_one()
    {
        using var ed = NoteSigner.FromSeed(new KeyName(LogWorld.Origin.Value), NoteAlgorithm.Ed25519, new byte[32]);
        using var ml = NoteSigner.FromSeed(new KeyName(LogWorld.Origin.Value), NoteAlgorithm.MlDsa44, new byte[32]);
        await using (var log = await LogWriter.Open(world.Folder, LogWorld.Origin, [ed, ml], world.Settings))
        {
            await LogWorld.Append(log, 0, 1);
            var note = (await log.Integrated(0)).Note;
            Assert.Equal(2, note.Verify(new NoteVerifier(ed.Key), new NoteVerifier(ml.Key)).Signatures.Length);
        }
        await using var again = await world.Open();
        Assert.Equal(1, again.Published.Size);
    }

    [Fact]
    public async Task A_log_without_an_Ed25519_key_is_none()
    {
        using var ml = NoteSigner.FromSeed(new KeyName("log.example"), NoteAlgorithm.MlDsa44, new byte[32]);
        await Assert.ThrowsAsync<ArgumentException>(
            () => LogWriter.Open(world.Folder, LogWorld.Origin, [ml], world.Settings));
    }

    [Fact]
    public async Task An_entry_of_one_byte_too_many_is_refused()
    {
        await using var log = await world.Open();
        await Assert.ThrowsAsync<ArgumentException>(() => log.Append(LogWorld.Key(0), new byte[65_536]));
        Assert.Equal(0, (await log.Append(LogWorld.Key(0), new byte[65_535])).Index);
        await log.Integrated(0);
        await world.Audit();
    }

    [Fact]
    public async Task A_full_tile_takes_the_place_of_its_partial_ones()
    {
        await using var log = await world.Open();
        for (var i = 0; i < 300; i += 50)
        {
            await LogWorld.Append(log, i, 50);
            await log.Integrated(i + 49);
        }
        Assert.False(Directory.Exists(Path.Combine(world.Public, "tile/0/000.p")));
        Assert.False(Directory.Exists(Path.Combine(world.Public, "tile/entries/000.p")));
        Assert.True(File.Exists(Path.Combine(world.Public, "tile/0/001.p/44")));
        await world.Audit();
    }

    [Fact]
    public async Task The_log_can_be_closed_while_appenders_wait()
    {
        var log = await world.Open();
        var appends = Enumerable.Range(0, 2000).Select(i => log.Append(LogWorld.Key(i), LogWorld.Entry(i))).ToArray();
        await log.DisposeAsync();
        Assert.All(await Task.WhenAll(appends.Select(Outcome)), outcome => Assert.Contains(outcome, (string[])
            ["taken", nameof(LogFault.Stopped)]));
        Assert.Equal(nameof(LogFault.Stopped), await Outcome(log.Append(LogWorld.Key(1), LogWorld.Entry(1))));
    }

    private static async Task<string> Outcome(Task<LogPlace> append)
    {
        try
        {
            await append;
            return "taken";
        }
        catch (LogWriterException fault)
        {
            return fault.Fault.ToString();
        }
    }
}
