using System.Diagnostics;

namespace Musubi.Tests.Office;

/// <summary>The office's command line ends as every command of the product does: 0, or 2 for wrong usage, or 3 for a
/// fault; and says why in a sentence.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData(2, "Add --help", "dance")]
    [InlineData(2, "--data", "serve")]
    [InlineData(2, "--port is from 0 to 65535", "serve", "--data", "unused", "--port", "70000")]
    [InlineData(3, "Office:", "routes", "--out", "/dev/null/routes.json")]
    [InlineData(0, "", "routes", "--out", "/dev/null")]
    [InlineData(0, "", "--help")]
    public async Task A_run_ends_with_the_code_of_its_kind(int code, string said, params string[] args)
    {
        var cancel = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Musubi.Office.dll"));
        foreach (var arg in args) start.ArgumentList.Add(arg);
        using var run = Process.Start(start)!;
        var output = run.StandardOutput.ReadToEndAsync(cancel);
        var errors = await run.StandardError.ReadToEndAsync(cancel);
        await output;
        await run.WaitForExitAsync(cancel);

        Assert.Equal(code, run.ExitCode);
        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }
}
