using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Musubi.Tests.Office;

/// <summary>What a day at the office leaves behind for an operator: every line of the log at its finest, and every
/// address that was asked for, came from, or was sent on to.</summary>
internal sealed class Trail : ILoggerProvider, IStartupFilter
{
    private readonly ConcurrentQueue<string> lines = new();

    public IReadOnlyCollection<string> Lines => lines;

    /// <summary>For an office that is being built.</summary>
    public void Follow(WebApplicationBuilder builder)
    {
        builder.Logging.AddProvider(this).AddFilter<Trail>(null, LogLevel.Trace);
        builder.Services.AddSingleton<IStartupFilter>(this);
    }

    /// <summary>Addresses as the browser has them: with what never leaves it, such as the part after #.</summary>
    public void Follow(IBrowserContext context)
    {
        context.Request += (_, request) => lines.Enqueue($"browser: {request.Method} {request.Url}");
        context.Page += (_, page) => page.FrameNavigated += (_, frame) => lines.Enqueue($"browser: at {frame.Url}");
    }

    /// <summary>Every line in which one of these stands as a word of its own; part of a longer number or of a random
    /// name is not it.</summary>
    public IReadOnlyList<string> With(IEnumerable<string> secrets)
    {
        var any = new Regex(
            $"(?<![0-9A-Za-z.])({string.Join('|', secrets.Select(Regex.Escape))})(?!\\.?[0-9A-Za-z])",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10));
        return [.. lines.Where(line => Unescaped(line).Any(any.IsMatch))];
    }

    /// <summary>In an address a name may stand in its escaped form.</summary>
    private static IEnumerable<string> Unescaped(string line) =>
        line.Contains('%', StringComparison.Ordinal) ? [line, Uri.UnescapeDataString(line)] : [line];

    public ILogger CreateLogger(string categoryName) => new Line(this, categoryName);

    public void Dispose()
    {
    }

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (http, go) =>
        {
            await go(http);
            lines.Enqueue($"address: {http.Request.Method} {http.Request.Path}{http.Request.QueryString} from "
                + $"{http.Request.Headers.Referer} to {http.Response.Headers.Location}");
        });
        next(app);
    };

    private sealed class Line(Trail trail, string category) : ILogger
    {
        public IDisposable BeginScope<TState>(TState state) where TState : notnull
        {
            trail.lines.Enqueue($"scope: {category}: {state}");
            return new Scope();
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            trail.lines.Enqueue($"{logLevel}: {category}: {formatter(state, exception)} {Values(state)} {exception}");

        /// <summary>A collector of structured logs keeps the values as well as the sentence.</summary>
        private static string Values<TState>(TState state) =>
            state is IEnumerable<KeyValuePair<string, object?>> values
                ? string.Join(", ", values.Select(value => $"{value.Key} = {value.Value}"))
                : "";
    }

    private sealed class Scope : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
