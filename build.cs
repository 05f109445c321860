// The only script of the house: dotnet run build.cs VERB
// It runs on a Debian machine that has nothing but git and the .NET SDK, and installs what is missing.
#:property RestorePackagesWithLockFile=false
#:property RunAnalyzers=false
#:property PublishAot=false

using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

const string Usage = """
    usage: dotnet run build.cs VERB [options]

      demo  [--residents N] [--port N] [--seed N]  build, fill a demo population, serve the product
      tour  [--story NAME]                         tell the story against the running product, step by step
      test  [FILTER…]                              install what the tests need, build, run all of them
      check                                        locked restore, analyzers, format, house tests, 200 kills, audit
      bench [NAME…] [--json FILE]                  measure; without a name, everything
      fuzz  [NAME…] [--seconds N]                  look for inputs that break chip or log, N seconds each target
      ci                                           check, then test
      help                                         this text

    examples:
      dotnet run build.cs demo --residents 1000 --port 5081
      dotnet run build.cs tour --story one-visit
      dotnet run build.cs test -class "Musubi.Tests.Chip.*"
      dotnet run build.cs bench counter --json figures.json
    """;

// Release everywhere: tests and figures then speak of the same code that is delivered.
const string Configuration = "Release";
const int DemoResidents = 100_000;
const int DemoPort = 5080;
const int Success = 0, Failure = 1, WrongUsage = 2;

Directory.SetCurrentDirectory((string)AppContext.GetData("EntryPointFileDirectoryPath")!);
Environment.SetEnvironmentVariable("DOTNET_CLI_TELEMETRY_OPTOUT", "1");
Environment.SetEnvironmentVariable("DOTNET_NOLOGO", "1");
Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");

// Ctrl-C reaches the whole process group: the child ends itself, we wait for it and give its code back.
Console.CancelKeyPress += (_, pressed) => pressed.Cancel = true;

var verb = args.FirstOrDefault() ?? "help";
string[] rest = [.. args.Skip(1)];
return verb switch
{
    "demo" => await Demo(rest),
    "tour" => BuildAndRun("tests/Tour", "Musubi.Tour", rest, Debian.ToRun),
    "test" => Test(rest),
    "check" => Check(),
    "bench" => BuildAndRun("tests/Bench", "Musubi.Bench", rest, Debian.ToBench),
    "fuzz" => BuildAndRun("tests/Fuzz", "Musubi.Fuzz", rest, Debian.ToFuzz),
    "ci" => Check() is Success ? Test(rest) : Failure,
    "help" or "--help" or "-h" => Help(Success),
    _ => Help(WrongUsage, $"There is no verb '{verb}'.\n\n"),
};

static int Help(int code, string why = "")
{
    (code == Success ? Console.Out : Console.Error).WriteLine(why + Usage);
    return code;
}

async Task<int> Demo(string[] options)
{
    Build("src/Office");
    var port = options.SkipWhile(option => option != "--port").Skip(1).FirstOrDefault() ?? $"{DemoPort}";
    List<string> serve = ["serve", "--demo"];
    AddUnlessGiven("--data", Path.GetFullPath("data/demo"));
    AddUnlessGiven("--port", port);
    AddUnlessGiven("--residents", $"{DemoResidents}");

    var sinceStart = Stopwatch.StartNew();
    using var office = Run.Start(Program("src/Office", "Musubi.Office"), [.. serve, .. options]);
    using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
    {
        signal.Cancel = true;
        Run.Quiet("kill", "-TERM", $"{office.Id}");
    });
    _ = AnnounceFirstPage();
    await office.WaitForExitAsync();
    return office.ExitCode;

    void AddUnlessGiven(string name, string value)
    {
        if (!options.Contains(name))
            serve.AddRange([name, value]);
    }

    async Task AnnounceFirstPage()
    {
        using var browser = new HttpClient();
        var address = new Uri($"http://localhost:{port}/");
        while (!await Answers())
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        var seconds = sinceStart.Elapsed.TotalSeconds;
        Console.WriteLine($"\nMusubi is at {address} (first page after {seconds:F1} s). Ctrl-C ends it.\n");

        async Task<bool> Answers()
        {
            try
            {
                using var page = await browser.GetAsync(address);
                return page.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false; // nobody listens yet; should it never, the demo ends with its process
            }
        }
    }
}

int BuildAndRun(string project, string name, string[] options, string[] packages)
{
    Debian.Install(packages);
    Build("src/Office", project);
    return Run.Code(Program(project, name), options);
}

int Test(string[] filter)
{
    var missing = Debian.Install(Debian.ToTest);
    Run.Step("Restore", "dotnet", "restore", "Musubi.slnx", "--locked-mode", "-v", "q");
    Run.Step("Build", "dotnet",
        "build", "Musubi.slnx", "-c", Configuration, "--no-restore", "-v", "q", "-clp:ErrorsOnly");
    var outcome = RunTests(filter);
    if (missing is not null)
        Console.WriteLine($"\nSome tests were skipped for want of packages. Root installs them so:\n    {missing}");
    Console.WriteLine($"\n{outcome}");
    return outcome.ExitCode;
}

int Check()
{
    Debian.Install(Debian.ToTest);
    Run.Step("Restore as locked", "dotnet", "restore", "Musubi.slnx", "--locked-mode", "-v", "q");
    Environment.SetEnvironmentVariable("MUSUBI_FAST", null);
    Run.Step("Build, warnings as errors", "dotnet",
        "build", "Musubi.slnx", "-c", Configuration, "--no-restore", "-v", "q", "-clp:ErrorsOnly");
    Run.Step("Format", "dotnet", "format", "whitespace", "Musubi.slnx", "--no-restore", "--verify-no-changes");
    Run.Step("Style", "dotnet", "format", "style", "Musubi.slnx", "--no-restore", "--verify-no-changes");
    var house = RunTests(["-namespace", "Musubi.Tests.House"]);
    Environment.SetEnvironmentVariable("MUSUBI_KILLS", "200");
    var crashes = RunTests(["-namespace", "Musubi.Tests.Registers*"]);
    Environment.SetEnvironmentVariable("MUSUBI_KILLS", null);
    var audited = Audit();
    Console.WriteLine($"\nHouse tests: {house}\nRegisters with 200 kills: {crashes}");
    return house.ExitCode + crashes.ExitCode == Success && audited ? Success : Failure;
}

// Best effort: advisories come from the package source, and a mirror need not have them.
bool Audit()
{
    var (code, report) = Run.Quiet("dotnet", "restore", "Musubi.slnx", "--locked-mode", "--force",
        "-p:NuGetAudit=true", "-p:NuGetAuditMode=all", "-p:TreatWarningsAsErrors=false");
    string[] found = [.. report.Split('\n').Where(line => line.Contains("warning NU190")).Distinct()];
    var checkedAll = code == Success && !found.Any(line => line.Contains("NU1905") || line.Contains("NU1900"));
    Console.WriteLine("\nAudit of packages\n  " + (found.Length == 0 && checkedAll ? "No known vulnerability."
        : checkedAll ? string.Join("\n  ", found)
        : "The package source gave no advisories, so known vulnerabilities were NOT checked."));
    return found.Length == 0 || !checkedAll;
}

void Build(params string[] projects)
{
    Debian.Install(Debian.ToRun);
    foreach (var project in projects)
        Run.Step($"Build {project}", "dotnet",
            "build", project, "-c", Configuration, "-v", "q", "-clp:ErrorsOnly", "-p:RestoreLockedMode=true");
}

string Program(string project, string name) => Path.GetFullPath($"{project}/bin/{Configuration}/net10.0/{name}");

Outcome RunTests(string[] filter)
{
    Console.WriteLine($"\nTests {string.Join(' ', filter)}");
    var outcome = TestRun.Follow(Run.Start(
        Program("tests/Tests", "Musubi.Tests"), ["-reporter", "json", "-noColor", .. filter], piped: true));
    if (outcome is { Passed: 0, Failed: 0, Skipped: 0 })
        Console.Error.WriteLine($"""

            No test matches '{string.Join(' ', filter)}', so nothing was tested and this counts as a failure.
            Filters of different kinds must all match. -class takes the full name, as in
                -class "Musubi.Tests.Chip.*"
            """);
    return outcome;
}

internal sealed record Outcome(int Passed, int Failed, int Skipped)
{
    public int ExitCode => Failed == 0 && Passed > 0 ? 0 : 1;

    public override string ToString() => $"{Passed} passed, {Failed} failed, {Skipped} skipped";
}

/// <summary>Follows the test program's messages: progress and failures, then skips and the slowest.</summary>
internal static class TestRun
{
    private const int SlowestShown = 10;
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(15);

    /// <summary>A run that is silent for so long hangs: it is ended, and the names of what ran are printed.</summary>
    private static readonly TimeSpan SilenceBound = TimeSpan.FromMinutes(30);

    public static Outcome Follow(Process tests)
    {
        var names = new Dictionary<string, string>();
        var running = new HashSet<string>();
        var passed = new List<(string Name, double Seconds)>();
        var skipped = new List<(string Name, string Reason)>();
        var said = new List<string>();
        var failed = 0;
        var finished = false;
        var total = Stopwatch.StartNew();
        var nextProgress = ProgressEvery;

        while (NextLine() is { } line)
        {
            if (line.StartsWith("{\"$type\"", StringComparison.Ordinal))
                Count(JsonDocument.Parse(line).RootElement);
            else
                Console.WriteLine(line);
            if (total.Elapsed < nextProgress)
                continue;
            nextProgress = total.Elapsed + ProgressEvery;
            Console.WriteLine($"  {total.Elapsed:mm\\:ss}  {new Outcome(passed.Count, failed, skipped.Count)}");
        }
        tests.WaitForExit();
        if (!finished)
            Fail("The test program", $"ended with {tests.ExitCode} while running: {string.Join(", ", running)}");

        foreach (var reason in skipped.GroupBy(test => test.Reason, test => test.Name))
            Console.WriteLine($"\n  Skipped: {reason.Key}\n    {string.Join("\n    ", reason)}");
        foreach (var output in said)
            Console.WriteLine($"  {output}");
        Console.WriteLine("\n  Slowest:");
        foreach (var (name, seconds) in passed.OrderByDescending(test => test.Seconds).Take(SlowestShown))
            Console.WriteLine($"  {seconds,8:F1} s  {name}");
        Console.WriteLine($"  {total.Elapsed.TotalSeconds,8:F1} s  all");
        return new Outcome(passed.Count, failed, skipped.Count);

        string? NextLine()
        {
            var reading = tests.StandardOutput.ReadLineAsync();
            if (reading.Wait(SilenceBound))
                return reading.Result;
            tests.Kill(entireProcessTree: true);
            return null;
        }

        void Count(JsonElement message)
        {
            var type = Text(message, "$type");
            var id = Text(message, "TestUniqueID");
            var name = names.GetValueOrDefault(id, type);
            switch (type)
            {
                case "test-starting":
                    names[id] = Text(message, "TestDisplayName").Replace("Musubi.Tests.", "");
                    running.Add(names[id]);
                    break;
                case "test-passed":
                    passed.Add((name, message.GetProperty("ExecutionTime").GetDouble()));
                    if (Text(message, "Output").Trim() is { Length: > 0 } output)
                        said.Add(output);
                    break;
                case "test-skipped":
                    skipped.Add((name, Text(message, "Reason")));
                    break;
                case "test-failed" or "error":
                case var cleanup when cleanup.EndsWith("-cleanup-failure", StringComparison.Ordinal):
                    Fail(name, Causes(message));
                    break;
                case "test-finished":
                    running.Remove(name);
                    break;
                case "test-assembly-finished":
                    finished = true;
                    break;
            }
        }

        void Fail(string name, string why)
        {
            failed++;
            Console.WriteLine($"\n  FAILED {name}\n{why}");
        }
    }

    private static string Text(JsonElement message, string name) =>
        message.TryGetProperty(name, out var value) ? value.ToString() : "";

    private static string Causes(JsonElement message)
    {
        var messages = message.GetProperty("Messages").EnumerateArray();
        var stacks = message.GetProperty("StackTraces").EnumerateArray();
        return string.Join('\n', messages.Zip(stacks, (why, where) => $"    {why}\n{Ours(where.ToString())}"));

        static string Ours(string stack) =>
            string.Join('\n', stack.Split('\n').Where(line => line.Contains("Musubi.")));
    }
}

/// <summary>Debian's packages: what is missing is installed as root or by sudo; else the command is printed.</summary>
internal static class Debian
{
    private const int Tries = 3;
    private const string Options = "-y -qq --no-install-recommends -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300";

    // Without this file the package would create and start a database of its own; the tests start theirs.
    private const string ClusterOff = "/etc/postgresql-common/createcluster.d/musubi-tests.conf";

    // The typeface is for what is drawn into the chips: name and address as they are printed.
    public static readonly string[] ToRun = ["libssl3", "fonts-ipafont-gothic", "libopenjp2-7"];

    // A Node from elsewhere brings its own npm, and Debian's would not install beside it.
    public static readonly string[] ToTest =
    [
        .. ToRun, "chromium-headless-shell", "fonts-noto-cjk", "openpace", "postgresql-15",
        "pcscd", "vsmartcard-vpcd", "opensc", "opensc-pkcs11", "openssl", "python3", "python3-pyscard", "ausweisapp2",
        "libpcsclite-dev", "g++", "gcc", "make", "libc6-dev", "libeac-dev", "libssl-dev",
        "golang-go", "golang-golang-x-mod-dev",
        "libopenjp2-tools", "python3-icalendar", "python3-jwcrypto", "softhsm2",
        .. Run.Quiet("npm", "--version").Code == 0 ? (string[])[] : ["nodejs", "npm", "libnode-dev"],
    ];

    // libeac is what the chip's figures are compared with; the bench compiles a program around it. The daemon is for
    // the round trip through a virtual reader.
    public static readonly string[] ToBench =
        [.. ToRun, "gcc", "libc6-dev", "libeac-dev", "libssl-dev", "pcscd", "vsmartcard-vpcd"];

    public static readonly string[] ToFuzz = [.. ToRun, "afl++"];

    /// <returns>The command that a person must run because we may not, or null.</returns>
    public static string? Install(string[] packages)
    {
        if (!IsDebian12())
        {
            Console.WriteLine("This is not Debian 12, so nothing is installed. "
                + $"What Debian calls {string.Join(", ", packages)} should be here; tests that miss it are skipped.");
            return null;
        }
        string[] missing = [.. packages.Where(package => !IsInstalled(package))];
        if (missing.Length == 0)
            return null;

        var install = $"apt-get install {Options} {string.Join(' ', missing)}";
        var byHand = $"su - -c 'apt-get update && {install}'";
        if (!Environment.IsPrivilegedProcess && Run.Quiet("sudo", "-n", "true").Code != 0)
        {
            Console.WriteLine("Packages are missing, and this is neither root nor may it use sudo.\n"
                + $"The command must run as root, for example so:\n    {byHand}");
            return byHand;
        }
        Console.WriteLine($"Installing {string.Join(", ", missing)}");
        string[] script = ["bash", "-c", Script(install)];
        for (var attempt = 1; attempt <= Tries; attempt++)
        {
            if (Run.Code(Environment.IsPrivilegedProcess ? "env" : "sudo", script) == 0)
                return null;
        }
        return byHand;
    }

    private static string Script(string install) => $"""
        exec </dev/null >/dev/null
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq || exit
        mkdir -p {Path.GetDirectoryName(ClusterOff)} && echo 'create_main_cluster = off' >{ClusterOff}
        {install}
        code=$?
        rm -f {ClusterOff}
        rmdir --ignore-fail-on-non-empty -p {Path.GetDirectoryName(ClusterOff)}
        exit $code
        """;

    private static bool IsDebian12() =>
        File.Exists("/etc/os-release")
        && File.ReadAllLines("/etc/os-release") is var lines
        && lines.Contains("ID=debian") && lines.Contains("VERSION_ID=\"12\"");

    private static bool IsInstalled(string package) =>
        Run.Quiet("dpkg-query", "-W", "-f=${Status}", package) is (0, "install ok installed");
}

/// <summary>Other programs.</summary>
internal static class Run
{
    public static void Step(string name, string program, params string[] arguments)
    {
        Console.WriteLine($"\n{name}");
        var time = Stopwatch.StartNew();
        var code = Code(program, arguments);
        if (code != 0)
        {
            var command = $"{program} {string.Join(' ', arguments)}";
            Console.Error.WriteLine($"\nStopped: '{name}' ended with code {code}: {command}");
            Environment.Exit(1);
        }
        Console.WriteLine($"  {time.Elapsed.TotalSeconds:F1} s");
    }

    public static int Code(string program, string[] arguments)
    {
        using var process = Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }

    public static (int Code, string Output) Quiet(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments);
            start.RedirectStandardOutput = start.RedirectStandardError = true;
            using var process = Process.Start(start)!;
            _ = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output.Trim());
        }
        catch (System.ComponentModel.Win32Exception notThere)
        {
            return (127, notThere.Message);
        }
    }

    public static Process Start(string program, string[] arguments, bool piped = false) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = piped })!;
}
