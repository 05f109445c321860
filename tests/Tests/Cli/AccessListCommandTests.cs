using System.Collections.Immutable;
using System.Text.Json;
using Musubi.Access;
using Musubi.Tests.Access;
using Musubi.Tests.Clients;
using Musubi.Tests.Vocabulary;

namespace Musubi.Tests.Cli;

/// <summary><c>musubi access</c> as people start it.</summary>
public sealed class AccessListCommandTests : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "musubi");
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Lint_names_the_mistake_its_place_and_what_to_do_and_ends_with_1()
    {
        var good = await Run("lint", File("good.json", Lists.Japan), "--json");
        Assert.Equal(0, good.Code);
        Assert.Equal(0, JsonDocument.Parse(good.Output).RootElement.GetProperty("mistakes").GetInt32());

        var bad = await Run("lint", File("bad.json", Lists.Japan.With(Lists.Landlord,
            entry => entry with { Fields = [Lists.Field("status")] })));
        Assert.Equal(1, bad.Code);
        Assert.Contains("mistake $.entries[?@.id=='landlord'].fields", bad.Output, StringComparison.Ordinal);
        Assert.Contains("Name every field of the group, or none.", bad.Output, StringComparison.Ordinal);

        await System.IO.File.WriteAllBytesAsync(Path.Combine(folder.Path, "cut.json"),
            Lists.JsonWith(0, "purpose", null), TestContext.Current.CancellationToken);
        var cut = await Run("lint", Path.Combine(folder.Path, "cut.json"));
        Assert.Equal(1, cut.Code);
        Assert.Contains("$.entries[0]: \"purpose\" is missing", cut.Output, StringComparison.Ordinal);
        Assert.Equal(3, (await Run("lint", Path.Combine(folder.Path, "none.json"))).Code);
        Assert.Equal(2, (await Run("lint")).Code);
    }

    [Fact]
    public async Task Diff_speaks_the_readers_language_and_refuses_what_is_wider_where_asked_to()
    {
        var old = File("old.json", Lists.Japan);
        var now = File("new.json", Lists.Japan.With(Lists.Landlord,
            entry => entry with { Fields = entry.Fields.Add(Lists.Field("work")) }));
        var wider = await Run("diff", old, now);
        Assert.Equal(0, wider.Code);
        Assert.StartsWith("Wider: Minato Estate Co., Ltd. (invented).", wider.Output, StringComparison.Ordinal);
        Assert.Contains("Narrowness 126 → 129", wider.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await Run("diff", old, now, "--refuse-wider")).Code);
        Assert.Equal(0, (await Run("diff", now, old, "--refuse-wider")).Code);
        var japanese = await Run("diff", now, old, "--language", "ja");
        Assert.StartsWith("前より多く読めるようになった者はいません。", japanese.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publishing_takes_two_people()
    {
        var next = File("next.json", Lists.Japan.With(Lists.Clinic,
            entry => entry with { Contact = "desk@clinic.example" }));
        var submitted = await Run("publish", next, "--data", folder.Path, "--as", "mori", "--json");
        Assert.True(submitted.Code == 0, submitted.All);
        var draft = JsonDocument.Parse(submitted.Output).RootElement.GetProperty("draft").GetString()!;
        var own = await Run(
            "publish", "--draft", draft, "--data", folder.Path, "--as", "mori", "--comment", "mine");
        Assert.Equal(1, own.Code);
        Assert.StartsWith("MUS-4012 ", own.Output, StringComparison.Ordinal);
        var published = await Run(
            "publish", "--draft", draft, "--data", folder.Path, "--as", "abe", "--comment", "as agreed");
        Assert.True(published.Code == 0, published.All);
        Assert.StartsWith("Version 2 is published: SHA-256 ", published.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await Run(
            "publish", "--draft", draft, "--data", folder.Path, "--as", "abe", "--comment", "again")).Code);
        Assert.Equal(2, (await Run("publish", "--data", folder.Path, "--as", "abe")).Code);
    }

    private string File(string name, Musubi.Vocabulary.AccessList list)
    {
        var path = Path.Combine(folder.Path, name);
        System.IO.File.WriteAllBytes(path, AccessListJson.Write(list));
        return path;
    }

    private static Task<Ended> Run(params string[] arguments) => Outside.Run(
        ImmutableDictionary<string, string>.Empty, Program,
        ["access", .. arguments, "--jurisdiction", Repository.Folder("jurisdictions", "japan")]);
}
