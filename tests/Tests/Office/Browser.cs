using Microsoft.Playwright;
using Musubi.Tests.Office;

[assembly: AssemblyFixture(typeof(Browser))]

namespace Musubi.Tests.Office;

/// <summary>
/// One real Chromium for the whole test run, started by the first test that asks. A test class takes it as a
/// constructor parameter; every <see cref="Visit"/> has cookies and cache of its own.
/// </summary>
/// <remarks>
/// Debian's Chromium is driven through Playwright's own driver: no browser is downloaded. It is the one without a
/// window, which draws pages alike and costs half as much. The sandbox is off because tests run as root in CI; they
/// open nothing but the product's own pages.
/// </remarks>
public sealed class Browser : IAsyncDisposable
{
    private const string Chromium = "/usr/bin/chromium-headless-shell";

    private const string Missing =
        "Chromium is missing: apt-get install -y --no-install-recommends chromium-headless-shell fonts-noto-cjk";

    /// <summary>A page that needs longer than this is a failure, not a slow machine: CI has two cores.</summary>
    private const int PageTimeoutMilliseconds = 30_000;

    // The last five keep Chromium from looking for hosts of its own while the tests run.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly SemaphoreSlim _starting = new(1, 1);
    private IPlaywright? _driver;
    private IBrowser? _browser;

    /// <summary>Opens a new, empty visit; skips the calling test where Chromium is not installed.</summary>
    /// <param name="screen">Width and height of the window.</param>
    /// <param name="language">What the browser sends as Accept-Language, as "ja" or "en".</param>
    /// <param name="javaScript">False shows that the page works without any script.</param>
    /// <param name="dark">True asks for the dark colours.</param>
    public async Task<Visit> Open(Screen screen, string language = "ja", bool javaScript = true, bool dark = false)
    {
        Assert.SkipUnless(File.Exists(Chromium), Missing);
        var browser = await Started();
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = screen.Width, Height = screen.Height },
            HasTouch = screen == Screen.Phone,
            Locale = language,
            TimezoneId = "Asia/Tokyo",
            JavaScriptEnabled = javaScript,
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
        });
        context.SetDefaultTimeout(PageTimeoutMilliseconds);
        return new Visit(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _driver?.Dispose();
        _starting.Dispose();
    }

    private async Task<IBrowser> Started()
    {
        await _starting.WaitAsync();
        try
        {
            _driver ??= await Playwright.CreateAsync();
            return _browser ??= await _driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = Chromium,
                Headless = true,
                Args = Arguments,
            });
        }
        finally
        {
            _starting.Release();
        }
    }
}

/// <summary>The two windows that every page is tried in.</summary>
public sealed record Screen(int Width, int Height)
{
    public static readonly Screen Phone = new(390, 844);
    public static readonly Screen Desktop = new(1280, 900);
}
