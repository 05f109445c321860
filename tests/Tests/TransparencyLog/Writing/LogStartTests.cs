using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Writing;

namespace Musubi.Tests.TransparencyLog.Writing;

/// <summary>What a writer does not go on from, and that it changes nothing then.</summary>
public sealed class LogStartTests : IAsyncLifetime
{
    private readonly LogWorld world = new();

    private string Journal => Directory.GetFiles(Path.Combine(world.Folder, "private/journal")).Single();

    public async ValueTask InitializeAsync()
    {
        await using var log = await world.Open();
        await LogWorld.Append(log, 0, 300);
        await log.Integrated(299);
    }

    public ValueTask DisposeAsync()
    {
        world.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Two_writers_on_one_log_are_impossible()
    {
        await using var first = await world.Open();
        var fault = await Assert.ThrowsAsync<LogWriterException>(() => world.Open());
        Assert.Equal(LogFault.InUse, fault.Fault);
        Assert.Equal(300, (await first.Append(LogWorld.Key(300), LogWorld.Entry(300))).Index);
    }

    [Fact]
    public async Task Where_locks_do_not_hold_the_first_writer_answers_nobody_after_the_second_has_started()
    {
        await using var first = await world.Open();
        // As on a file system without locks: the name leads to another file, which nobody has locked.
        File.Delete(Path.Combine(world.Folder, "private/in-use"));
        await using var second = await world.Open();
        var fault = await Assert.ThrowsAsync<LogWriterException>(
            () => first.Append(LogWorld.Key(300), LogWorld.Entry(300)));
        Assert.Equal(LogFault.OtherWriter, fault.Fault);
        Assert.Equal(300, (await second.Append(LogWorld.Key(301), LogWorld.Entry(301))).Index);
        await second.Integrated(300);
        await world.Audit();
    }

    [Fact]
    public async Task A_checkpoint_that_somebody_else_put_there_is_not_replaced()
    {
        await using var log = await world.Open();
        var other = Path.Combine(world.Public, "checkpoint");
        await File.WriteAllTextAsync(other, "another");
        await log.Append(LogWorld.Key(300), LogWorld.Entry(300));
        var fault = await Assert.ThrowsAsync<LogWriterException>(() => log.Integrated(300));
        Assert.Equal(LogFault.OtherWriter, fault.Fault);
        Assert.Equal("another", await File.ReadAllTextAsync(other));
    }

    [Fact]
    public async Task An_old_checkpoint_put_back_is_refused()
    {
        var checkpoint = Path.Combine(world.Public, "checkpoint");
        var old = await File.ReadAllBytesAsync(checkpoint);
        await using (var log = await world.Open())
        {
            await log.Append(LogWorld.Key(300), LogWorld.Entry(300));
            await log.Integrated(300);
            // The next batch says how far the world has seen.
            await log.Append(LogWorld.Key(301), LogWorld.Entry(301));
        }
        await File.WriteAllBytesAsync(checkpoint, old);
        await NotWhole("The checkpoint has 300 entries; one of 301 was published before. "
            + "Somebody has put an old one back.");
    }

    [Fact]
    public async Task A_lost_checkpoint_is_refused()
    {
        File.Delete(Path.Combine(world.Public, "checkpoint"));
        await NotWhole($"{Path.Combine(world.Public, "checkpoint")} is missing, and the log has entries.");
    }

    [Fact]
    public async Task A_lost_journal_is_refused()
    {
        var journal = Journal;
        File.Delete(journal);
        await NotWhole($"{Path.GetDirectoryName(journal)} is missing; entries that were taken may be in it.");
    }

    [Fact]
    public async Task A_lost_file_of_keys_is_refused()
    {
        await using (await world.Open())
        {
            // Rewritten: the journal begins at the published size, and the keys before it are in their file only.
        }
        var keys = Path.Combine(world.Folder, "private/keys");
        File.Delete(keys);
        await NotWhole($"{keys} has 0 keys for 300 entries.");
    }

    [Fact]
    public async Task A_torn_last_batch_is_cut_off_and_a_damaged_one_before_a_whole_one_is_refused()
    {
        world.Witness.IsAway = true;
        await using (var log = await world.Open())
        {
            await log.Append(LogWorld.Key(300), LogWorld.Entry(300));
            await log.Append(LogWorld.Key(301), LogWorld.Entry(301));
        }
        var whole = await File.ReadAllBytesAsync(Journal);
        await File.WriteAllBytesAsync(Journal, whole[..^1]);
        world.Witness.IsAway = false;
        await using (var log = await world.Open()) Assert.Equal(301, log.Taken);

        whole[whole.AsSpan().IndexOf("entry 300"u8)] ^= 1;
        await File.WriteAllBytesAsync(Journal, whole);
        var fault = await Assert.ThrowsAsync<LogWriterException>(() => world.Open());
        Assert.Equal(LogFault.NotWhole, fault.Fault);
        Assert.EndsWith("is damaged after entry 300.", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tile/0/001.p/44", "{0}: tile/entries/001.p/44: entry 0 does not hash to its leaf")]
    [InlineData("tile/entries/001.p/44", "{0}: tile/entries/001.p/44: entry 0 does not hash to its leaf")]
    [InlineData("tile/1/000.p/1", "The tiles in {0} do not lead to the root of its checkpoint.")]
    public async Task A_tile_that_was_changed_is_refused(string path, string message)
    {
        var tile = Path.Combine(world.Public, path);
        var bytes = await File.ReadAllBytesAsync(tile);
        bytes[3] ^= 1;
        await File.WriteAllBytesAsync(tile, bytes);
        await NotWhole(message.Replace("{0}", world.Public, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_key_or_another_origin_does_not_go_on()
    {
        using var other = NoteSigner.Generate(new KeyName("log.example/other"), NoteAlgorithm.Ed25519);
        var fault = await Assert.ThrowsAsync<LogWriterException>(
            () => LogWriter.Open(world.Folder, LogWorld.Origin, [other], world.Settings));
        Assert.Equal("The checkpoint is not signed by the key that we sign with.", fault.Message);
        fault = await Assert.ThrowsAsync<LogWriterException>(
            () => LogWriter.Open(world.Folder, new LogOrigin("log.example/other"), [other], world.Settings));
        Assert.Equal("The checkpoint is of log.example/test, not of log.example/other.", fault.Message);
    }

    private async Task NotWhole(string message)
    {
        var fault = await Assert.ThrowsAsync<LogWriterException>(() => world.Open());
        Assert.Equal((LogFault.NotWhole, message), (fault.Fault, fault.Message));
    }
}
