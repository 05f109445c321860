using System.Net;

namespace Musubi.Tour;

/// <summary>One person at one screen: a cookie jar of their own, plain links and plain forms.</summary>
internal sealed class Client : IDisposable
{
    private const int PageLimit = 4 * 1024 * 1024;
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;

    public Client(Uri address)
    {
        var handler = new HttpClientHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = true };
        _http = new HttpClient(handler)
        {
            BaseAddress = address,
            Timeout = AnswerLimit,
            MaxResponseContentBufferSize = PageLimit,
        };
        _http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
    }

    public Task<Page> Open(string path) => Open(new Uri(_http.BaseAddress!, path));

    public async Task<Page> Open(Uri address) => await Read(await _http.GetAsync(address));

    public async Task<Page> Send(Form form)
    {
        using var content = new FormUrlEncodedContent(form.Values);
        if (form.IsPost) return await Read(await _http.PostAsync(form.Action, content));
        var query = await content.ReadAsStringAsync();
        return await Open(new UriBuilder(form.Action) { Query = query }.Uri);
    }

    private static async Task<Page> Read(HttpResponseMessage answer)
    {
        using (answer)
        {
            var source = await answer.Content.ReadAsStringAsync();
            return new Page(answer.RequestMessage!.RequestUri!, (int)answer.StatusCode, source);
        }
    }

    public void Dispose() => _http.Dispose();
}
