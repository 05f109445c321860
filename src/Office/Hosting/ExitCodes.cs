using System.CommandLine;
using System.CommandLine.Parsing;
using Musubi.Registers;

namespace Musubi.Office.Hosting;

/// <summary>How a run of the command line ends, as every command of the product does.</summary>
public static class ExitCodes
{
    public const int Done = 0;
    public const int WrongUsage = 2;
    public const int Fault = 3;

    /// <summary>Runs the command line; what is wrong is one sentence a line on the error stream, never a stack
    /// trace.</summary>
    public static async Task<int> Run(RootCommand root, IReadOnlyList<string> args, TextWriter errors)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(errors);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await errors.WriteLineAsync($"Office: {error.Message}");
            await errors.WriteLineAsync("Add --help to see how the command is used.");
            return WrongUsage;
        }
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception fault) when (fault is StoreException or StoreFormatException or IOException
            or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"Office: {fault.Message}");
            return Fault;
        }
    }
}
