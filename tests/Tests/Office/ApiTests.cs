using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Musubi.Tests.Office;

public sealed partial class ApiTests(OpenOffice office)
{
    [Fact]
    public async Task The_document_describes_the_acts_and_no_page()
    {
        using var client = await Client(null);
        var document = await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Cancel);
        var paths = document.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();

        Assert.Contains("/api/counter/acts/{act}/commit", paths);
        Assert.Contains("/api/verify/readings", paths);
        Assert.All(paths, path => Assert.StartsWith("/api/", path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_act_is_begun_refused_with_its_code_and_dropped()
    {
        using var client = await Client("tanaka");
        var people = await Send(client, "/api/counter/people", new { number = "ZD10000003MA" });
        var person = (await people.Content.ReadFromJsonAsync<JsonElement>(Cancel))[0];
        Assert.DoesNotContain("100000000030", person.GetRawText(), StringComparison.Ordinal);

        var begun = await Send(client, "/api/counter/acts", new
        {
            kind = "renew",
            route = "separate",
            residence = person.GetProperty("residence").GetString(),
            number = person.GetProperty("number").GetString(),
        });
        Assert.Equal(HttpStatusCode.Created, begun.StatusCode);
        var act = await begun.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        var address = $"/api/counter/acts/{act.GetProperty("act").GetString()}";
        var form = act.GetProperty("form").GetString();

        var refused = await Send(client, address + "/show", new { form, number = "ZD10000003MA" });
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        Assert.Equal("MUS-1005", problem.GetProperty("code").GetString());

        var dropped = await Send(client, address + "/drop", new { form });
        Assert.Equal("dropped", (await dropped.Content.ReadFromJsonAsync<JsonElement>(Cancel))
            .GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("/api/counter/acts", HttpStatusCode.Unauthorized)]
    [InlineData("/api/resident/readings", HttpStatusCode.Unauthorized)]
    [InlineData("/api/nowhere", HttpStatusCode.NotFound)]
    public async Task A_shut_door_answers_a_program_with_a_problem(string path, HttpStatusCode expected)
    {
        using var client = await Client(null);
        var answer = await client.GetAsync(path, Cancel);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_form_of_a_page_elsewhere_cannot_use_the_api()
    {
        using var client = await Client("tanaka");
        var answer = await client.PostAsync("/api/counter/acts",
            new FormUrlEncodedContent([new("kind", "merge")]), Cancel);

        // No route of ours takes a form there, so there is none at that address.
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static Task<HttpResponseMessage> Send(HttpClient client, string path, object body) =>
        client.PostAsJsonAsync(path, body, Cancel);

    private async Task<HttpClient> Client(string? persona)
    {
        var client = new HttpClient(new HttpClientHandler()) { BaseAddress = await office.Address() };
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        if (persona is null) return client;
        var page = await client.GetStringAsync("/demo/personas", Cancel);
        var token = FormToken().Match(page).Groups[1].Value;
        using var answer = await client.PostAsync("/demo/personas",
            new FormUrlEncodedContent([new("form-token", token), new("persona", persona)]), Cancel);
        answer.EnsureSuccessStatusCode();
        return client;
    }

    [GeneratedRegex("name=\"form-token\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
