using System.Diagnostics;

namespace Musubi.Tests.Chip.CvCertificates;

/// <summary>OpenPACE's tools for card-verifiable certificates, in a folder of their own.</summary>
/// <remarks>cvc-print verifies on the day that the machine has: what it is shown has to be valid then.</remarks>
internal sealed class CvcTools : IDisposable
{
    private const string Print = "/usr/bin/cvc-print";
    private const string Missing = "Debian's package openpace is missing.";

    private readonly string folder = Directory.CreateTempSubdirectory("musubi-cvc-").FullName;

    public CvcTools() => Assert.SkipUnless(File.Exists(Print), Missing);

    /// <summary>Runs cvc-create.</summary>
    public void Create(string arguments) => Run("cvc-create", arguments.Split(' '));

    /// <summary>The day on which cvc-print verifies.</summary>
    public static DateOnly Today { get; } = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    /// <summary>A certificate's rights in the tool's words, with its role. It has to verify: every certificate above
    /// stands in the folder under its holder's name.</summary>
    public IReadOnlyList<string> RightsOf(ReadOnlyMemory<byte> certificate)
    {
        Write("printed", certificate.Span);
        var lines = Run("cvc-print", "--cvc=printed", "--cvc-dir=" + folder).Split('\n');
        Assert.Contains("certificate verified", lines);
        const string Indented = "      ";
        var rights = lines.Where(line => line.StartsWith(Indented, StringComparison.Ordinal));
        return [.. rights.Select(line => line.Trim())];
    }

    public byte[] Read(string name) => File.ReadAllBytes(Path.Combine(folder, name));

    public void Write(string name, ReadOnlySpan<byte> bytes) =>
        File.WriteAllBytes(Path.Combine(folder, name), bytes.ToArray());

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Run(string program, params string[] arguments)
    {
        using var tool = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var complaints = tool.StandardError.ReadToEndAsync();
        var output = tool.StandardOutput.ReadToEnd();
        tool.WaitForExit();
        Assert.True(tool.ExitCode == 0, $"{program}: {complaints.GetAwaiter().GetResult()}");
        return output;
    }
}
