using Musubi.Bench;

// bench [NAME…] [--json FILE]: measures what is named, or everything; prints a table and writes the figures.
var benches = new Dictionary<string, Func<Figures, Task>>(StringComparer.Ordinal)
{
    ["chip"] = ChipBench.Run,
    ["counter"] = CounterBench.Run,
    ["demo"] = DemoBench.Run,
    ["log"] = LogBench.Run,
};

var json = Array.IndexOf(args, "--json");
if (json >= 0 && json + 1 == args.Length) return Usage();
var names = json < 0 ? args : [.. args[..json], .. args[(json + 2)..]];
if (names.Any(name => !benches.ContainsKey(name))) return Usage();

var figures = new Figures();
foreach (var (name, run) in benches)
{
    if (names.Length > 0 && !names.Contains(name, StringComparer.Ordinal)) continue;
    Console.WriteLine($"{name} …");
    await run(figures);
}
figures.Print(Console.Out);
if (json >= 0) figures.Write(args[json + 1]);
return 0;

int Usage()
{
    Console.Error.WriteLine($"bench [{string.Join('|', benches.Keys)}]… [--json FILE]");
    return 2;
}
