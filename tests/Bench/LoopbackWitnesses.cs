using System.Net;
using System.Net.Sockets;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Witnesses;

namespace Musubi.Bench;

/// <summary>Witnesses behind HTTP on this machine, each with a folder of its own, and the policy that wants all of
/// them.</summary>
internal sealed class LoopbackWitnesses : IAsyncDisposable
{
    private readonly List<(HttpListener Listener, Witness Witness, NoteSigner Signer, Task Loop)> all = [];

    public string Policy { get; private set; } = "";

    public static Task<LoopbackWitnesses> Start(int count, string folder, LogOrigin origin, IEnumerable<NoteKey> keys)
    {
        var witnesses = new LoopbackWitnesses();
        var trusted = new TrustedLog(origin, keys);
        var policy = string.Concat(keys.Select(key => $"log {key}\n"));
        for (var i = 1; i <= count; i++)
        {
            var name = $"w{i}";
            var signer = NoteSigner.Generate(new KeyName($"{name}.example"), NoteAlgorithm.Ed25519Cosignature);
            var witness = new Witness(Path.Combine(folder, name), [signer], [trusted], TimeProvider.System);
            var listener = new HttpListener();
            var address = $"http://127.0.0.1:{FreePort()}/";
            listener.Prefixes.Add(address);
            listener.Start();
            witnesses.all.Add((listener, witness, signer, Serve(listener, witness)));
            policy += $"witness {name} {signer.Key} {address}\n";
        }
        var names = string.Join(' ', Enumerable.Range(1, count).Select(i => $"w{i}"));
        witnesses.Policy = $"{policy}group all {count} {names}\nquorum all\n";
        return Task.FromResult(witnesses);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (listener, witness, signer, loop) in all)
        {
            listener.Stop();
            await loop;
            listener.Close();
            witness.Dispose();
            signer.Dispose();
        }
    }

    private static async Task Serve(HttpListener listener, Witness witness)
    {
        while (listener.IsListening)
        {
            HttpListenerContext request;
            try
            {
                request = await listener.GetContextAsync();
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                return; // the bench is over
            }
            using var body = new MemoryStream();
            await request.Request.InputStream.CopyToAsync(body);
            var answer = witness.Answer(
                request.Request.HttpMethod, request.Request.Url!.AbsolutePath, body.ToArray());
            request.Response.StatusCode = answer.Status;
            request.Response.ContentType = answer.ContentType;
            await request.Response.OutputStream.WriteAsync(answer.Body);
            request.Response.Close();
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
