using Musubi.Tests.Clients;
using Musubi.Tests.Vocabulary;

namespace Musubi.Tests.TransparencyLog.Foreign;

/// <summary>Programs that share no code with us: Go's sumdb from Debian, and two packages of Node's. Each is made ready
/// once, and its tests are skipped with the reason where that cannot be done.</summary>
public sealed class ForeignJudges : IDisposable
{
    private const string GoSources = "/usr/share/gocode";
    private static readonly Dictionary<string, string> NoEnvironment = new(StringComparer.Ordinal);
    private readonly TemporaryFolder folder = new();

    // Tests of a collection run one after the other.
    private Ended? go;
    private Ended? node;

    private string GoProgram => Path.Combine(folder.Path, "judge");

    private static string Sources { get; } =
        Repository.Folder("tests", "Tests", "TransparencyLog", "Foreign");

    public async Task<Ended> Go(params string[] arguments)
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(GoSources, "src/golang.org/x/mod/sumdb")),
            "Debian's golang-golang-x-mod-dev is not installed.");
        Assert.SkipUnless(File.Exists("/usr/bin/go"), "Debian's golang-go is not installed.");
        var built = go ??= await BuildGo();
        Assert.True(built.Code == 0, built.All);
        return await Outside.Run(NoEnvironment, GoProgram, arguments);
    }

    public async Task<Ended> Node(params string[] arguments)
    {
        var installed = node ??= await InstallNode();
        Assert.SkipUnless(installed.Code == 0, $"npm ci does not work here: {installed.Errors}");
        return await Outside.Run(NoEnvironment, "node", [Path.Combine(Sources, "Node", "judge.js"), .. arguments]);
    }

    public void Dispose() => folder.Dispose();

    // Without modules: Debian's sources are on the path, and nothing is fetched.
    private Task<Ended> BuildGo() => Outside.Run(
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["GO111MODULE"] = "off",
            ["GOPATH"] = GoSources,
            ["GOCACHE"] = Path.Combine(Path.GetTempPath(), "musubi-go-cache"),
            ["GOFLAGS"] = "",
        },
        "go", "build", "-o", GoProgram, Path.Combine(Sources, "Go", "main.go"));

    private static async Task<Ended> InstallNode()
    {
        var home = Path.Combine(Sources, "Node");
        try
        {
            var version = await Outside.Run(NoEnvironment, "node", "--version");
            if (version.Code != 0 || Directory.Exists(Path.Combine(home, "node_modules/@sigstore/verify")))
                return version;
            return await Outside.Run(NoEnvironment, "npm", "ci", "--prefix", home, "--no-audit", "--no-fund");
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return new Ended(1, "", missing.Message);
        }
    }
}

/// <summary>The judges are made ready once for all their tests.</summary>
[CollectionDefinition(Name)]
public sealed class ForeignJudgesCollection : ICollectionFixture<ForeignJudges>
{
    public const string Name = "judges of the log";
}
