using System.Diagnostics;

namespace Musubi.Tests.Clients;

/// <summary>How a program that we did not write ended.</summary>
public sealed record Ended(int Code, string Output, string Errors)
{
    /// <summary>Both streams: programs do not agree on where to say what.</summary>
    public string All => Output + Errors;
}

/// <summary>Runs programs that we did not write.</summary>
internal static class Outside
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    public static Task<Ended> Run(
        IReadOnlyDictionary<string, string> environment, string program, params string[] arguments) =>
        Run(environment, input: "", program, arguments);

    /// <summary>Runs to the end; one that does not end is ended and fails the test.</summary>
    public static async Task<Ended> Run(
        IReadOnlyDictionary<string, string> environment, string input, string program, string[] arguments)
    {
        using var process = Start(environment, program, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var bound = new CancellationTokenSource(Bound);
        try
        {
            await process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} did not end. It said: {await output} {await errors}");
        }
        return new(process.ExitCode, await output, await errors);
    }

    public static Process Start(
        IReadOnlyDictionary<string, string> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
