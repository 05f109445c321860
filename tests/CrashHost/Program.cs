using System.Globalization;
using Musubi.CrashHost;
using Musubi.Registers;
using Musubi.TransparencyLog.Writing;

// One process with the coordinator and all stores under load, for a test to kill. It says on standard output what it
// acknowledged and which failpoint it stands at; it never ends by itself.
//     CrashHost FOLDER SEED [POINT NTH]
//     CrashHost FOLDER full              runs FullVolume instead, and ends
//     CrashHost FOLDER witness STEP NTH  runs WitnessLoad instead
//     CrashHost FOLDER log RUN POINT NTH a log under load instead
//     CrashHost FOLDER log-full          a log on a full volume instead, and ends
//     CrashHost FOLDER publish LAW STORE POINT NTH   publishes versions of the access list instead
switch (args)
{
    case [var volume, "full"]:
        await FullVolume.Run(volume);
        return;
    case [var place, "log", var run, var step, var time]:
        await LogLoad.Run(place, int.Parse(run, CultureInfo.InvariantCulture), Enum.Parse<LogStep>(step),
            int.Parse(time, CultureInfo.InvariantCulture));
        return;
    case [var small, "log-full"]:
        await LogLoad.OnFullVolume(small);
        return;
    case [var house, "publish", var law, var store, var where, var often]:
        await Publisher.Run(house, law, Enum.Parse<StoreName>(store), Enum.Parse<Failpoint>(where),
            int.Parse(often, CultureInfo.InvariantCulture));
        return;
    case [var memory, "witness", var step, var time]:
        WitnessLoad.Run(memory, Enum.Parse<DiskStep>(step), int.Parse(time, CultureInfo.InvariantCulture));
        return;
}
var (folder, seed) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture));
var target = args.Length > 2 ? Enum.Parse<Failpoint>(args[2]) : (Failpoint?)null;
var nth = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 1;
var met = 0;
var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });

bool IsHere(Failpoint point) => point == target && Interlocked.Increment(ref met) == nth;

void Say(Failpoint point) => output.WriteLine($"reached {point}");

var failpoints = new Failpoints
{
    OnReached = (point, _) =>
    {
        if (!IsHere(point)) return Task.CompletedTask;
        Say(point);
        return Task.Delay(Timeout.Infinite);
    },
    OnWriterReached = (point, _) =>
    {
        if (!IsHere(point)) return;
        Say(point);
        using var never = new ManualResetEventSlim();
        never.Wait();
    },
};

await using var stores = Stores.OpenSqlite(folder, new StoreSettings { Failpoints = failpoints });
await using var coordinator = new Coordinator(stores, new CardDrawer(folder).Order);
await coordinator.Recover();
output.WriteLine("serving");
var desks = new Desks(stores, coordinator, CrashAudit.PeopleInFolder, seed)
{
    OnAnswer = (act, outcome) => output.WriteLine($"answered {act} {outcome.GetType().Name}"),
};
await desks.Work(CrashAudit.DesksInHost, int.MaxValue, CancellationToken.None);
