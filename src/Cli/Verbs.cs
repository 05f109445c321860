using System.CommandLine;
using System.Text.Json;
using Musubi.Registers;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Witnesses;
using Musubi.TransparencyLog.Writing;
using Musubi.Vocabulary;
using Spectre.Console;

namespace Musubi.Cli;

/// <summary>What every verb has in common: exit codes, and how a fault is said.</summary>
public static class Verbs
{
    public const int Done = 0;
    public const int ExpectedNo = 1;
    public const int WrongUsage = 2;
    public const int Fault = 3;

    /// <summary>Runs the command line; a fault becomes one sentence on the error stream, never a stack trace.</summary>
    public static async Task<int> Run(RootCommand root, string[] args, TextWriter errors)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(errors);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await errors.WriteLineAsync($"musubi: {error.Message}");
            await errors.WriteLineAsync("Add --help to see how the command is used.");
            return WrongUsage;
        }
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (OperationCanceledException)
        {
            await errors.WriteLineAsync("musubi: stopped; nothing was left behind.");
            return Fault;
        }
        catch (Exception fault)
            when (fault is JurisdictionException or StoreException or IOException or UnauthorizedAccessException
                or NoteException or WitnessException or LogWriterException)
        {
            await errors.WriteLineAsync($"musubi: {fault.Message}");
            return Fault;
        }
    }

    /// <summary>One JSON object on standard output: what --json gives.</summary>
    public static void WriteJson<T>(T value) =>
        Console.Out.WriteLine(JsonSerializer.Serialize(value, JsonSerializerOptions.Web));

    /// <summary>Progress goes to the error stream, so that standard output holds the result alone.</summary>
    public static IAnsiConsole ProgressConsole() =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
}
