using System.Diagnostics;
using System.Globalization;

namespace Musubi.Bench;

/// <summary>The demonstration as a newcomer starts it: seconds to the first page, to full registers, and the memory it
/// then takes. The build is not in it.</summary>
public static class DemoBench
{
    private const int Residents = 100_000;
    private const int KibibytesPerMebibyte = 1024;
    private const string Announcement = "Listening on ";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    public static async Task Run(Figures figures)
    {
        var folder = Directory.CreateTempSubdirectory("musubi-bench-");
        var clock = Stopwatch.StartNew();
        using var product = Start(folder.FullName);
        try
        {
            using var client = new HttpClient { BaseAddress = await Address(product) };
            await Answers(client, "/", product, clock);
            figures.Add("demo.first_page_s", clock.Elapsed.TotalSeconds, "s",
                "from the start of the process; under 15");
            await Answers(client, "/demo/personas", product, clock);
            figures.Add("demo.filled_s", clock.Elapsed.TotalSeconds, "s", "100,000 residents in both registers");
            figures.Add("demo.resident_mb", Memory(product, "VmRSS"), "MB", "after filling; under 600");
            figures.Add("demo.peak_mb", Memory(product, "VmHWM"), "MB", "the most while filling");
        }
        finally
        {
            product.Kill(entireProcessTree: true);
            await product.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    private static Process Start(string folder)
    {
        var office = Path.Combine(AppContext.BaseDirectory.Replace(
            Path.Combine("tests", "Bench"), Path.Combine("src", "Office"), StringComparison.Ordinal),
            "Musubi.Office.dll");
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var argument in (string[])[office, "serve", "--data", folder, "--port", "0", "--demo",
            "--residents", Residents.ToString(CultureInfo.InvariantCulture), "--seed", "1"])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException("The product could not be started.");
    }

    private static async Task<Uri> Address(Process product)
    {
        while (await product.StandardOutput.ReadLineAsync() is { } line)
        {
            var at = line.IndexOf(Announcement, StringComparison.Ordinal);
            if (at < 0) continue;
            // What it says from here on is not ours, but a full pipe would stop it.
            _ = product.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            return new Uri(line[(at + Announcement.Length)..].Trim());
        }

        throw new InvalidOperationException("The product ended before it listened.");
    }

    private static async Task Answers(HttpClient client, string path, Process product, Stopwatch clock)
    {
        while (clock.Elapsed < Limit && !product.HasExited)
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
            if (answer.IsSuccessStatusCode) return;
            await Task.Delay(Step);
        }

        throw new InvalidOperationException($"{path} did not answer within {Limit.TotalMinutes} minutes.");
    }

    private static double Memory(Process product, string field)
    {
        var line = File.ReadLines($"/proc/{product.Id}/status").First(one => one.StartsWith(field,
            StringComparison.Ordinal));
        var kibibytes = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1];
        return double.Parse(kibibytes, CultureInfo.InvariantCulture) / KibibytesPerMebibyte;
    }
}
