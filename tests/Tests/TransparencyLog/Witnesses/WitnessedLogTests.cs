using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Musubi.Tests.Registers;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Policies;
using Musubi.TransparencyLog.Proofs;
using Musubi.TransparencyLog.Witnesses;
using Musubi.TransparencyLog.Writing;

namespace Musubi.Tests.TransparencyLog.Witnesses;

/// <summary>Writer, three witnesses of which two must cosign, receipts: the whole way.</summary>
public sealed class WitnessedLogTests : IDisposable
{
    private static readonly LogOrigin Origin = new(TestLog.Origin);
    private readonly TemporaryFolder folder = new();
    private readonly NoteSigner ed25519 = NoteSigner.Generate(new KeyName(Origin.Value), NoteAlgorithm.Ed25519);
    private readonly NoteSigner mlDsa = NoteSigner.Generate(new KeyName(Origin.Value), NoteAlgorithm.MlDsa44);
    private readonly WitnessNet net = new();
    private readonly HttpClient http;
    private readonly List<NoteSigner> keys = [];
    private readonly List<Witness> witnesses = [];
    private readonly TrustedLog trusted;
    private readonly TrustPolicy policy;
    private readonly WitnessQuorum quorum;
    private readonly ConcurrentQueue<WitnessReport> heard = [];

    public WitnessedLogTests()
    {
        http = new HttpClient(net);
        trusted = new TrustedLog(Origin, [ed25519.Key, mlDsa.Key]);
        var lines = new StringBuilder($"log {ed25519.Key}\n");
        for (var i = 0; i < 3; i++)
        {
            keys.Add(NoteSigner.Generate(new KeyName($"w{i}.example"),
                i == 0 ? NoteAlgorithm.MlDsa44 : NoteAlgorithm.Ed25519Cosignature));
            witnesses.Add(new Witness(PathOf($"w{i}"), [keys[i]], [trusted], TimeProvider.System));
            net.Serve($"w{i}", witnesses[i]);
            lines.Append($"witness W{i} {keys[i].Key} http://w{i}/\n");
        }
        policy = TrustPolicy.Parse(lines.Append("group two 2 W0 W1 W2\nquorum two\n").ToString());
        quorum = new WitnessQuorum(policy, trusted, http, TimeProvider.System);
    }

    public void Dispose()
    {
        quorum.Dispose();
        foreach (var witness in witnesses) witness.Dispose();
        foreach (var key in keys) key.Dispose();
        http.Dispose();
        net.Dispose();
        mlDsa.Dispose();
        ed25519.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Every_entry_gets_a_receipt_that_the_policy_accepts_offline()
    {
        await using var log = await Open("log");
        foreach (var count in (int[])[1, 300, 5])
        {
            var first = (int)log.Taken;
            foreach (var place in await Append(log, first, count))
            {
                var published = await log.Integrated(place.Index, Cancel);
                var proof = new TlogProof(place.Index,
                    await log.Reader.ProveInclusion(place.Index, published.Size, Cancel), published.Note);
                Assert.Equal(TlogProofVerdict.Logged,
                    TlogProof.Parse(proof.ToBytes()).Verify(policy, Entry((int)place.Index)));
            }
        }
    }

    [Fact]
    public async Task Without_the_quorum_nothing_is_published_and_nothing_is_lost()
    {
        await using var log = await Open("log");
        net.Say("w1", HttpStatusCode.BadGateway, "");
        net.Say("w2", HttpStatusCode.BadGateway, "");

        await Append(log, 0, 3);
        await Until(() => log.Trouble is LogTrouble.NoQuorum);
        Assert.Equal(0, log.Published.Size);

        net.Serve("w1", witnesses[1]);
        Assert.Equal(3, (await log.Integrated(2, Cancel)).Size);
        Assert.Equal(PolicyVerdict.Accepted, policy.Check(log.Published.Note));
    }

    [Theory]
    [InlineData(2, WitnessOutcome.Ahead)]
    [InlineData(9, WitnessOutcome.OtherHistory)]
    public async Task A_log_restored_from_a_backup_can_show_no_second_history(int again, WitnessOutcome expected)
    {
        await using (var log = await Open("log"))
        {
            await Append(log, 0, 10);
            await log.Integrated(9, Cancel);
        }
        Copy(PathOf("log"), PathOf("backup"));
        await using (var log = await Open("log"))
        {
            await Append(log, 10, 5);
            await log.Integrated(14, Cancel);
        }

        await using var restored = await Open("backup");
        await Append(restored, 1000, again);
        await Until(() => heard.Count(report => report.Reply.Outcome == expected) >= 2);

        Assert.Equal(10, restored.Published.Size);
        var reports = heard.Where(report => report.Reply.Outcome == expected);
        Assert.All(reports, report =>
            Assert.Equal(expected is WitnessOutcome.OtherHistory, report.Reply.Evidence?.Proves(trusted) ?? false));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string PathOf(string name) => Path.Combine(folder.Path, name);

    private Task<LogWriter> Open(string name) => LogWriter.Open(PathOf(name), Origin, [ed25519, mlDsa], new()
    {
        RoundEvery = TimeSpan.Zero,
        RetryAfter = TimeSpan.FromMilliseconds(10),
        Cosign = quorum.Cosigner(TimeSpan.FromSeconds(10), reports =>
        {
            foreach (var report in reports) heard.Enqueue(report);
        }),
    }, Cancel);

    private static Task<LogPlace[]> Append(LogWriter log, int first, int count) =>
        Task.WhenAll(Enumerable.Range(first, count).Select(i =>
            log.Append(AppendKey.Of(Encoding.UTF8.GetBytes($"key {i}")), Entry(i))));

    private static byte[] Entry(int i) => TestLog.Entry(i);

    private static async Task Until(Func<bool> isSo)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        while (!isSo()) await Task.Delay(TimeSpan.FromMilliseconds(5), limit.Token);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
