using System.Diagnostics;
using System.Globalization;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.VirtualCards;
using Musubi.Tests.Chip.VirtualCards;

namespace Musubi.Tests.Clients;

/// <summary>
/// A terminal on libeac (OpenPACE), which computes and checks every step itself, goes the whole way on our card: PACE,
/// terminal authentication, chip authentication, groups.
/// </summary>
public sealed class LibeacTests : IDisposable
{
    private const string Header = "/usr/include/eac/eac.h";
    private const string Compiler = "/usr/bin/gcc";
    private static readonly Lazy<string> Compiled = new(Compile);
    private readonly DemoCards cards = new();
    private readonly string folder = Directory.CreateTempSubdirectory("musubi-libeac-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        cards.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task It_reads_with_the_PIN_what_its_certificate_names_and_nothing_else()
    {
        var ended = await Run(
            Merged(), EidRights.ReadDg4 | EidRights.ReadDg19, "pin", MergedCardTests.Pin,
            "read", "4", "read", "19", "read", "21");
        Assert.Equal(
            [$"= 4 9000 {Hex(4, "NGUYEN")}", $"= 19 9000 {Hex(19, "stay")}", "= 21 6982 ", "= done"], Said(ended));
    }

    [Fact]
    public async Task It_reads_with_the_CAN_where_it_has_the_right_and_nothing_where_it_has_not()
    {
        var allowed = await Run(
            Merged(), EidRights.ReadDg19 | EidRights.CanAllowed, "can", MergedCardTests.Can, "read", "19");
        Assert.Equal([$"= 19 9000 {Hex(19, "stay")}", "= done"], Said(allowed));
        var refused = await Run(Merged(), EidRights.ReadDg19, "can", MergedCardTests.Can, "read", "19");
        Assert.Equal(1, refused.Code);
        Assert.Contains("the card says 6982", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_writes_a_group_by_the_standard_and_the_next_session_reads_it()
    {
        var card = Merged();
        var written = await Run(
            card, EidRights.ReadDg19 | EidRights.WriteDg19, "pin", MergedCardTests.Pin,
            "write", "19", Hex(19, "longer stay"), "write", "20", Hex(20, "not mine"), "read", "19");
        Assert.Equal(
            ["= 19 9000", "= 20 6982", $"= 19 9000 {Hex(19, "longer stay")}", "= done"], Said(written));
        var again = await Run(card, EidRights.ReadDg19, "pin", MergedCardTests.Pin, "read", "19");
        Assert.Equal([$"= 19 9000 {Hex(19, "longer stay")}", "= done"], Said(again));
        Assert.Equal(2, card.File.Eac!.Readings.Count);
    }

    [Fact]
    public async Task A_wrong_PIN_costs_a_try_and_a_chip_without_its_signed_key_is_a_copy()
    {
        var card = Merged();
        var wrong = await Run(card, EidRights.ReadDg4, "pin", "000000", "read", "4");
        Assert.Contains("the card does not take this password", wrong.Errors, StringComparison.Ordinal);
        Assert.Equal(2, card.File.Eac!.PinTriesLeft);
        using var another = await Country.Create();
        card.File.Eac!.CardSecurity = another.MakeCard().Eac.CardSecurity;
        var foreign = await Run(card, EidRights.ReadDg4, "pin", MergedCardTests.Pin, "read", "4");
        Assert.Contains("a copy", foreign.Errors, StringComparison.Ordinal);
    }

    private static string Hex(int group, string text) =>
        Convert.ToHexStringLower(EidGroup.Wrap(group, EidGroup.Text(text)));

    private static string[] Said(Ended ended)
    {
        Assert.True(ended.Code == 0, ended.All);
        return ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Runs the terminal and carries its commands to the card.</summary>
    private async Task<Ended> Run(VirtualCard card, EidRights rights, params string[] arguments)
    {
        Assert.SkipUnless(File.Exists(Header) && File.Exists(Compiler),
            "libeac is missing: apt-get install -y --no-install-recommends gcc libeac-dev libssl-dev");
        string[] files = await MakeTerminal(rights);
        using var process = Outside.Start(
            new Dictionary<string, string>(StringComparer.Ordinal), Compiled.Value,
            [.. arguments[..2], .. files, .. arguments[2..]]);
        var errors = process.StandardError.ReadToEndAsync(Cancel);
        card.PowerOn();
        var said = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(Cancel) is { } line)
        {
            if (line.StartsWith('=')) said.Add(line);
            else await process.StandardInput.WriteLineAsync(
                Convert.ToHexStringLower(card.Process(Convert.FromHexString(line))).AsMemory(), Cancel);
            await process.StandardInput.FlushAsync(Cancel);
        }

        await process.WaitForExitAsync(Cancel);
        return new(process.ExitCode, string.Join('\n', said), await errors);
    }

    /// <summary>A chain that is valid today: libeac looks at the machine's clock.</summary>
    private async Task<string[]> MakeTerminal(EidRights rights)
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var keys = DemoCards.Keys;
        var verifier = await keys.EidRoot.Issue(
            CvReference.Parse("JPDV00001"), keys.EidVerifierKey,
            new Chat(CvRole.DocumentVerifierDomestic, EidRights.All), today.AddDays(-1), today.AddDays(30),
            cancel: Cancel);
        using var key = CvKey.Create(keys.EidVerifierKey.Parameters);
        var certificate = await new CvCertificateAuthority(verifier, keys.EidVerifierKey).Issue(
            CvReference.Parse("JPTERM00001"), key, new Chat(CvRole.Terminal, rights), today.AddDays(-1),
            today.AddDays(1), cancel: Cancel);
        return
        [
            await Keep("root", keys.EidRoot.Certificate.Encoded), await Keep("verifier", verifier.Encoded),
            await Keep("terminal", certificate.Encoded), await Keep("key", key.ToPkcs8()),
        ];
    }

    private async Task<string> Keep(string name, ReadOnlyMemory<byte> content)
    {
        var path = Path.Combine(folder, name);
        await File.WriteAllBytesAsync(path, content, Cancel);
        return path;
    }

    private VirtualCard Merged()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{Guid.NewGuid():N}.card");
        File.WriteAllBytes(cards.PathOf(name), MergedCardTests.MadeOnce.Value);
        return cards.Opened(name);
    }

    private static string Compile()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "libeac-terminal");
        using var compiler = Process.Start(Compiler,
            ["-O1", "-o", program, Musubi.Tests.Vocabulary.Repository.Folder(
                "tests", "Tests", "Clients", "Libeac", "terminal.c"), "-leac", "-lcrypto"]);
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
        return program;
    }
}
