using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Musubi.Cli.Card;

/// <summary>How a PIN comes in: never as an argument, which every program of the machine can see.</summary>
internal static class PinInput
{
    private const int LongestLine = 64;

    /// <summary>The first line of an open file descriptor.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string From(int descriptor)
    {
        using var handle = new SafeFileHandle(descriptor, ownsHandle: false);
        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        var line = new StringBuilder();
        while (line.Length < LongestLine && stream.ReadByte() is var next and not (-1 or '\n'))
            line.Append((char)next);
        return line.ToString().TrimEnd('\r');
    }

    /// <summary>Typed at a prompt that shows nothing of it.</summary>
    public static string Ask(string prompt)
    {
        if (Console.IsInputRedirected) return Console.In.ReadLine() ?? "";
        Console.Error.Write(prompt);
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace) typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar) && typed.Length < LongestLine) typed.Append(key.KeyChar);
        }
        Console.Error.WriteLine();
        return typed.ToString();
    }
}
