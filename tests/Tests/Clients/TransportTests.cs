using System.Security.Cryptography.X509Certificates;
using Musubi.Chip.Applications.Jpki;
using Musubi.Tests.Chip;

namespace Musubi.Tests.Clients;

/// <summary>Two ways to PC/SC that are not ours: Python's pyscard and Node's @pokusew/pcsclite.</summary>
[Collection(PcscdCollection.Name)]
public sealed class TransportTests(Pcscd pcscd) : IDisposable
{
    // Debian's own: another Python does not see Debian's pyscard.
    private const string Python = "/usr/bin/python3";
    private const string Pyscard = "/usr/lib/python3/dist-packages/smartcard/__init__.py";
    private const string Node = "/usr/bin/node";
    private readonly DemoCards cards = new();

    public void Dispose() => cards.Dispose();

    [Fact]
    public async Task Pyscard_reads_the_card_type_of_a_residence_card()
    {
        await pcscd.Need(Python, Pyscard);
        await using var plugged = await pcscd.Plug(cards.MakeResidence());
        var read = await Outside.Run(pcscd.Environment, Python, Script("Python", "read.py"), Pcscd.ReaderName(0),
            "00B08B0000", "00B08A0000");
        Assert.Equal(
            "3b8880010000000000817100f9\nc004303030319000\nc10230359000\n".Split('\n'), read.All.Split('\n'));
    }

    [Fact]
    public async Task Pyscard_sends_and_receives_extended_lengths()
    {
        await pcscd.Need(Python, Pyscard);
        await using var plugged = await pcscd.Plug(cards.CopyMyNumber());
        var read = await Outside.Run(pcscd.Environment, Python, Script("Python", "read.py"), Pcscd.ReaderName(0),
            "00A4040C0AD392F000260100000001", "00A4020C02000A", "00B00000000000");
        var certificate = await Certificate();
        Assert.Equal(
            ["3be000ff8131fe4514", "9000", "9000", Hex(certificate) + "9000", ""], read.All.Split('\n'));
    }

    [Fact]
    public async Task Node_reads_the_authentication_certificate()
    {
        await pcscd.Need(Node);
        await InstallNodeClient();
        await using var plugged = await pcscd.Plug(cards.CopyMyNumber());
        var read = await Outside.Run(pcscd.Environment, Node, Script("Node", "read.js"), Pcscd.ReaderName(0));
        var certificate = await Certificate();
        Assert.Equal(Hex(certificate), read.All.Trim());
    }

    /// <summary>What package-lock.json names, beside it; once for all runs.</summary>
    private static async Task InstallNodeClient()
    {
        var folder = Path.Combine(Folder, "Node");
        if (File.Exists(Path.Combine(folder, "node_modules/@pokusew/pcsclite/build/Release/pcsclite.node"))) return;
        string[] headers = Directory.Exists("/usr/include/node") ? ["--nodedir=/usr"] : [];
        var installed = await Outside.Run(new Dictionary<string, string>(StringComparer.Ordinal),
            "npm", ["ci", "--prefix", folder, "--no-audit", "--no-fund", .. headers]);
        Assert.SkipUnless(installed.Code == 0, $"npm ci --prefix {folder} does not work here: {installed.Errors}");
    }

    private async Task<X509Certificate2> Certificate() => (await JpkiCard.ReadAuthenticationCertificate(
        DemoCards.Channel(cards.CopyMyNumber("same.card")))).Value;

    private static string Hex(X509Certificate2 certificate) => Convert.ToHexStringLower(certificate.RawData);

    private static string Script(string language, string name) => Path.Combine(Folder, language, name);

    /// <summary>In the repository: the programs are run where they stand, beside what npm installed for them.</summary>
    private static string Folder { get; } = FindFolder();

    private static string FindFolder()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (Path.Combine(folder, "tests", "Tests", "Clients") is var found && Directory.Exists(found))
                return found;
        throw new DirectoryNotFoundException("tests/Tests/Clients is not above the test program.");
    }
}
