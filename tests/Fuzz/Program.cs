using Musubi.Fuzz;

// fuzz [NAME…] [--seconds N]: looks for inputs that break a promise, N seconds each target, with AFL++.
// fuzz --replay NAME FILE…: feeds inputs once, without AFL++; what breaks is shown as it is.
// fuzz --minimise [NAME…]: puts what was found since into the corpus, and drops what covers nothing new.
// feed NAME: one target, started by AFL++ itself.
return args switch
{
    ["feed", var name] when Find(name) is { } target => AflFuzz.Feed(target),
    ["--replay", var name, .. var files] when Find(name) is { } target => Replay(target, files),
    ["--minimise", .. var names] when All(names) is { } targets => AflFuzz.Minimise(targets),
    [.. var names, "--seconds", var seconds] when All(names) is { } targets && int.TryParse(seconds, out var each) =>
        AflFuzz.Run(targets, TimeSpan.FromSeconds(each)),
    [.. var names] when All(names) is { } targets => AflFuzz.Run(targets, AflFuzz.UsualTime),
    _ => Usage(),
};

static FuzzTarget? Find(string name) => Array.Find(FuzzTarget.All, target => target.Name == name);

static FuzzTarget[]? All(string[] names) =>
    names.Length == 0 ? FuzzTarget.All
    : Array.TrueForAll(names, name => Find(name) is not null) ? [.. names.Select(name => Find(name)!)] : null;

static int Replay(FuzzTarget target, string[] files)
{
    foreach (var file in files)
    {
        Console.WriteLine(file);
        target.Feed(File.ReadAllBytes(file));
    }
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine($"fuzz [{string.Join('|', FuzzTarget.All.Select(target => target.Name))}]… [--seconds N]");
    return 2;
}
