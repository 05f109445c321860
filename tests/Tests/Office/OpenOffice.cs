using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Musubi.Office.Hosting;
using Musubi.Tests.Office;
using Musubi.Vocabulary;

[assembly: AssemblyFixture(typeof(OpenOffice))]

namespace Musubi.Tests.Office;

/// <summary>One demonstration for the whole run, in this process, on a free port and with a data folder of its own.
/// Each test takes a person and a reader of its own, so that tests do not meet.</summary>
public sealed class OpenOffice : IAsyncDisposable
{
    private readonly SemaphoreSlim starting = new(1, 1);
    private readonly string folder = Directory.CreateTempSubdirectory("musubi-office-").FullName;
    private WebApplication? app;

    /// <summary>What a test adds before its own office is built.</summary>
    public Action<WebApplicationBuilder>? Fit { get; init; }

    public static string JurisdictionFolder => Path.Combine(AppContext.BaseDirectory, "jurisdictions", "japan");

    public string Folder => folder;

    public async Task<Uri> Address()
    {
        await starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            app ??= await Started();
            return new Uri(OfficeHost.Address(app));
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>A visit that has taken a persona's place.</summary>
    public async Task<Visit> SitDown(
        Browser browser, string persona, Screen screen, string language = "en", bool javaScript = true,
        bool dark = false)
    {
        var address = await Address();
        var visit = await browser.Open(screen, language, javaScript, dark);
        await visit.Page.GotoAsync($"{address}demo/personas");
        await visit.Page.Locator($"form:has(input[name=persona][value='{persona}']) button").ClickAsync();
        return visit;
    }

    public async Task<IServiceProvider> Services()
    {
        await Address();
        return app!.Services;
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.StopAsync();
            var house = app.Services.GetRequiredService<Musubi.Office.Hosting.House>();
            await app.DisposeAsync();
            if (house.IsOpen) await house.Premises.DisposeAsync();
        }
        starting.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<WebApplication> Started()
    {
        var options = new OfficeOptions(folder, 0, Demo: true, Residents: 20, Seed: 7, JurisdictionFolder);
        var started = OfficeHost.Build(options, Jurisdiction.Load(JurisdictionFolder), Fit);
        await started.StartAsync();
        var house = started.Services.GetRequiredService<Musubi.Office.Hosting.House>();
        while (!house.IsOpen) await Task.Delay(50);
        return started;
    }
}
