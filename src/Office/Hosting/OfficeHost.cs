using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Musubi.Counter;
using Musubi.Office.Api;
using Musubi.Office.Counter;
using Musubi.Office.Demo;
using Musubi.Office.Drawing;
using Musubi.Office.Editor;
using Musubi.Office.Front;
using Musubi.Office.Public;
using Musubi.Office.Resident;
using Musubi.Office.Texts;
using Musubi.Office.Verify;
using Musubi.Vocabulary;

namespace Musubi.Office.Hosting;

/// <summary>Composition root: what the house is made of and in which order a request passes it.</summary>
public static class OfficeHost
{
    public static async Task<int> Serve(
        OfficeOptions options, TextWriter output, TextWriter errors, CancellationToken cancel)
    {
        Jurisdiction law;
        try
        {
            law = Jurisdiction.Load(options.JurisdictionFolder);
        }
        catch (JurisdictionException wrong)
        {
            foreach (var problem in wrong.Problems) await errors.WriteLineAsync(problem);
            return ExitCodes.Fault;
        }
        await using var app = Build(options, law);
        var house = app.Services.GetRequiredService<House>();
        if (!options.Demo) house.Open(await Premises.Open(
            options.DataFolder, law, app.Services.GetRequiredService<PremisesSettings>()));
        await app.StartAsync(cancel);
        await output.WriteLineAsync($"Listening on {Address(app)}");
        await output.FlushAsync(cancel);
        await app.WaitForShutdownAsync(cancel);
        if (house.IsOpen) await house.Premises.DisposeAsync();
        return ExitCodes.Done;
    }

    /// <summary>The address that a client can use, with the port that was really taken.</summary>
    public static string Address(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <param name="fit">What a test or a bench adds before anything is built.</param>
    public static WebApplication Build(
        OfficeOptions options, Jurisdiction law, Action<WebApplicationBuilder>? fit = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            EnvironmentName = Environments.Production,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Limits.LongestBody;
        });
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true)
            .SetMinimumLevel(LogLevel.Warning)
            // Both say at every start what is meant so: pages are never cached, and form keys stand with the others.
            .AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Error)
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        AddParts(builder.Services, options, law);
        fit?.Invoke(builder);
        var app = builder.Build();
        UseParts(app);
        return app;
    }

    private static void AddParts(IServiceCollection services, OfficeOptions options, Jurisdiction law)
    {
        services.AddSingleton(options);
        services.AddSingleton(law);
        services.AddSingleton(new OfficeMode(options.Demo));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new PremisesSettings { Log = new(options.LogOrigin) });
        services.AddSingleton(PageTexts.Load());
        services.AddSingleton<Sessions>();
        services.AddSingleton<House>();
        // Only what nobody disposes is handed out: the container would close the stores after the first request.
        services.AddTransient(parts => parts.GetRequiredService<House>().Premises.Desk);
        services.AddTransient(parts => parts.GetRequiredService<House>().Premises.Coordinator.View);
        services.AddTransient(parts => parts.GetRequiredService<House>().Premises.Access.Lists);
        services.AddTransient(parts => parts.GetRequiredService<House>().Premises.Access.Drafts);
        if (options.Demo) services.AddHostedService<DemoFill>();
        services.AddSingleton<PinPads>();
        services.AddSingleton<Readers>();
        services.AddSingleton<Tray>();
        services.AddSingleton<DemoWorld>();
        services.AddScoped<FieldsInWords>();
        services.AddScoped<Verifying>();
        services.AddHttpContextAccessor();
        services.AddScoped<Visit>();
        services.AddScoped(scope => new Words(
            scope.GetRequiredService<PageTexts>(),
            LanguageChoice.Of(scope.GetRequiredService<IHttpContextAccessor>().HttpContext!.Request), law.TimeZone));
        services.AddScoped(scope => new FieldValues(law, scope.GetRequiredService<Words>(),
            law.DayOf(scope.GetRequiredService<TimeProvider>().GetUtcNow())));
        services.AddScoped<CardDrawings>();
        services.AddScoped<Specimen>();
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddRazorComponents();
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "musubi-form";
            antiforgery.Cookie.HttpOnly = true;
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            antiforgery.FormFieldName = "form-token";
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        services.AddDataProtection().SetApplicationName("Musubi")
            .PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(options.DataFolder, "keys", "forms")));
        services.AddProblemDetails();
        services.AddOpenApi();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower));
            json.SerializerOptions.MaxDepth = 16;
        });
        services.AddDoors();
        services.AddLimits();
    }

    private static void UseParts(WebApplication app)
    {
        app.UseSafeHeaders();
        app.UseErrorPages();
        app.UseHouseGate();
        app.UseRouting();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapOpenApi().AllowAnonymous();
        app.MapHealth();
        app.MapAssets();
        app.MapLanguage();
        app.MapFront();
        app.MapPublicLog();
        app.MapCounter();
        app.MapVerify();
        app.MapResident();
        app.MapPublicAccessList();
        app.MapEditor();
        app.MapCounterApi();
        app.MapReadingApi();
        app.MapAccessListApi();
        if (app.Services.GetRequiredService<OfficeMode>().Demo) app.MapDemo();
        // An address that nothing answers is "not there" for everybody, rather than "not your door".
        app.Map("/{**path}", http => ErrorPages.Show(http, StatusCodes.Status404NotFound)).AllowAnonymous();
    }
}
