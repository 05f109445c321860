using System.Collections.Concurrent;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Musubi.Tests.Office;

/// <summary>
/// One person's visit to the product in a real browser. It notes what a page must never do: ask another origin,
/// or write an error (a blocked script or style among them) to the console.
/// </summary>
public sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<string> _errors = new();

    internal Visit(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Request += (_, request) => _requests.Enqueue(request.Url);
        page.PageError += (_, error) => _errors.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                _errors.Enqueue(message.Text);
        };
    }

    public IPage Page { get; }

    /// <summary>Every request so far that did not go to <paramref name="own"/>; data: carries no request.</summary>
    public IReadOnlyList<string> RequestsBeyond(Uri own) =>
        [.. _requests.Where(url => new Uri(url) is var uri && uri.Scheme != "data" && uri.Authority != own.Authority)];

    public IReadOnlyList<string> ConsoleErrors => [.. _errors];

    /// <summary>What axe finds on the page as it stands, one line each: rule, help, first place.</summary>
    public Task<IReadOnlyList<string>> AccessibilityViolations() => AccessibilityViolations(Page);

    public static async Task<IReadOnlyList<string>> AccessibilityViolations(IPage page)
    {
        var result = await page.RunAxe();
        return [.. result.Violations.Select(found => $"{found.Id}: {found.Help} at {found.Nodes[0].Html}")];
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
