using System.Net;
using System.Runtime.ExceptionServices;
using Musubi.TransparencyLog.Witnesses;

namespace Musubi.Cli.Log;

/// <summary>Serves a witness over plain HTTP. Trust: none in what comes; an operator who serves the world puts a proxy
/// with TLS and limits before it.</summary>
internal sealed class WitnessServer(Witness witness, IPEndPoint address)
{
    private const int MostAtOnce = 64;
    private const int TooLarge = 413;
    private const int TooSlow = 408;

    // Longer than any honest log needs for a request of some kilobytes.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Prefix { get; } = $"http://{address}/";

    /// <summary>Answers until it is cancelled, or until the witness can cosign nothing more.</summary>
    /// <param name="started">Called when connections are taken.</param>
    /// <param name="refused">Called for each request that was not cosigned.</param>
    /// <returns>Whether it ended because the witness could not write down its state.</returns>
    /// <exception cref="IOException">The address is taken.</exception>
    public async Task<bool> Run(Action started, Action<WitnessRefusal> refused, CancellationToken cancel)
    {
        using var listener = new HttpListener();
        listener.Prefixes.Add(Prefix);
        try
        {
            listener.Start();
        }
        catch (HttpListenerException fault)
        {
            throw new IOException($"{address} cannot be listened at: {fault.Message}", fault);
        }
        started();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var places = new SemaphoreSlim(MostAtOnce);
        var cannotRemember = false;
        ExceptionDispatchInfo? mistake = null;
        await using var stop = ended.Token.Register(listener.Stop);
        while (!ended.IsCancellationRequested)
        {
            HttpListenerContext request;
            try
            {
                await places.WaitAsync(ended.Token);
                request = await listener.GetContextAsync();
            }
            catch (Exception stopped) when (ended.IsCancellationRequested
                && stopped is OperationCanceledException or HttpListenerException or ObjectDisposedException)
            {
                break;
            }
            _ = Serve(request);
        }
        // Requests that are being answered are answered: a cosignature that was written down should be heard.
        for (var i = 0; i < MostAtOnce - 1; i++)
            if (!await places.WaitAsync(Patience, CancellationToken.None)) break;
        mistake?.Throw();
        return cannotRemember;

        async Task Serve(HttpListenerContext request)
        {
            try
            {
                if (await Answer(request) is not { } refusal) return;
                refused(refusal);
                if (refusal is not WitnessRefusal.CannotRemember) return;
                cannotRemember = true;
                await ended.CancelAsync();
            }
            catch (Exception gone) when (gone is IOException or HttpListenerException or ObjectDisposedException)
            {
                // Whoever asked went away; there is nobody to tell.
                request.Response.Abort();
            }
            catch (Exception ours)
            {
                // Our own mistake: nobody awaits this request, so it is said where the server is awaited.
                mistake = ExceptionDispatchInfo.Capture(ours);
                request.Response.Abort();
                await ended.CancelAsync();
            }
            finally
            {
                places.Release();
            }
        }
    }

    private async Task<WitnessRefusal?> Answer(HttpListenerContext context)
    {
        using var response = context.Response;
        var (request, refusal) = (context.Request, default(WitnessRefusal?));
        if (request.ContentLength64 > AddCheckpoint.MostBytes)
        {
            response.StatusCode = TooLarge;
            return null;
        }
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var body = await Read(request.InputStream, patience.Token);
            var answer = witness.Answer(request.HttpMethod, request.Url!.AbsolutePath, body);
            response.StatusCode = answer.Status;
            response.ContentType = answer.ContentType;
            response.ContentLength64 = answer.Body.Length;
            refusal = answer.Refusal;
            await response.OutputStream.WriteAsync(answer.Body, patience.Token);
        }
        catch (OperationCanceledException)
        {
            response.StatusCode = TooSlow;
        }
        return refusal;
    }

    /// <summary>At most one byte more than allowed: the witness then says what is wrong.</summary>
    private static async Task<byte[]> Read(Stream input, CancellationToken cancel)
    {
        using var body = new MemoryStream();
        var part = new byte[16 * 1024];
        while (body.Length <= AddCheckpoint.MostBytes && await input.ReadAsync(part, cancel) is > 0 and var count)
            await body.WriteAsync(part.AsMemory(0, count), cancel);
        return body.ToArray();
    }
}
