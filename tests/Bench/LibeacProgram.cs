using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Musubi.Bench;

/// <summary>The C program beside ours: libeac (OpenPACE) on OpenSSL, compiled here from Libeac/libeac.c.</summary>
internal sealed class LibeacProgram : IDisposable
{
    private readonly Process process;

    private LibeacProgram(Process process) => this.process = process;

    /// <summary>Compiles and starts it; null where compiler or library are missing.</summary>
    public static LibeacProgram? TryStart()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Libeac", "libeac");
        try
        {
            using var compiler = Process.Start("gcc", ["-O2", "-o", program, $"{program}.c", "-leac", "-lcrypto"]);
            compiler.WaitForExit();
            if (compiler.ExitCode != 0) return null;
        }
        catch (Win32Exception)
        {
            return null; // no compiler here
        }
        return new LibeacProgram(Process.Start(new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);
    }

    /// <summary>Both sides of PACE on brainpoolP256r1 with AES-128; milliseconds of processor time each.</summary>
    public double Pace(int times) => Ask("pace", times) / 1e6;

    /// <summary>256 bytes encrypted and MACed by one side; microseconds of processor time each.</summary>
    public double SecureMessage(int times) => Ask("sm", times) / 1e3;

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private double Ask(string what, int times)
    {
        process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {times}"));
        var nanoseconds = process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException("libeac's program ended; what it said stands above.");
        return double.Parse(nanoseconds, CultureInfo.InvariantCulture);
    }
}
