using System.Collections.Concurrent;
using Musubi.CrashHost;
using Musubi.Tests.Registers;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Tiles;
using Musubi.TransparencyLog.Writing;

namespace Musubi.Tests.TransparencyLog.Writing;

/// <summary>The disk fails at its n-th operation, for many n. Whatever was answered must be there afterwards, at its
/// index, and every checkpoint that anybody saw must be the beginning of what comes later.</summary>
public sealed class LogDiskTests
{
    /// <summary>Operations of one run of the work below: a fault beyond is not met.</summary>
    private const int MostOperations = 2000;

    private const int Waves = 3;
    private const int OfWave = 100;

    private static int Stride => Thoroughness.DiskStride == 1 ? 1 : 11;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_power_cut_nothing_answered_is_lost_and_nothing_is_forked(bool isOldLog) =>
        await ForEveryOperation(LogDiskFault.PowerCut, isOldLog, async (run, disk) =>
        {
            var left = Path.Combine(run.Folder.Path, "left");
            Directory.CreateDirectory(left);
            disk.PowerCut(run.World.Folder, left);
            await run.Prove(left);
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_failed_flush_a_new_start_trusts_nothing_that_was_not_flushed(bool isOldLog) =>
        await ForEveryOperation(LogDiskFault.FlushFails, isOldLog, async (run, disk) =>
        {
            Assert.True(run.WasStopped, "The writer went on after a failed flush.");
            // The process starts again on the same machine: what it reads may be in memory only.
            disk.Heal();
            await run.Work(disk, first: 1000);
            var left = Path.Combine(run.Folder.Path, "left");
            Directory.CreateDirectory(left);
            disk.PowerCut(run.World.Folder, left);
            await run.Prove(left);
        });

    [Fact]
    public async Task On_a_full_disk_nothing_is_taken_and_it_goes_on_when_there_is_room() =>
        await ForEveryOperation(LogDiskFault.Full, isOldLog: true, async (run, disk) =>
        {
            disk.Heal();
            await run.Prove(run.World.Folder);
        });

    private static async Task ForEveryOperation(
        LogDiskFault fault, bool isOldLog, Func<Run, FaultyLogDisk, Task> prove)
    {
        var met = 0;
        for (var operation = 1; operation < MostOperations; operation += Stride)
        {
            using var run = new Run();
            var disk = run.Disk();
            if (isOldLog) await run.Work(disk, first: 500);
            disk.Arm(fault, operation);
            await run.Work(disk, first: 0);
            if (!disk.Struck) break;
            met++;
            await prove(run, disk);
        }
        Assert.InRange(met, 5, MostOperations);
    }

    /// <summary>One log, its appenders, and what they and the world have been told.</summary>
    private sealed class Run : IDisposable
    {
        private readonly ConcurrentDictionary<int, long> answered = new();
        private readonly ConcurrentQueue<Checkpoint> seen = new();
        private readonly CancellationTokenSource full = new();

        public LogWorld World { get; } = new();

        public TemporaryFolder Folder { get; } = new();

        public bool WasStopped { get; private set; }

        public FaultyLogDisk Disk() => new()
        {
            FoundFull = full.Cancel,
            Renamed = path =>
            {
                // From the rename on the world can see it, flushed or not.
                if (Path.GetFileName(path) == TileSource.CheckpointPath)
                    seen.Enqueue(Checkpoint.Parse(SignedNote.Parse(File.ReadAllBytes(path)).Text));
            },
        };

        /// <summary>Starts the log, appends in waves and waits for some of it to be published.</summary>
        public async Task Work(FaultyLogDisk disk, int first)
        {
            try
            {
                await using var log = await World.Open(World.Settings with { Disk = disk });
                for (var wave = 0; wave < Waves; wave++)
                {
                    var appends = Enumerable.Range(first + (wave * OfWave), OfWave).Select(i => Append(log, i));
                    var indexes = await Task.WhenAll(appends);
                    // On a full disk nothing is published until there is room.
                    if (wave % 2 == 0) await log.Integrated(indexes.Max(), full.Token);
                }
            }
            catch (Exception stopped) when (stopped is LogWriterException or IOException)
            {
                WasStopped = true;
            }
            catch (OperationCanceledException)
            {
                // Full: whoever waits goes away and asks again later.
            }
        }

        /// <summary>Starts it on what is left, with a disk that works, and compares.</summary>
        public async Task Prove(string folder)
        {
            // What the machine's own disk does is no part of the question: flushing it takes most of the time.
            await using var log = await World.Open(World.Settings with { Disk = new FaultyLogDisk() }, folder);
            foreach (var (entry, index) in answered)
                Assert.Equal(new LogPlace(index, true), await log.Append(LogWorld.Key(entry), LogWorld.Entry(entry)));
            var last = await log.Append(LogWorld.Key(-1), LogWorld.Entry(-1));
            await log.Integrated(last.Index);
            var now = await World.Audit(folder);
            Assert.Empty(World.Witness.Forks);
            var world = new LogWitness();
            foreach (var old in seen.Append(now))
                await world.Show(old, log.Reader);
            Assert.Empty(world.Forks);
        }

        public void Dispose()
        {
            full.Dispose();
            World.Dispose();
            Folder.Dispose();
        }

        private async Task<long> Append(LogWriter log, int entry)
        {
            try
            {
                var place = await log.Append(LogWorld.Key(entry), LogWorld.Entry(entry));
                answered.TryAdd(entry, place.Index);
                return place.Index;
            }
            catch (LogWriterException refused) when (refused.Fault is LogFault.DiskFull)
            {
                return -1;
            }
        }
    }
}
