using System.Diagnostics;
using System.Text.Json;
using Musubi.Tests.Registers;

namespace Musubi.Tests.Cli;

/// <summary><c>musubi log append</c> and <c>musubi log verify</c> as people start them.</summary>
public sealed class LogVerifyTests : IDisposable
{
    private const string Name = "log.example.jp/demo";

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "musubi");
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_log_is_made_verified_remembered_and_caught_when_it_changes()
    {
        var key = (await Run(0, "log", "key", "--name", Name, "--out", PathOf("log.key"))).Trim();
        await File.WriteAllTextAsync(PathOf("a"), "first");
        await File.WriteAllTextAsync(PathOf("b"), "second");
        await Append("log", "a", "b");
        string[] verify = ["log", "verify", PathOf("log/public"), "--key", key, "--state", PathOf("seen")];
        Assert.StartsWith("Whole: All 2 entries lead to the signed root.\n  log   log.example.jp/demo\n",
            await Run(0, verify), StringComparison.Ordinal);

        await File.WriteAllTextAsync(PathOf("c"), "third");
        using (var again = JsonDocument.Parse(await Append("log", "a", "c", "--json")))
        {
            Assert.Equal([(0, true), (2, false)], again.RootElement.GetProperty("entries").EnumerateArray()
                .Select(entry => (entry.GetProperty("index").GetInt32(), entry.GetProperty("wasThere").GetBoolean())));
        }
        Assert.Contains("goes on from the 2 entries that you saw before", await Run(0, verify),
            StringComparison.Ordinal);

        // The same key with another past: both checkpoints are shown.
        await Append("fork", "c", "b", "a");
        verify[2] = PathOf("fork/public");
        var split = await Run(1, verify);
        Assert.StartsWith("Not whole (SplitView): The log has shown you two trees of the same size.\n", split,
            StringComparison.Ordinal);
        Assert.Equal(2, split.Split($"\n{Name}\n3\n").Length - 1);

        verify[2] = PathOf("log/public");
        var bundle = PathOf("log/public/tile/entries/000.p/3");
        await File.WriteAllTextAsync(bundle, (await File.ReadAllTextAsync(bundle)).Replace('s', 'S'));
        Assert.Contains("\n  tile/0/000.p/3: entry 0 does not hash to its leaf 0\n", await Run(1, verify),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_from_append_is_checked_offline()
    {
        var key = (await Run(0, "log", "key", "--name", Name, "--out", PathOf("log.key"))).Trim();
        await File.WriteAllTextAsync(PathOf("a"), "first");
        await Append("log", "a", "--proofs", PathOf("receipts"));
        await File.WriteAllTextAsync(PathOf("policy"), $"log {key}\nquorum none\n");
        string[] proof = ["log", "proof", PathOf("receipts/a.tlog-proof"), "--policy", PathOf("policy"), "--entry"];
        await Run(0, [.. proof, PathOf("a")]);
        await Run(1, [.. proof, PathOf("policy")]);
    }

    [Fact]
    public async Task What_cannot_be_verified_is_no_verdict()
    {
        var key = (await Run(0, "log", "key", "--name", Name, "--out", PathOf("log.key"))).Trim();
        await Run(3, "log", "verify", PathOf("nowhere"), "--key", key);
        await Run(2, "log", "verify", folder.Path);
        await Run(2, "log", "verify", folder.Path, "--key", "no key");
        Assert.StartsWith("Not whole (NoCheckpoint)", await Run(1, "log", "verify", folder.Path, "--key", key),
            StringComparison.Ordinal);
    }

    private string PathOf(string name) => Path.Combine(folder.Path, name);

    private Task<string> Append(string log, params string[] arguments) => Run(0,
        ["log", "append", "--log", PathOf(log), "--key", PathOf("log.key"),
            .. arguments.Select(one => one.StartsWith('-') || Path.IsPathRooted(one) ? one : PathOf(one))]);

    private static async Task<string> Run(int expected, params string[] arguments)
    {
        using var process = new Process
        {
            StartInfo = new(Program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        process.Start();
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == expected, $"{process.ExitCode}: {output}{await errors}");
        return output;
    }
}
