using Musubi.Registers;

namespace Musubi.CrashHost;

/// <summary>A desk whose volume has no block left, and has some again later: says on standard output how each act was
/// answered and what the registers hold after it.</summary>
public static class FullVolume
{
    private const int FillerBlock = 4096;

    public static async Task Run(string folder)
    {
        await using var stores = Stores.OpenSqlite(folder);
        await People.Load(stores, 1);
        var settings = new CoordinatorSettings { RetryTick = TimeSpan.FromHours(1) };
        await using var coordinator =
            new Coordinator(stores, (_, _) => Task.FromResult(CompletionAnswer.Done), settings);
        await Change("with room");
        var filler = Path.Combine(folder, "filler");
        Fill(filler);
        await Change("full");
        File.Delete(filler);
        await Change("with room again");

        async Task Change(string when)
        {
            var person = (await coordinator.View.ByResidence(People.ResidenceId(1)))!;
            var answer = await coordinator.Commit(People.Move(TimeProvider.System, person, merged: !person.IsMerged));
            var said = answer is CommitOutcome.Refused refused ? refused.Code.ToString() : answer.GetType().Name;
            var after = (await coordinator.View.ByResidence(People.ResidenceId(1)))!;
            Desks.RequireWhole(after);
            Console.WriteLine($"{when}: {said}, version {after.Residence!.Version}, "
                + $"{(await coordinator.UnfinishedActs()).Count} open");
        }
    }

    /// <summary>Writes until the file system itself says that there is no room, then one byte at a time.</summary>
    public static void Fill(string path)
    {
        foreach (var size in (int[])[FillerBlock, 1])
        {
            try
            {
                using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
                while (true) file.Write(new byte[size]);
            }
            catch (IOException)
            {
                // No room: this is what it was for.
            }
        }
    }
}
