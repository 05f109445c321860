using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Musubi.Tests.Clients;

/// <summary>
/// AusweisApp of Debian without a screen: the German state's own reader software, driven through its interface for
/// other programs (JSON messages on a WebSocket).
/// </summary>
internal sealed class AusweisApp : IAsyncDisposable
{
    public const string Program = "/usr/bin/AusweisApp2";
    private const int LongestMessage = 1 << 16;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly ClientWebSocket socket;
    private readonly string home;
    private readonly CancellationTokenSource bound = new(Bound);
    private readonly byte[] buffer = new byte[LongestMessage];

    private AusweisApp(Process process, ClientWebSocket socket, string home) =>
        (this.process, this.socket, this.home) = (process, socket, home);

    public static async Task<AusweisApp> Start(IReadOnlyDictionary<string, string> environment)
    {
        var home = Directory.CreateTempSubdirectory("musubi-ausweisapp-").FullName;
        var port = FreePort();
        var process = Outside.Start(
            new Dictionary<string, string>(environment, StringComparer.Ordinal)
            {
                ["QT_QPA_PLATFORM"] = "offscreen",
                ["XDG_RUNTIME_DIR"] = home,
                ["HOME"] = home,
            },
            Program, "--ui", "websocket", "--keep", "--port", port.ToString(CultureInfo.InvariantCulture));
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Bound);
        while (true)
        {
            var socket = new ClientWebSocket();
            try
            {
                var address = string.Create(CultureInfo.InvariantCulture, $"ws://127.0.0.1:{port}/eID-Kernel");
                await socket.ConnectAsync(new Uri(address), patience.Token);
                return new(process, socket, home);
            }
            catch (WebSocketException)
            {
                socket.Dispose(); // it is still starting
                await Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token);
            }
        }
    }

    public async Task Send(object command) => await socket.SendAsync(
        JsonSerializer.SerializeToUtf8Bytes(command), WebSocketMessageType.Text, endOfMessage: true, bound.Token);

    /// <summary>The next message of a kind that fits; others are passed over.</summary>
    public async Task<JsonElement> Await(string message, Func<JsonElement, bool>? fits = null)
    {
        var seen = new List<string>();
        try
        {
            while (true)
            {
                var next = await Receive();
                seen.Add(next.GetRawText());
                if (next.GetProperty("msg").GetString() == message && (fits is null || fits(next))) return next;
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"AusweisApp did not say {message}. It said: {string.Join(' ', seen)}");
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        bound.Dispose();
        Directory.Delete(home, recursive: true);
    }

    private async Task<JsonElement> Receive()
    {
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), bound.Token);
            length += part.Count;
            if (part.EndOfMessage) return JsonDocument.Parse(Encoding.UTF8.GetString(buffer, 0, length)).RootElement;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
