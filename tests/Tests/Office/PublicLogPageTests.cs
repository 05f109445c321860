using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Musubi.Office.Hosting;
using Musubi.TransparencyLog.Notes;

namespace Musubi.Tests.Office;

/// <summary>The public log as the office serves it, to programs and to people.</summary>
public sealed partial class PublicLogPageTests(OpenOffice office)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [GeneratedRegex("musubi (?<arguments>log verify (?<place>\\S+) --key \"(?<key>[^\"]+)\") --state",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Command { get; }

    [Fact]
    public async Task The_command_on_the_page_verifies_the_log_that_is_served()
    {
        using var client = new HttpClient { BaseAddress = await office.Address() };
        await Logged(1);
        var page = WebUtility.HtmlDecode(await client.GetStringAsync("public/log", Cancel));
        var command = Command.Match(page);
        Assert.True(command.Success, page);
        using var musubi = new Process
        {
            StartInfo = new(Path.Combine(AppContext.BaseDirectory, "musubi"),
                ["log", "verify", command.Groups["place"].Value, "--key", command.Groups["key"].Value])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        musubi.Start();
        var errors = musubi.StandardError.ReadToEndAsync(Cancel);
        var said = await musubi.StandardOutput.ReadToEndAsync(Cancel);
        await musubi.WaitForExitAsync(Cancel);
        Assert.True(musubi.ExitCode == 0, said + await errors);
        Assert.StartsWith("Whole: ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_checkpoint_is_text_that_no_cache_keeps_and_tiles_are_kept_for_ever()
    {
        using var client = new HttpClient { BaseAddress = await office.Address() };
        await Logged(1);
        using var checkpoint = await client.GetAsync("log/checkpoint", Cancel);
        Assert.Equal("text/plain; charset=utf-8", checkpoint.Content.Headers.ContentType?.ToString());
        Assert.True(checkpoint.Headers.CacheControl?.NoCache);
        var note = SignedNote.Parse(await checkpoint.Content.ReadAsByteArrayAsync(Cancel));
        var size = Checkpoint.Parse(note.Text).Size;
        using var tile = await client.GetAsync($"log/tile/0/000.p/{size}", Cancel);
        Assert.Equal("application/octet-stream", tile.Content.Headers.ContentType?.ToString());
        Assert.Equal("public, max-age=31536000, immutable", tile.Headers.CacheControl?.ToString());
        Assert.Equal(32 * size, (await tile.Content.ReadAsByteArrayAsync(Cancel)).Length);
    }

    [Theory]
    [InlineData("log")]
    [InlineData("log/tile/0/001")]
    [InlineData("log/private/owner")]
    [InlineData("log/../keys/log.key")]
    [InlineData("log/%2e%2e/private/owner")]
    [InlineData("log/tile/0/000.p/../../../../../keys/log.key")]
    [InlineData("log/tile%2F0%2F..%2F..%2F..%2Fprivate%2Fowner")]
    public async Task Nothing_else_of_the_log_s_folder_can_be_asked_for(string path)
    {
        using var client = new HttpClient { BaseAddress = await office.Address() };
        using var answer = await client.GetAsync(path, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private async Task Logged(long atLeast)
    {
        var premises = (await office.Services()).GetRequiredService<Musubi.Office.Hosting.House>().Premises;
        await premises.Stores.Outbox.Append(new("test", null, "{}"));
        while (premises.Log!.Published.Size < atLeast) await Task.Delay(10, Cancel);
    }
}
