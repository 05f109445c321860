using System.Diagnostics;
using System.Globalization;
using SharpFuzz;

namespace Musubi.Fuzz;

/// <summary>
/// Coverage-guided fuzzing by AFL++: SharpFuzz writes the counting of branches into a copy of the program's assemblies,
/// and AFL++ feeds the copy over its fork server.
/// </summary>
internal static class AflFuzz
{
    public static readonly TimeSpan UsualTime = TimeSpan.FromMinutes(1);

    /// <summary>Whatever takes longer counts as hanging. The card's runs of PACE take some milliseconds each.</summary>
    private const int TimeoutMilliseconds = 3000;

    /// <summary>The runtime starts, and the card is made: RSA keys take their time.</summary>
    private const int StartMilliseconds = 60_000;

    // Ours and the parser of CMS: what is not counted here is not explored.
    private static readonly string[] Counted =
        ["Musubi.Chip.dll", "Musubi.TransparencyLog.dll", "System.Security.Cryptography.Pkcs.dll"];

    private static readonly string Work = Path.GetFullPath(Path.Combine("artifacts", "fuzz"));

    /// <summary>One target under AFL++; returns when AFL++ is done with it.</summary>
    public static int Feed(FuzzTarget target)
    {
        Fuzzer.Run(stream =>
        {
            // Branches are counted in pairs, and the first pair of a run must not begin in the run before.
            SharpFuzz.Common.Trace.PrevLocation = 0;
            var input = new MemoryStream();
            stream.CopyTo(input);
            target.Feed(input.ToArray());
        });
        return 0;
    }

    /// <summary>Runs the targets one after the other, at the lowest priority.</summary>
    /// <returns>0 without a finding, 1 with one.</returns>
    public static int Run(IReadOnlyList<FuzzTarget> targets, TimeSpan each)
    {
        Instrument();
        var findings = 0;
        foreach (var target in targets)
        {
            var output = Directory.CreateDirectory(Path.Combine(Work, target.Name)).FullName;
            var seconds = each.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            var input = Directory.Exists(Path.Combine(output, "default", "queue")) ? "-" : Corpus(target);
            Console.WriteLine($"{target.Name} for {seconds} s");
            var code = Start("afl-fuzz", "-V", seconds, "-i", input, "-o", output, "-t", $"{TimeoutMilliseconds}",
                "-G", $"{FuzzTarget.MaximumLength}", "-m", "none", "--", Program, "feed", target.Name);
            if (code != 0) return code;
            findings += Report(target, Path.Combine(output, "default"));
        }
        return findings == 0 ? 0 : 1;
    }

    /// <summary>The smallest set of inputs that covers what corpus and findings cover.</summary>
    public static int Minimise(IReadOnlyList<FuzzTarget> targets)
    {
        Instrument();
        foreach (var target in targets)
        {
            var all = Fresh(Path.Combine(Work, $"{target.Name}-all"));
            var few = Fresh(Path.Combine(Work, $"{target.Name}-few"));
            string[] sources = [Corpus(target), Path.Combine(Work, target.Name, "default", "queue")];
            foreach (var file in sources.Where(Directory.Exists).SelectMany(Directory.EnumerateFiles))
                File.Copy(file, Path.Combine(all, Hash(file)), overwrite: true);
            Directory.Delete(few);
            var code = Start("afl-cmin", "-i", all, "-o", few, "-t", $"{TimeoutMilliseconds}", "-m", "none", "--",
                Program, "feed", target.Name);
            if (code != 0) return code;
            Fresh(Corpus(target));
            foreach (var file in Directory.EnumerateFiles(few))
                File.Copy(file, Path.Combine(Corpus(target), Path.GetFileName(file)));
        }
        return 0;
    }

    private static string Program => Path.Combine(Work, "bin", "Musubi.Fuzz");

    private static string Corpus(FuzzTarget target) =>
        Path.GetFullPath(Path.Combine("tests", "Fuzz", "corpus", target.Name));

    private static void Instrument()
    {
        var bin = Fresh(Path.Combine(Work, "bin"));
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
            File.Copy(file, Path.Combine(bin, Path.GetFileName(file)));
        foreach (var assembly in Counted) Fuzzer.Instrument(Path.Combine(bin, assembly), _ => true, Options.Value);
    }

    private static int Start(string program, params string[] arguments)
    {
        // Its own output is a screen of its own; who wants to see it follows the file.
        var log = Path.Combine(Work, $"{arguments[^1]}.log");
        var start = new ProcessStartInfo(
            "bash", ["-c", "log=$1; shift; exec nice -n 19 \"$@\" >\"$log\" 2>&1", "fuzz", log, program, .. arguments]);
        foreach (var (name, value) in new[]
        {
            ("AFL_SKIP_BIN_CHECK", "1"), ("AFL_NO_UI", "1"), ("AFL_NO_AFFINITY", "1"), ("AFL_SKIP_CPUFREQ", "1"),
            ("AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES", "1"), ("AFL_AUTORESUME", "1"), ("AFL_QUIET", "1"),
            ("AFL_FORKSRV_INIT_TMOUT", $"{StartMilliseconds}"), ("AFL_ALLOW_TMP", "1"),
            // A second tier of compiled code in the middle of a run would look like instability.
            ("DOTNET_TieredCompilation", "0"), ("DOTNET_gcServer", "0"),
        })
            start.Environment[name] = value;
        // AFL++ ends its target without asking: what that leaves behind is left here.
        start.Environment["TMPDIR"] = Directory.CreateDirectory(Path.Combine(Work, "temporary")).FullName;
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0) Console.Error.WriteLine($"{program} ended with {process.ExitCode}: see {log}");
        return process.ExitCode;
    }

    private static int Report(FuzzTarget target, string output)
    {
        foreach (var line in File.ReadLines(Path.Combine(output, "fuzzer_stats")).Where(IsTold))
            Console.WriteLine($"  {line}");
        string[] found = [.. Inputs("crashes"), .. Inputs("hangs")];
        foreach (var file in found) Console.WriteLine($"  FOUND {file}");
        return found.Length;

        IEnumerable<string> Inputs(string kind) =>
            Directory.EnumerateFiles(Path.Combine(output, kind), "id*", SearchOption.TopDirectoryOnly);

        static bool IsTold(string line) => line.StartsWith("execs_done", StringComparison.Ordinal)
            || line.StartsWith("execs_per_sec", StringComparison.Ordinal)
            || line.StartsWith("corpus_count", StringComparison.Ordinal)
            || line.StartsWith("stability", StringComparison.Ordinal)
            || line.StartsWith("saved_", StringComparison.Ordinal);
    }

    private static string Fresh(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        return Directory.CreateDirectory(folder).FullName;
    }

    private static string Hash(string file) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))[..16];
}
