using System.Diagnostics;
using Musubi.CrashHost;

namespace Musubi.Tests.Registers;

/// <summary>No simulation: a volume of a few megabytes that is really full. Mounting one takes a namespace of its own,
/// which not every kernel gives; DiskTests asks the same of a disk that only says so, everywhere.</summary>
public sealed class FullVolumeTests
{
    private const string Mount = "mount -t tmpfs -o size=8m tmpfs \"$1\"";

    [Fact]
    public async Task On_a_full_volume_an_act_is_refused_whole_and_goes_through_when_there_is_room()
    {
        using var folder = new TemporaryFolder();
        if ((await InNamespace(Mount, folder.Path)).Code != 0)
            Assert.Skip("This machine does not let us mount a small volume.");
        var (code, output, errors) = await InNamespace(
            Mount + " && exec dotnet \"$2\" \"$1\" full", folder.Path, typeof(CrashAudit).Assembly.Location);
        Assert.True(code == 0, errors);
        Assert.Equal(
            [
                "with room: Committed, version 2, 0 open",
                "full: DiskFull, version 2, 0 open",
                "with room again: Committed, version 3, 0 open",
            ],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task On_a_full_volume_a_log_takes_nothing_and_goes_on_when_there_is_room()
    {
        using var folder = new TemporaryFolder();
        if ((await InNamespace(Mount, folder.Path)).Code != 0)
            Assert.Skip("This machine does not let us mount a small volume.");
        var (code, output, errors) = await InNamespace(
            Mount + " && exec dotnet \"$2\" \"$1\" log-full", folder.Path, typeof(CrashAudit).Assembly.Location);
        Assert.True(code == 0, errors);
        Assert.Equal(
            [
                "with room: taken",
                "full: DiskFull",
                "with room again: taken",
            ],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task<(int Code, string Output, string Errors)> InNamespace(
        string script, params string[] arguments)
    {
        using var process = new Process
        {
            StartInfo = new("unshare", ["--user", "--map-root-user", "--mount", "sh", "-c", script, "-", .. arguments])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        process.Start();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }
}
