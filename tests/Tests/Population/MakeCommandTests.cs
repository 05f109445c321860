using System.Diagnostics;
using System.Text.Json;
using Musubi.Cli;
using Musubi.Population;
using Musubi.Registers;
using Musubi.Tests.Vocabulary;
using Musubi.Vocabulary;
using Xunit;

namespace Musubi.Tests.Population;

/// <summary>musubi population make, run as its own process.</summary>
public sealed class MakeCommandTests
{
    [Fact]
    public async Task It_fills_both_registers_with_the_same_people_for_the_same_seed()
    {
        using var folder = new TemporaryFolder();
        var (one, two) = (Path.Combine(folder.Path, "one"), Path.Combine(folder.Path, "two"));
        var first = await Run(
            "make", "--residents", "300", "--seed", "5", "--as-of", "2026-06-15", "--out", one, "--json");
        await Run("make", "--residents", "300", "--seed", "5", "--as-of", "2026-06-15", "--out", two);
        Assert.Equal(Verbs.Done, first.Code);
        Assert.Equal(300, JsonDocument.Parse(first.Output).RootElement.GetProperty("residents").GetInt32());
        Assert.Equal(await LastHash(one), await LastHash(two));
        Assert.Equal(["one", "two"], Directory.EnumerateDirectories(folder.Path).Select(Path.GetFileName)
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task It_refuses_a_folder_that_is_not_empty()
    {
        using var folder = new TemporaryFolder();
        var kept = Path.Combine(folder.Path, "residence.db");
        await File.WriteAllTextAsync(kept, "mine", TestContext.Current.CancellationToken);
        var refused = await Run("make", "--residents", "10", "--seed", "5", "--out", folder.Path);
        Assert.Equal((Verbs.ExpectedNo, ""), (refused.Code, refused.Output));
        Assert.Contains("is not empty. Nothing was changed.", refused.Errors, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(kept, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("make", "--residents", "0", "--seed", "1", "--out", "x")]
    [InlineData("make", "--residents", "ten", "--seed", "1", "--out", "x")]
    [InlineData("make", "--residents", "10", "--seed", "1")]
    [InlineData("make", "--residents", "10", "--seed", "1", "--out", "x", "--as-of", "yesterday")]
    [InlineData("mak")]
    public async Task Wrong_usage_says_how_it_is_used(params string[] args)
    {
        var refused = await Run(args);
        Assert.Equal(Verbs.WrongUsage, refused.Code);
        Assert.Contains("--help", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_jurisdiction_stops_it_with_every_problem()
    {
        using var law = Tiny.With("statuses.json", "\"work\": \"No\"", "\"work\": \"Maybe\"");
        using var folder = new TemporaryFolder();
        var refused = await Run(
            "make", "--residents", "10", "--seed", "1", "--jurisdiction", law.Path, "--out",
            Path.Combine(folder.Path, "x"));
        Assert.Equal(Verbs.Fault, refused.Code);
        Assert.Contains("statuses.json:9: \"work\" is not a known word", refused.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Help_has_examples()
    {
        var help = await Run("make", "--help");
        Assert.Equal(Verbs.Done, help.Code);
        Assert.Contains("musubi population make --residents 1000 --seed 7 --out demo-data", help.Output,
            StringComparison.Ordinal);
    }

    private static async Task<string> LastHash(string folder)
    {
        await using var stores = Stores.OpenSqlite(folder);
        Assert.Equal(300, await stores.Residence.VerifyChain());
        Assert.Equal(300, await stores.Number.VerifyChain());
        var persona = await stores.Residence.Find(Find.ByResidenceCard(Synthetic.Personas.Residents[0].ResidenceCard));
        Assert.Equal([PersonId.Parse("R-0000000001")], persona);
        return (await stores.Residence.ReadNow(PersonId.Parse("R-0000000300")))!.Hash;
    }

    private static async Task<(int Code, string Output, string Errors)> Run(params string[] args)
    {
        var program = Path.ChangeExtension(typeof(Verbs).Assembly.Location, "dll");
        var start = new ProcessStartInfo("dotnet", [program, "population", .. args])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }
}
