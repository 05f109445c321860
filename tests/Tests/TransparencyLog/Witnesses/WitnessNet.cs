using System.Net;
using System.Net.Http.Headers;
using Musubi.TransparencyLog.Witnesses;

namespace Musubi.Tests.TransparencyLog.Witnesses;

/// <summary>A network of witnesses without sockets: every host of a URL is one of these.</summary>
internal sealed class WitnessNet : HttpMessageHandler
{
    private readonly Dictionary<string, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>> hosts =
        new(StringComparer.Ordinal);

    /// <summary>Requests so far, as method, host and path.</summary>
    public List<string> Requests { get; } = [];

    public void Serve(string host, Witness witness) => hosts[host] = async (request, cancel) =>
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancel);
        var answer = witness.Answer(request.Method.Method, request.RequestUri!.AbsolutePath, body);
        var response = new HttpResponseMessage((HttpStatusCode)answer.Status)
        {
            Content = new ReadOnlyMemoryContent(answer.Body),
        };
        response.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(answer.ContentType);
        return response;
    };

    public void Say(string host, HttpStatusCode status, string body, string type = "text/plain") =>
        hosts[host] = (_, _) => Task.FromResult(new HttpResponseMessage(status)
        {
            Content = new StringContent(body, new MediaTypeHeaderValue(type)),
        });

    public void Answer(string host, Func<HttpRequestMessage, (HttpStatusCode Status, string Body)> answer) =>
        hosts[host] = (request, _) =>
        {
            var (status, body) = answer(request);
            return Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body) });
        };

    /// <summary>Takes the connection and never answers.</summary>
    public void Hang(string host) => hosts[host] = async (_, cancel) =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
        throw new InvalidOperationException("nobody waits so long");
    };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var address = request.RequestUri!;
        lock (Requests) Requests.Add($"{request.Method} {address.Host}{address.AbsolutePath}");
        return hosts.TryGetValue(address.Host, out var host)
            ? await host(request, cancel)
            : throw new HttpRequestException($"{address.Host} is down");
    }
}
