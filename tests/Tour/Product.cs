using System.Diagnostics;
using System.Globalization;

namespace Musubi.Tour;

/// <summary>The product as a program of its own: fresh data folder, free port on loopback, ended with the
/// tour.</summary>
internal sealed class Product : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FillLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FillStep = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);
    private const string Announcement = "Listening on ";

    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();

    private Product(Process process, string folder) => (_process, Folder) = (process, folder);

    public string Folder { get; }

    public Uri Address { get; private set; } = null!;

    /// <summary>Starts the Office that was built beside the tour, in the same configuration.</summary>
    public static async Task<Product> Start(int residents, int seed)
    {
        var folder = Directory.CreateTempSubdirectory("musubi-tour-").FullName;
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        foreach (var argument in (string[])[Repository.Built("Office"), "serve", "--data", folder, "--port", "0",
            "--demo",
            "--residents", residents.ToString(CultureInfo.InvariantCulture), "--seed",
            seed.ToString(CultureInfo.InvariantCulture)])
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new TourException("The product could not be started: no process.");
        var product = new Product(process, folder);
        try
        {
            product.Address = await product.Listening();
            await product.Filled();
            return product;
        }
        catch
        {
            await product.DisposeAsync();
            throw;
        }
    }

    /// <summary>The first page answers while the registers fill; the story begins when they are full.</summary>
    private async Task Filled()
    {
        using var client = new Client(Address);
        for (var waited = TimeSpan.Zero; waited < FillLimit; waited += FillStep)
        {
            if ((await client.Open("/demo/personas")).Status == 200) return;
            await Task.Delay(FillStep);
        }

        throw new TourException(
            $"The registers were not filled within {FillLimit.TotalSeconds} s.{Environment.NewLine}{LastWords}");
    }

    private async Task<Uri> Listening()
    {
        var found = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.OutputDataReceived += (_, line) => Keep(line.Data, found);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data, found);
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => found.TrySetException(new TourException(
            $"The product ended with {_process.ExitCode} before it listened.{Environment.NewLine}{LastWords}"));
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        try
        {
            return await found.Task.WaitAsync(StartLimit);
        }
        catch (TimeoutException)
        {
            throw new TourException(
                $"The product did not listen within {StartLimit.TotalSeconds} s.{Environment.NewLine}{LastWords}");
        }
    }

    public string LastWords
    {
        get { lock (_lastLines) return string.Join(Environment.NewLine, _lastLines); }
    }

    private void Keep(string? line, TaskCompletionSource<Uri> found)
    {
        if (line is null) return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            while (_lastLines.Count > 40) _lastLines.Dequeue();
        }

        var at = line.IndexOf(Announcement, StringComparison.Ordinal);
        if (at >= 0 && Uri.TryCreate(line[(at + Announcement.Length)..].Trim(), UriKind.Absolute, out var address))
            found.TrySetResult(address);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // SIGTERM first: the product's own clean end is part of what is shown.
            using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
                await kill.WaitForExitAsync();
            try
            {
                await _process.WaitForExitAsync().WaitAsync(StopLimit);
            }
            catch (TimeoutException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
